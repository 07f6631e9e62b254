import { machine, task } from 'step-functions-local/testing';
import { lockStates, type Workflow } from '../../core/naming';

const payload = {
  execution: '{% $states.context.Execution.Id %}',
  startedAt: '{% $states.context.Execution.StartTime %}',
  stateMachine: '{% $states.context.StateMachine.Name %}',
  input: '{% $states.context.Execution.Input %}',
};
const step = (next?: string): Record<string, unknown> =>
  task({
    Arguments: { FunctionName: 'f', Payload: payload },
    ...(next === undefined ? { End: true, Output: { url: 'https://kubeflow.example.com' } } : { Next: next }),
  });

/** The workflows, with one step in place of those that make and take away. */
export const shortWorkflows: Readonly<Record<Workflow, object>> = {
  provision: machine({
    'Validate configuration': step(lockStates.acquire),
    [lockStates.acquire]: step('Install'),
    Install: step('Register deployment'),
    'Register deployment': step(lockStates.release),
    [lockStates.release]: step(),
  }),
  destroy: machine({
    'Load registration': step(lockStates.acquire),
    [lockStates.acquire]: step('Take away'),
    'Take away': step('Unregister deployment'),
    'Unregister deployment': step(lockStates.release),
    [lockStates.release]: step(),
  }),
  resync: machine({ Reconcile: step() }),
  plan: machine({ Reconcile: step() }),
};

/** What each step is given. */
export interface Payload {
  execution: string;
  startedAt: string;
  stateMachine: string;
  input: { deployment?: string; eks_name?: string };
}
