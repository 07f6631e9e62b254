/**
 * Causes of evaluation errors hold wording of the service's own: what counts is what they mean, which is the state,
 * its Entered event, the field, the expression, and the kind of failure.
 */

const STATE =
  /^An error occurred while executing the state '([\s\S]+?)' \(entered at the event id #(\d+)\)\./;
const EXPRESSION = /The JSONata expression '([\s\S]*)' specified for the field '([^']+)'/;
const TYPES = /Expected '(\w+)', but was '(\w+)' for value: ([\s\S]*)$/;

const KINDS: readonly (readonly [string, RegExp])[] = [
  ['undefined', /returned nothing \(undefined\)/],
  ['type', /returned an unexpected result type/],
  ['unsupported', /returned an unsupported result type/],
  ['thrown', /threw an error during evaluation/],
  ['map input', /Map state input must be an array/],
  ['timestamp', /Timestamp field cannot be parsed/],
  ['transition', /Failed to transition out of the state/],
];

/** @param ignoreIds in concurrent parts the number of an event says nothing. */
export function causesMeanTheSame(expected: string, actual: string, ignoreIds: boolean): boolean {
  return (
    expected === actual ||
    JSON.stringify(meaning(expected, ignoreIds)) === JSON.stringify(meaning(actual, ignoreIds))
  );
}

function meaning(cause: string, ignoreIds: boolean): unknown {
  const state = STATE.exec(cause);
  // Anything that does not begin so is not the interpreter's wording but a task's: it must be equal.
  if (state === null) return cause;
  const [, name, id] = state;
  const [, expression, field] = EXPRESSION.exec(cause) ?? [];
  const kind = KINDS.find(([, pattern]) => pattern.test(cause))?.[0] ?? 'other';
  return { name, id: ignoreIds ? 0 : id, expression, field, kind, types: TYPES.exec(cause)?.slice(1) };
}
