import type { FunctionSpec } from '../../core/function-spec';
import { allowExecutions, allowMail, allowRegistry } from '../../core/permissions';
import type { task as acquireLock } from './acquire-lock';
import type { task as releaseLock } from './release-lock';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'acquire-lock': typeof acquireLock;
  'release-lock': typeof releaseLock;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
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
      allowExecutions({
        actions: ['GetExecutionHistory'],
        why: 'Reads what the steps have seen of assumptions about AWS.',
      }),
      ...allowMail(
        "Tells operators, and the deployment's address, of assumptions that do not hold. Its name comes from the configuration.",
      ),
    ],
  },
};
