import { createVirtualClock } from '../clock/virtual-clock';
import type { HistoryEvent } from '../execution/history';
import type { ExecutionRecord } from '../execution/records';
import type { TaskIntegration } from '../integrations/integration';
import { StatesError } from '../language/errors';
import { seededRandom } from '../language/random';
import { StepFunctions } from '../service/service';
import type { RecordedEvent, RecordedResult, Recording } from './recording';

export interface Replayed {
  readonly record: ExecutionRecord;
  readonly events: readonly RecordedEvent[];
  /** Recorded results that no task asked for. */
  readonly unused: readonly RecordedResult[];
}

/** Runs a recording's definition with its input, its tasks giving what they gave on AWS. Nothing is really waited for. */
export async function runRecording(recording: Recording): Promise<Replayed> {
  const remaining = [...recording.taskResults];
  const service = new StepFunctions({
    accountId: '111122223333',
    region: 'us-east-1',
    clock: createVirtualClock(),
    random: seededRandom(1),
    integrations: recordedResults(remaining),
  });
  const { arn } = service.createStateMachine({
    name: 'replay',
    definition: JSON.stringify(recording.definition),
    roleArn: 'arn:aws:iam::111122223333:role/replay',
  });
  const started = service.startExecution({
    stateMachineArn: arn,
    name: 'replay',
    input: JSON.stringify(recording.input),
  });
  const record = await service.whenEnded(started.arn);
  const events = service.history(started.arn).map(flatten);
  service.close();
  return { record, events, unused: remaining };
}

/** Gives each task the next unused result of its state, in Map iterations that of its state and iteration. */
function recordedResults(remaining: RecordedResult[]): TaskIntegration {
  return {
    async call(request) {
      const index = remaining.findIndex(
        (result) =>
          result.state === request.stateName &&
          (result.mapIndex === undefined || result.mapIndex === request.mapIndex),
      );
      const [result] = index < 0 ? [] : remaining.splice(index, 1);
      if (result === undefined) {
        throw new Error(`the recording has no result left for state '${request.stateName}'`);
      }
      if (result.timedOut === true) await request.clock.sleep(Number.POSITIVE_INFINITY);
      if (result.error !== undefined || result.cause !== undefined) {
        throw new StatesError({
          ...(result.error === undefined ? {} : { error: result.error }),
          ...(result.cause === undefined ? {} : { cause: result.cause }),
        });
      }
      return result.result;
    },
  };
}

/** Details that are JSON text in a history and parsed in a recording. */
const JSON_TEXTS = new Set(['input', 'output', 'parameters']);

/** An event in the form of the recordings. */
export function flatten(event: HistoryEvent): RecordedEvent {
  const details: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event.details ?? {})) {
    if (key === 'roleArn' || key === 'region') continue;
    if (key === 'assignedVariables') {
      details[key] = Object.fromEntries(
        Object.entries(value as Record<string, string>).map(([name, text]) => [
          name,
          JSON.parse(text) as unknown,
        ]),
      );
    } else {
      details[key] = JSON_TEXTS.has(key) ? (JSON.parse(value as string) as unknown) : value;
    }
  }
  return { type: event.type, id: event.id, previousEventId: event.previousEventId, ...details };
}
