import type { FunctionSpecs } from '../../core/function-spec';
import { allowExecutions, allowRegistry } from '../../core/permissions';

/** The functions of this folder. */
export const functions = {
  'acquire-lock': {
    description: 'Lets one execution at a time work on a deployment',
    permissions: [
      allowRegistry({
        actions: ['PutItem', 'GetItem'],
        why: "Writes the lock, on a condition, and opens the run's record.",
      }),
      allowExecutions({
        actions: ['DescribeExecution'],
        why: 'A lock may be taken over when its holder no longer runs.',
      }),
    ],
  },
  'release-lock': {
    description: 'Gives the lock back',
    permissions: [
      allowRegistry({
        actions: ['DeleteItem', 'GetItem', 'PutItem'],
        why: "Removes the lock if this execution holds it, and closes the run's record.",
      }),
    ],
  },
} satisfies FunctionSpecs;
