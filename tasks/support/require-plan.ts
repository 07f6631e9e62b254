import { UserError } from '../../core/errors';
import type { TaskContext } from './context';

/**
 * Makes sure that what only a plan can work with (`core/handover/registered-configuration.ts`) came to a plan: whoever may
 * invoke the step's function could otherwise have it act on what nobody configured.
 *
 * @param what is given, as the subject of a sentence
 * @throws UserError `InvalidTaskInput` outside of a plan
 */
export function requirePlan(what: string, { readOnly }: Pick<TaskContext, 'readOnly'>): void {
  if (readOnly) return;
  throw new UserError(
    'InvalidTaskInput',
    `${what} is for a plan alone; nothing was changed. Start with the configuration itself.`,
  );
}
