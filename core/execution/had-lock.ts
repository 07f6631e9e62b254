import { lockStates } from '../naming';
import type { ExecutionView } from './events';

/** Whether an execution has had its deployment's lock: before that it has changed nothing. */
export function hadLock({ steps }: Pick<ExecutionView, 'steps'>): boolean {
  return steps.some(({ name, status }) => name === lockStates.acquire && status === 'SUCCEEDED');
}
