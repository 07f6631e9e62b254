import type { TaskState } from '../definition/types';
import { exceedsPayload, payloadText } from '../execution/limits';
import { StatesError } from '../language/errors';
import { uuidFrom } from '../language/random';
import { evaluateTemplate, evaluateTyped, evaluationError } from '../language/template';
import { parseResource } from '../integrations/integration';
import { ensureLive, evaluationScope, innermostIteration, type StateContext } from './context';
import { performWithErrorHandling } from './error-handling';
import { callTask, HeartbeatTimeout, TaskTimeout } from './task-call';
import { taskEvents } from './task-events';
import { nextOf, transition, type Transition } from './transition';
import { defined } from '../defined';

/**
 * Calls an integration with Arguments (or its input) and waits for the result.
 * https://states-language.net/spec.html#task-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
 */
export function performTask(context: StateContext<TaskState>): Promise<Transition> {
  const { run, scope, state, progress } = context;
  return performWithErrorHandling(context, {
    async attempt() {
      if (progress.result === undefined) await call(context);
      const result = progress.result?.value;
      return await transition(context, state, nextOf(state), result, { result });
    },
    clear() {
      delete progress.result;
      delete progress.taskToken;
      delete progress.memo;
      run.changed(scope);
    },
  });
}

/** One attempt: its events, and the result kept in the progress so that a restart does not ask for it again. */
async function call(context: StateContext<TaskState>): Promise<void> {
  const { run, scope, state, progress } = context;
  const { service, action, pattern } = parseResource(state.Resource);
  // A token that is there already belongs to a call that was made before the interpreter was restarted.
  const awaitsToken = progress.taskToken !== undefined;
  const taskToken =
    pattern === 'waitForTaskToken' ? (progress.taskToken ?? uuidFrom(run.runtime.random)) : undefined;
  const evaluation = evaluationScope(context, taskToken === undefined ? {} : { taskToken });
  const taskArguments =
    'Arguments' in state ? await evaluateTemplate(evaluation, 'Arguments', state.Arguments) : scope.input;
  const settings = {
    timeoutSeconds: await positiveInteger(context, 'TimeoutSeconds'),
    heartbeatSeconds: await positiveInteger(context, 'HeartbeatSeconds'),
    roleArn: await roleOf(context),
  };
  ensureLive(context);
  const argumentsText = payloadText(taskArguments, `arguments of the state '${progress.name}'`);
  const events = taskEvents(context, service, state.Resource);
  if (!awaitsToken) events.scheduled(argumentsText, settings);
  const iteration = innermostIteration(context);
  try {
    const value = await callTask(context, {
      request: {
        resource: state.Resource,
        service,
        action,
        pattern,
        arguments: taskArguments,
        executionArn: run.record.arn,
        stateName: progress.name,
        attempt: progress.failedAttempts + 1,
        ...defined({ taskToken }),
        ...(iteration?.item !== undefined && { mapIndex: iteration.item.Index }),
        remembered: progress.memo,
      },
      ...settings,
      taskToken,
      awaitsToken,
      onSubmitted: (output) => {
        if (taskToken !== undefined) progress.taskToken = taskToken;
        events.submitted(output);
      },
    });
    ensureLive(context);
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined)
      throw new StatesError({ error: 'States.TaskFailed', cause: 'The task gave no result' });
    if (exceedsPayload(text)) throw resultTooLarge(state.Resource);
    progress.result = { value: JSON.parse(text) };
    delete progress.taskToken;
    delete progress.memo;
    events.succeeded(text);
  } catch (thrown) {
    ensureLive(context);
    if (!(thrown instanceof StatesError)) throw thrown;
    if (thrown instanceof TaskTimeout || thrown instanceof HeartbeatTimeout) events.timedOut(thrown);
    else events.failed(thrown);
    throw thrown;
  }
}

async function roleOf(context: StateContext<TaskState>): Promise<string | undefined> {
  const { Credentials: credentials } = context.state;
  if (credentials === undefined) return undefined;
  const value = await evaluateTyped(evaluationScope(context), 'Credentials', credentials, 'object');
  const { RoleArn } = value as { RoleArn?: unknown };
  return typeof RoleArn === 'string' ? RoleArn : undefined;
}

async function positiveInteger(
  context: StateContext<TaskState>,
  field: 'TimeoutSeconds' | 'HeartbeatSeconds',
): Promise<number | undefined> {
  const template = context.state[field];
  if (template === undefined) return undefined;
  const evaluation = evaluationScope(context);
  const value = (await evaluateTyped(evaluation, field, template, 'number')) as number;
  if (!Number.isInteger(value) || value < 1 || value > 99_999_999) {
    throw evaluationError(
      evaluation,
      `The ${field} field must be a positive integer, but was: ${value}`,
      field,
    );
  }
  return value;
}

function resultTooLarge(resource: string): StatesError {
  return new StatesError({
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${resource}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  });
}
