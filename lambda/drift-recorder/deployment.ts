import type { FunctionSpecs } from '../../core/function-spec';
import { stackNames } from '../../core/naming';
import {
  allowDeadLetters,
  allowEvents,
  allowExecutions,
  allowMail,
  allowRegistry,
} from '../../core/permissions';

/** The functions of this folder. */
export const functions = {
  'drift-recorder': {
    description: 'Tells of what is not as a deployment was provisioned, once, and when it is gone',
    timeoutSeconds: 30,
    permissions: [
      allowRegistry({
        actions: ['GetItem', 'PutItem'],
        why: 'Keeps what the last look found, and reads whether the deployment is still there and nobody works on it.',
      }),
      allowExecutions({
        actions: ['DescribeExecution'],
        workflows: ['plan'],
        why: 'Reads what a plan says.',
      }),
      ...allowMail(
        "Notifies the operators, and the deployment's address. Its name comes from the configuration.",
      ),
      allowEvents('Publishes drift for those who listen to the bus.'),
      allowDeadLetters(stackNames.driftQueue),
    ],
  },
} satisfies FunctionSpecs;
