import type { TaskIntegration, TaskRequest } from '../integrations/integration';
import { StatesError } from '../language/errors';
import type { StepFunctions } from '../service/service';
import type { RecordedEvent, RecordedResult } from './recording';
import { defined } from '../defined';

/**
 * Gives each task the next unused result of its state, in Map iterations that of its state and iteration. A task that
 * waits for a job or a callback is first submitted, with what its TaskSubmitted event was recorded with.
 *
 * @param remaining the results; one that was used is taken out.
 */
export function recordedResults(
  remaining: RecordedResult[],
  events: readonly RecordedEvent[],
): (service: StepFunctions) => TaskIntegration {
  const submissions = events.filter(({ type }) => type === 'TaskSubmitted');
  return (service) => ({
    async call(request) {
      const result = take(
        remaining,
        ({ state, mapIndex }) =>
          state === request.stateName && (mapIndex === undefined || mapIndex === request.mapIndex),
      );
      if (result === undefined) {
        throw new Error(`the recording has no result left for state '${request.stateName}'`);
      }
      const submission = take(submissions, ({ resource }) =>
        request.resource.endsWith(`:${String(resource)}`),
      );
      if (request.taskToken !== undefined && submission !== undefined) {
        settleLater(service, request.taskToken, result);
        return submission['output'];
      }
      if (submission !== undefined) request.submitted(submission['output']);
      return await outcome(result, request);
    },
  });
}

function take<T>(from: T[], wanted: (one: T) => boolean): T | undefined {
  const index = from.findIndex(wanted);
  return index < 0 ? undefined : from.splice(index, 1)[0];
}

async function outcome(result: RecordedResult, request: TaskRequest): Promise<unknown> {
  if (result.timedOut === true) await request.clock.sleep(Number.POSITIVE_INFINITY);
  const failure = failureOf(result);
  if (failure !== undefined) throw new StatesError(failure);
  return result.result;
}

/** Calls back once the task has been submitted, unless no call came on AWS either. */
function settleLater(service: StepFunctions, token: string, result: RecordedResult): void {
  if (result.timedOut === true) return;
  setImmediate(() => {
    const waiter = service.taskTokens.find(token);
    const failure = failureOf(result);
    if (failure === undefined) waiter?.succeed(result.result);
    else waiter?.fail(failure);
  });
}

function failureOf({ error, cause }: RecordedResult): { error?: string; cause?: string } | undefined {
  if (error === undefined && cause === undefined) return undefined;
  return { ...defined({ error, cause }) };
}
