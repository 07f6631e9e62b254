import type { BuildProject } from '../core/naming';
import type { Permission } from './statements';

/** The permissions of the roles of the builds, beyond their own log, traces and source. */
export const buildPermissions: Record<BuildProject, readonly Permission[]> = {
  cluster: [],
  kubeflow: [],
  teardown: [],
};
