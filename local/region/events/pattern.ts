/** An event as EventBridge delivers it. */
export interface BusEvent {
  version?: string;
  source: string;
  'detail-type': string;
  detail: Record<string, unknown>;
  account?: string;
  region?: string;
  time?: string;
  id?: string;
  resources?: string[];
}

/** An event pattern: a tree whose leaves are lists of allowed values. */
export type EventPattern = { [field: string]: EventPattern | readonly unknown[] };

/**
 * Whether an event matches a pattern (EventBridge user guide, "Event patterns"): every field of the pattern must be in
 * the event with one of the listed values. Of the comparison operators those are known that our rules use.
 *
 * @throws Error for an operator that is not known, rather than never to match
 */
export function matches(pattern: EventPattern, event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  return Object.entries(pattern).every(([field, expected]) => {
    const actual = (event as Record<string, unknown>)[field];
    if (!Array.isArray(expected)) return matches(expected as EventPattern, actual);
    const values: unknown[] = Array.isArray(actual) ? actual : [actual];
    return expected.some((allowed: unknown) => values.some((value) => matchesValue(allowed, value)));
  });
}

function matchesValue(allowed: unknown, value: unknown): boolean {
  if (typeof allowed !== 'object' || allowed === null) return allowed === value;
  const [operator, operand] = Object.entries(allowed)[0] ?? [];
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'exists':
      return (value !== undefined) === operand;
    case 'anything-but':
      return value !== undefined && !(Array.isArray(operand) ? operand : [operand]).includes(value);
    default:
      throw new Error(`the local region does not know the event pattern operator ${operator ?? '(none)'}`);
  }
}
