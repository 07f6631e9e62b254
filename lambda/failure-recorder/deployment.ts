import type { FunctionSpecs } from '../../core/function-spec';
import { stackNames } from '../../core/naming';
import {
  allowEvents,
  allowExecutions,
  allowRegistry,
  deploymentTopics,
  here,
  topicKey,
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
      {
        actions: ['sns:Publish'],
        resources: [here('sns', stackNames.topic), deploymentTopics],
        why: "Notifies the operators, and the deployment's address. Its name comes from the configuration.",
      },
      topicKey,
      allowEvents('Publishes the failure for those who listen to the bus.'),
      {
        actions: ['sqs:SendMessage'],
        resources: [here('sqs', stackNames.failureRecorderQueue)],
        why: "Lambda puts an event that the function could not record there, with the function's role.",
      },
    ],
  },
} satisfies FunctionSpecs;
