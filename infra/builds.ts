import type { BuildProject } from '../core/naming';

/** A CodeBuild project of the stack. */
export interface BuildSpecification {
  readonly description: string;
  /** How long it may run, in minutes. */
  readonly timeoutMinutes: number;
  /** How long it may wait for a place, in minutes; CodeBuild allows 480. */
  readonly queuedMinutes: number;
}

/**
 * A new account may run one build of this size at a time ("Concurrently running builds for ARM/Small"), which all
 * deployments share: one may have to wait for two of the longest.
 */
const queuedMinutes = 240;

/** The projects. The control plane takes some 12 minutes, a node group 5, an upgrade 30 for each minor version. */
export const builds: Record<BuildProject, BuildSpecification> = {
  cluster: {
    description: 'Makes the EKS cluster, or brings it to what is configured',
    timeoutMinutes: 120,
    queuedMinutes,
  },
  kubeflow: {
    description: 'Installs Kubeflow behind Cognito, or brings it to what is configured',
    timeoutMinutes: 90,
    queuedMinutes,
  },
  teardown: {
    description: 'Removes the ingress, Kubeflow and the cluster, in this order',
    timeoutMinutes: 120,
    queuedMinutes,
  },
};

/** The projects in a fixed order. */
export const buildProjects = Object.keys(builds) as BuildProject[];

/** Where a project's build specification is in the folder of builds. */
export function buildspecPath(project: BuildProject): string {
  return `${project}/buildspec.yml`;
}
