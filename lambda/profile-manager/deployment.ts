import type { FunctionSpecs } from '../../core/function-spec';
import { allowEvents, allowRegistry } from '../../core/permissions';

/** The functions of this folder. */
export const functions = {
  'profile-manager': {
    description: 'Grants a user what the directory says, at every login (Cognito pre token generation)',
    // Cognito waits 5 s and no longer.
    timeoutSeconds: 5,
    memoryMb: 1024,
    reaches: 'cluster',
    permissions: [
      allowRegistry({
        actions: ['GetItem'],
        prefixes: ['pool'],
        why: 'Finds the cluster of the pool: the one read of a cold start.',
      }),
      allowEvents('Requests a resync when the cluster could not be reached at a login.'),
    ],
  },
} satisfies FunctionSpecs;
