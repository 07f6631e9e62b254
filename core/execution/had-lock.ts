import { lockStates, type Workflow } from '../naming';
import type { ExecutionView } from './execution-event';

/** Whether the executions of a workflow work under a deployment's lock. */
export function takesLock(workflow: Workflow | undefined): boolean {
  return workflow === 'provision' || workflow === 'destroy';
}

/** Whether an execution has had its deployment's lock: before that it has changed nothing. */
export function hadLock({ steps }: Pick<ExecutionView, 'steps'>): boolean {
  return steps.some(({ name, status }) => name === lockStates.acquire && status === 'SUCCEEDED');
}
