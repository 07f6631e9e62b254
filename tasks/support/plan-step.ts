import { z } from 'zod';
import type { AwsCall } from '../../adapters/aws/errors';
import { isMutating } from '../../adapters/aws/operations';
import { errorKind, NotReadyError } from '../../core/errors';
import type { PlannedChange, PlanProblem } from '../../core/plan';
import { WouldChange, type TaskContext } from './context';

/** What a workflow says to any task in plan mode, beside its arguments (docs/adr/0041). */
export const planRequestSchema = z.object({
  mode: z.literal('plan'),
  /** The steps whose results are among the arguments, as far as these are not known. */
  unknown: z.array(z.string()),
  /** The steps that this one waits for or looks at the outcome of, as far as they would change something. */
  pending: z.array(z.string()),
});

export type PlanRequest = z.output<typeof planRequestSchema>;

/** What a task answers in plan mode. Without a result, the steps that work with it follow from this one. */
export interface StepPlan<O> {
  changes: readonly PlannedChange[];
  result?: O;
  /** The steps that must have been done before anything can be said about this one. */
  follows?: readonly string[];
  /** Why nothing can be said, where no step of the plan is the cause: something is under way. */
  reason?: string;
  problem?: PlanProblem;
}

/** These say that the plan was asked for wrongly, which is no finding of it. */
const misuse = ['InvalidConfiguration', 'InvalidTaskInput', 'DeploymentMissing', 'RegistrationUnreadable'];

/**
 * Runs a task in plan mode: what it would change, and its result where that can be known without a change.
 *
 * @param run the task with its input, in a context that is read-only
 * @throws what may go away by itself, and defects; what the user must change and what is in the way is in the answer
 */
export async function planStep<O>(
  { unknown, pending }: PlanRequest,
  context: TaskContext,
  run: () => Promise<O>,
): Promise<StepPlan<O>> {
  if (unknown.length > 0) return { changes: [], follows: unknown };
  const { changes } = context;
  try {
    const result = await run();
    return { changes, result };
  } catch (error) {
    if (error instanceof WouldChange) return { changes };
    if (!(error instanceof Error) || misuse.includes(error.name)) throw error;
    if (error instanceof NotReadyError) {
      if (changes.length > 0) return { changes };
      return pending.length > 0 ? { changes, follows: pending } : { changes, reason: error.message };
    }
    if (!isFinding(error)) throw error;
    // It looked at what other steps are yet to make or to mend.
    if (pending.length > 0 && errorKind(error.name) !== 'conflict') return { changes, follows: pending };
    return { changes, problem: { error: error.name, message: error.message } };
  }
}

/** What a run would stop at as well: ours for people to act on, or an AWS service's own, as `<Service>.<Exception>`. */
function isFinding({ name }: Error): boolean {
  const kind = errorKind(name);
  return kind === 'user' || kind === 'conflict' || (kind === undefined && name.includes('.'));
}

/** The second guard of plan mode: a task that changes something past its context fails here, before the call is sent. */
export function refuseChanges({ service, operation }: AwsCall): void {
  if (!isMutating(operation)) return;
  throw new Error(
    `plan mode was about to call ${service} ${operation}, which changes something; nothing was changed. This is a ` +
      'defect of the task; report it with the execution ARN.',
  );
}
