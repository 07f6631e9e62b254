/**
 * Causes of evaluation errors hold wording of the service's own: what counts is what they mean, which is the state,
 * its Entered event, the field, the expression, and the kind of failure.
 */

const statePattern =
  /^An error occurred while executing the state '([\s\S]+?)' \(entered at the event id #(\d+)\)\./;
const expressionPattern = /The JSONata expression '([\s\S]*)' specified for the field '([^']+)'/;
const typesPattern = /Expected '(\w+)', but was '(\w+)' for value: ([\s\S]*)$/;

const kinds: readonly (readonly [string, RegExp])[] = [
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
  const state = statePattern.exec(cause);
  // Anything that does not begin so is not the interpreter's wording but a task's: it must be equal.
  if (state === null) return cause;
  const [, name, id] = state;
  const [, expression, field] = expressionPattern.exec(cause) ?? [];
  const kind = kinds.find(([, pattern]) => pattern.test(cause))?.[0] ?? 'other';
  return { name, id: ignoreIds ? 0 : id, expression, field, kind, types: typesPattern.exec(cause)?.slice(1) };
}
