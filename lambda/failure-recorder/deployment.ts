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
  'failure-recorder': {
    description: 'Stores why an execution failed and what to do next, and notifies',
    timeoutSeconds: 30,
    permissions: [
      allowRegistry({ actions: ['PutItem', 'GetItem'], why: 'Stores what failed and what to do next.' }),
      allowExecutions({
        actions: ['DescribeExecution', 'GetExecutionHistory'],
        why: 'Reads which state failed and why.',
      }),
      ...allowMail(
        "Notifies the operators, and the deployment's address. Its name comes from the configuration.",
      ),
      allowEvents('Publishes the failure for those who listen to the bus.'),
      allowDeadLetters(stackNames.failureRecorderQueue),
    ],
  },
} satisfies FunctionSpecs;
