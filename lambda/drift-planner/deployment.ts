import type { FunctionSpecs } from '../../core/function-spec';
import { stackNames, stateMachineName } from '../../core/naming';
import { allowDeadLetters, allowRegistry, here, scanRegistry } from '../../core/permissions';

/** The functions of this folder. */
export const functions = {
  'drift-planner': {
    description: 'Starts a plan of every deployment that nobody works on',
    permissions: [
      scanRegistry,
      allowRegistry({ actions: ['GetItem'], why: 'Reads whether somebody works on a deployment.' }),
      {
        actions: ['states:StartExecution', 'states:ListExecutions'],
        resources: [here('states', `stateMachine:${stateMachineName('plan')}`)],
        why: 'Starts plans, which change nothing, and no other workflow; leaves a deployment alone whose last plan still runs.',
      },
      allowDeadLetters(stackNames.driftQueue),
    ],
  },
} satisfies FunctionSpecs;
