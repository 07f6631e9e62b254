import { createVirtualClock } from '../clock/virtual-clock';
import type { HistoryEvent } from '../execution/history';
import type { ExecutionRecord } from '../execution/records';
import { seededRandom } from '../language/random';
import { StepFunctions } from '../service/service';
import { recordedResults } from './recorded-results';
import type { RecordedEvent, RecordedResult, Recording } from './recording';

export interface Replayed {
  readonly record: ExecutionRecord;
  readonly events: readonly RecordedEvent[];
  /** Recorded results that no task asked for. */
  readonly unused: readonly RecordedResult[];
}

/**
 * Runs a recording's definition with its input, its tasks giving what they gave on AWS. Nothing is really waited for.
 * @throws Error if the execution has not ended after `longestMs`.
 */
export async function runRecording(recording: Recording, longestMs = replayLimitMs): Promise<Replayed> {
  const remaining = [...recording.taskResults];
  const service = new StepFunctions({
    accountId: '111122223333',
    region: 'us-east-1',
    clock: createVirtualClock(),
    random: seededRandom(1),
    integrations: recordedResults(remaining, recording.expected.events),
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
  try {
    const record = await within(longestMs, service.whenEnded(started.arn));
    return { record, events: service.history(started.arn).map(flatten), unused: remaining };
  } finally {
    service.close();
  }
}

/** No replay waits for anything real: one that takes longer waits for what never comes. */
const replayLimitMs = 60_000;

/** @throws Error if nothing happens any more before the promise is settled: the process would end without a word. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('the execution did not end'));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Details that are JSON text in a history and parsed in a recording. */
const jsonTexts = new Set(['input', 'output', 'parameters']);

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
      details[key] = jsonTexts.has(key) ? (JSON.parse(value as string) as unknown) : value;
    }
  }
  return { type: event.type, id: event.id, previousEventId: event.previousEventId, ...details };
}
