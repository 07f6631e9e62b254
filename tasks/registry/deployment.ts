import type { FunctionSpec } from '../../core/function-spec';
import { allowRegistry } from '../../core/permissions';
import {
  findPools,
  findZones,
  readNetwork,
  readPools,
  watchDeployments,
} from '../support/shared-permissions';
import type { task as loadRegistration } from './load-registration';
import type { task as registerDeployment } from './register-deployment';
import type { task as unregisterDeployment } from './unregister-deployment';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'register-deployment': typeof registerDeployment;
  'load-registration': typeof loadRegistration;
  'unregister-deployment': typeof unregisterDeployment;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'register-deployment': {
    description: 'Writes what the other workflows need to the registry',
    permissions: [
      allowRegistry({
        actions: ['PutItem', 'GetItem'],
        prefixes: ['deployment', 'pool'],
        why: 'Writes what the other workflows and the profile manager need.',
      }),
      ...watchDeployments,
    ],
  },
  'load-registration': {
    description: 'Finds what is known of the deployment to be removed',
    permissions: [
      allowRegistry({ actions: ['GetItem'], why: 'Reads the registration.' }),
      readNetwork,
      findZones,
      findPools,
      readPools,
    ],
  },
  'unregister-deployment': {
    description: 'Removes the deployment from the registry',
    permissions: [
      allowRegistry({
        actions: ['GetItem', 'DeleteItem'],
        prefixes: ['deployment', 'pool'],
        why: 'Removes the registrations of the deployment and its pool.',
      }),
    ],
  },
};
