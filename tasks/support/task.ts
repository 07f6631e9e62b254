import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { translateAwsError } from '../../adapters/aws/errors';
import { tagWaits } from '../../adapters/aws/tag-visibility';
import type { Observation } from '../../core/assumptions/observation';
import { errorKind, UserError } from '../../core/errors';
import { product } from '../../core/naming';
import { createContext, type TaskContext } from './context';
import { underLock, type LockCheck } from './lock-check';
import { planRequestSchema, planStep, refuseChanges, type PlanRequest, type StepPlan } from './plan-step';

/** `A` is what the input schema takes, before its defaults; `I` what the task gets. */
export interface TaskSpec<I, O, A = unknown> {
  /** The name of the file, and so of the function. */
  name: string;
  input: z.ZodType<I, A>;
  /** Small plain JSON without secrets or personal data: it stays in the execution's history. */
  output: z.ZodType<O>;
  /** What a task that changes something asks before its first change in a redriven execution. */
  lock?: LockCheck;
  /** Reads, compares, changes only the difference, returns what it observed. */
  run(input: I, context: TaskContext): Promise<O>;
}

export interface Task<I, O, A = unknown> {
  readonly spec: TaskSpec<I, O, A>;
  /**
   * Checks the input, runs, checks the output. Throws only errors of the contract: those of `core/errors.ts`, or
   * `<Service>.<Exception>` where AWS answered something that the catalogue has no name for.
   */
  run(input: unknown, context: TaskContext): Promise<O>;
  /** For Lambda. In plan mode the answer is the {@link StepPlan}. */
  readonly handler: (event: unknown, lambda: Context) => Promise<(O | StepPlan<O>) & Observed>;
}

/** What a handler adds to any answer: what the step has seen of assumptions, where it has seen something. */
interface Observed {
  readonly assumptions?: readonly Observation[];
}

export { deploymentSchema, type Deployment } from '../../core/handover/deployment';

/**
 * What a workflow adds to the arguments of any task, under the key `workflow`: execution and state for the log, and how
 * often the execution was redriven, for {@link underLock}.
 */
const traceSchema = z.object({
  deployment: z.object({ name: z.string() }).optional().catch(undefined),
  workflow: z.object({ execution: z.string(), state: z.string() }).partial().optional().catch(undefined),
});

/**
 * Makes a task and its Lambda handler.
 *
 * @example
 * export const task = defineTask({
 *   name: 'ensure-bucket',
 *   input: z.object({ deployment: deploymentSchema, name: z.string() }),
 *   output: z.object({ bucketArn: z.string() }),
 *   run: async ({ deployment, name }, context) => ({
 *     bucketArn: await context.produce({ action: 'create', what: `bucket ${name}` }, () =>
 *       createBucket(context.clients, name, deployment.tags),
 *     ),
 *   }),
 * });
 * export const handler = task.handler;
 */
export function defineTask<I, O, A>(spec: TaskSpec<I, O, A>): Task<I, O, A> {
  const run = async (input: unknown, context: TaskContext): Promise<O> => {
    const parsed = spec.input.safeParse(input);
    if (!parsed.success) throw invalidInput(spec.name, parsed.error);
    let result: O;
    try {
      result = await spec.run(
        parsed.data,
        spec.lock === undefined ? context : underLock(input, context, spec.lock),
      );
    } catch (error) {
      throw translateAwsError(error);
    }
    const checked = spec.output.safeParse(result);
    if (!checked.success) {
      throw new UserError(
        'UnexpectedFailure',
        `${spec.name} returned what its own schema forbids: ${describeIssues(checked.error)}. This is a defect of the ` +
          'task; report it with the execution ARN.',
      );
    }
    return checked.data;
  };

  // Kept between invocations of a warm function: connections and loaded configuration.
  let logger: Logger | undefined;
  let clients: AwsClients | undefined;
  let readingClients: AwsClients | undefined;
  // A function works on one event at a time.
  let waited = 0;
  const handler = async (event: unknown, lambda: Context): Promise<(O | StepPlan<O>) & Observed> => {
    logger ??= new Logger({ serviceName: product });
    logger.resetKeys();
    logger.appendKeys({ task: spec.name, requestId: lambda.awsRequestId, ...traceKeys(event) });
    const started = Date.now();
    try {
      const region = process.env['AWS_REGION'] ?? '';
      const plan = planRequest(spec.name, event);
      let answer: O | StepPlan<O>;
      let context: TaskContext;
      if (plan === undefined) {
        waited = 0;
        clients ??= createClients({
          region,
          tagWaits,
          onTagSeen: (milliseconds) => (waited = Math.max(waited, milliseconds)),
        });
        context = createContext({ logger, clients });
        answer = await run(event, context);
        if (waited > 0) context.observe('tag-visibility', 'verified', `after ${waited / 1000} s`);
      } else {
        readingClients ??= createClients({ region, onCall: refuseChanges });
        context = createContext({ logger, clients: readingClients, readOnly: true });
        answer = await planStep(plan, context, () => run(event, context));
      }
      logger.info('done', { durationMs: Date.now() - started });
      const { observations: assumptions } = context;
      return Object.assign(answer as object, assumptions.length > 0 ? { assumptions } : {}) as (
        O | StepPlan<O>
      ) &
        Observed;
    } catch (error) {
      logFailure(logger, error, Date.now() - started);
      throw error;
    }
  };
  return { spec, run, handler };
}

/** A mode that is not understood must not be taken for a run. */
function planRequest(task: string, event: unknown): PlanRequest | undefined {
  if (typeof event !== 'object' || event === null || !('mode' in event)) return undefined;
  const parsed = planRequestSchema.safeParse(event);
  if (!parsed.success) throw invalidInput(task, parsed.error);
  return parsed.data;
}

function traceKeys(event: unknown): Record<string, string> {
  const { data } = traceSchema.safeParse(event);
  return {
    ...(data?.deployment !== undefined && { deployment: data.deployment.name }),
    ...(data?.workflow?.execution !== undefined && { execution: data.workflow.execution }),
    ...(data?.workflow?.state !== undefined && { state: data.workflow.state }),
  };
}

function logFailure(logger: Logger, error: unknown, durationMs: number): void {
  const { name, message, stack } = error as Error;
  const kind = errorKind(name) ?? 'unknown';
  const entry = { errorName: name, errorKind: kind, reason: message, durationMs };
  // A poll that finds things under way is the normal course.
  if (kind === 'not-ready') logger.info('not ready yet', entry);
  else logger.error('failed', { ...entry, stack });
}

function invalidInput(task: string, error: z.ZodError): UserError {
  return new UserError(
    'InvalidTaskInput',
    `the arguments of ${task} do not fit: ${describeIssues(error)}. Correct them where the state is defined.`,
  );
}

/** Paths and what was expected. The values are left out: they may be somebody's data. */
function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(
      (issue) =>
        `${issue.path.length === 0 ? 'the whole' : issue.path.map(String).join('.')}: ${issue.message}`,
    )
    .join('; ');
}
