import type { FunctionSpecs } from '../../core/function-spec';
import { allowEvents, allowOurPools, allowRegistry } from '../../core/permissions';

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
      allowOurPools({
        actions: ['ListUsers'],
        why: 'Asks who else has the e-mail before a login adds anything.',
      }),
      allowEvents('Requests a resync where a login could not bring the cluster in line.'),
    ],
  },
} satisfies FunctionSpecs;
