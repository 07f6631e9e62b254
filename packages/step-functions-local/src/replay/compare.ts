import { causesMeanTheSame } from './causes';
import { hasNestedParallel, isConcurrent, links } from './concurrency';
import type { RecordedEvent, Recording } from './recording';
import type { Replayed } from './run-recording';
import { differs, valueDifference, type Placeholders } from './values';

/**
 * Compares a replay with what was recorded: status, output, error and cause, then every event with its id, the event
 * that it follows, and all its details. What may differ is what the recordings' README says is random or unordered.
 *
 * @returns the first difference, or undefined.
 */
export function compare(recording: Recording, replayed: Replayed): string | undefined {
  const { expected } = recording;
  const { record } = replayed;
  const placeholders: Placeholders = new Map();
  const output: unknown = record.output === undefined ? null : JSON.parse(record.output);
  const unused = replayed.unused[0];
  return (
    valueDifference('status', expected.status, record.status, placeholders) ??
    valueDifference('error', expected.error, record.failure?.error ?? null, placeholders) ??
    causeDifference(
      'cause',
      expected.cause,
      record.failure?.cause ?? null,
      isConcurrent(recording.definition),
      placeholders,
    ) ??
    valueDifference('output', expected.output, output, placeholders) ??
    (unused === undefined
      ? undefined
      : `state '${unused.state}' did not use the result of its attempt ${unused.attempt}`) ??
    eventsDifference(recording, replayed.events, placeholders)
  );
}

function eventsDifference(
  recording: Recording,
  actual: readonly RecordedEvent[],
  placeholders: Placeholders,
): string | undefined {
  const { expected } = recording;
  if (expected.parallelEventsSorted === true || recording.parallelEventsSorted === true) {
    // In nested Parallel states only the outcome can be compared.
    if (hasNestedParallel(recording.definition)) return undefined;
    return sortedDifference(expected.events, actual, isConcurrent(recording.definition), placeholders);
  }
  const difference = orderedDifference(expected.events, actual, placeholders);
  if (difference === undefined || !isConcurrent(recording.definition)) return difference;
  const gap = expected.events.find((event, index) => event.id !== index + 1);
  if (gap !== undefined) return `event ${gap.type}: ids do not run from 1 without gaps at ${gap.id}`;
  return unorderedDifference(
    links(expected.events).map(({ event, follows }) => ({ ...event, follows })),
    links(actual).map(({ event, follows }) => ({ ...event, follows })),
    placeholders,
  );
}

function orderedDifference(
  expected: readonly RecordedEvent[],
  actual: readonly RecordedEvent[],
  placeholders: Placeholders,
): string | undefined {
  for (let index = 0; index < Math.max(expected.length, actual.length); index++) {
    const [wanted, got] = [expected[index], actual[index]];
    if (wanted === undefined || got === undefined) return differs(`event ${index + 1}`, wanted, got);
    const difference =
      eventDifference(wanted, got, false, placeholders) ??
      valueDifference(`event ${index + 1}.id`, wanted.id, got.id, placeholders) ??
      (followsAlike(wanted, got, actual)
        ? undefined
        : differs(`event ${index + 1}.previousEventId`, wanted.previousEventId, got.previousEventId));
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/**
 * AWS let EvaluationFailed follow the event before the state's Entered event until December 2024, and the Entered
 * event itself since: recordings have both.
 */
function followsAlike(
  expected: RecordedEvent,
  actual: RecordedEvent,
  events: readonly RecordedEvent[],
): boolean {
  if (expected.previousEventId === actual.previousEventId) return true;
  const entered = events[actual.previousEventId - 1];
  return (
    expected.type === 'EvaluationFailed' &&
    entered !== undefined &&
    entered.type.endsWith('StateEntered') &&
    entered['name'] === actual['state'] &&
    entered.previousEventId === expected.previousEventId
  );
}

/**
 * Inside Parallel states the recorder kept neither order nor ids, and lost the event before ParallelStateExited.
 * @param concurrent how far other branches got before one failed may differ, and with it the number of events.
 */
function sortedDifference(
  expected: readonly RecordedEvent[],
  actual: readonly RecordedEvent[],
  concurrent: boolean,
  placeholders: Placeholders,
): string | undefined {
  const failed = actual.some(({ type }) => type === 'ParallelStateFailed');
  const lastId = expected.at(-1)?.id ?? 0;
  const shift = concurrent && failed ? actual.length - lastId : 0;
  const firstInside = expected.findIndex(({ id }) => id === 0);
  const numbered = expected
    .map((event, index) => (index > firstInside ? shifted(event, shift) : event))
    .filter(({ id }) => id !== 0);
  for (const event of numbered) {
    const own = actual.filter(({ id }) => id === event.id);
    const difference = orderedDifference([event], own, placeholders);
    if (difference !== undefined) return difference;
  }
  if (concurrent && failed) return undefined;
  const ids = new Set(numbered.map((event) => event.id));
  const inside = actual.filter(
    ({ id, type }) => !ids.has(id) && !/^ParallelState(Succeeded|Failed)$/.test(type),
  );
  return unorderedDifference(
    expected.filter((event) => event.id === 0),
    inside,
    placeholders,
  );
}

function shifted(event: RecordedEvent, shift: number): RecordedEvent {
  if (event.id === 0) return event;
  return { ...event, id: event.id + shift, previousEventId: event.previousEventId + shift };
}

/** Each expected event must have one of its own among the actual ones, and none may be left. */
function unorderedDifference(
  expected: readonly RecordedEvent[],
  actual: readonly RecordedEvent[],
  placeholders: Placeholders,
): string | undefined {
  const left = [...actual];
  for (const event of expected) {
    const index = left.findIndex(
      (candidate) => eventDifference(event, candidate, true, placeholders) === undefined,
    );
    if (index < 0)
      return differs(
        `an event ${event.type}`,
        event,
        left.find(({ type }) => type === event.type),
      );
    left.splice(index, 1);
  }
  return left[0] === undefined ? undefined : differs(`an event ${left[0].type}`, undefined, left[0]);
}

/** Type and details; ids are the caller's to compare. */
function eventDifference(
  expected: RecordedEvent,
  actual: RecordedEvent,
  ignoreIds: boolean,
  placeholders: Placeholders,
): string | undefined {
  const path = `event ${actual.id} ${actual.type}`;
  const { id: _id, previousEventId: _previous, cause, ...wanted } = expected;
  const { id: _actualId, previousEventId: _actualPrevious, cause: actualCause, ...got } = actual;
  return (
    valueDifference(path, wanted, got, placeholders) ??
    causeDifference(`${path}.cause`, cause, actualCause, ignoreIds, placeholders)
  );
}

function causeDifference(
  path: string,
  expected: unknown,
  actual: unknown,
  ignoreIds: boolean,
  placeholders: Placeholders,
): string | undefined {
  if (
    typeof expected === 'string' &&
    typeof actual === 'string' &&
    causesMeanTheSame(expected, actual, ignoreIds)
  ) {
    return undefined;
  }
  return valueDifference(path, expected, actual, placeholders);
}
