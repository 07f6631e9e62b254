import type { FunctionSpecs } from '../../core/function-spec';
import { allowRegistry } from '../../core/permissions';
import { findPools, findZones, readNetwork, readPools } from '../support/permissions';

/** The functions of this folder. */
export const functions = {
  'register-deployment': {
    description: 'Writes what the other workflows need to the registry',
    permissions: [
      allowRegistry({
        actions: ['PutItem', 'GetItem'],
        prefixes: ['deployment', 'pool'],
        why: 'Writes what the other workflows and the profile manager need.',
      }),
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
} satisfies FunctionSpecs;
