/**
 * Equality of recorded and replayed values. Where the recorder put a placeholder for something random, anything
 * stands for it, but the same thing each time.
 */

const placeholder = /<[A-Za-z][\w:.-]*>/g;

/** What each placeholder of a recording has stood for so far. */
export type Placeholders = Map<string, string>;

/** The first difference between two JSON values, or undefined. */
export function valueDifference(
  path: string,
  expected: unknown,
  actual: unknown,
  placeholders: Placeholders,
): string | undefined {
  if (typeof expected === 'string' && typeof actual === 'string') {
    return textMatches(expected, actual, placeholders) ? undefined : differs(path, expected, actual);
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return differs(path, expected, actual);
    return first(expected, (item, index) =>
      valueDifference(`${path}[${index}]`, item, actual[index], placeholders),
    );
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = Object.keys(expected);
    const extra = Object.keys(actual).find((key) => !(key in expected));
    if (extra !== undefined) return differs(`${path}.${extra}`, undefined, actual[extra]);
    return first(keys, (key) =>
      key in actual
        ? valueDifference(`${path}.${key}`, expected[key], actual[key], placeholders)
        : differs(`${path}.${key}`, expected[key], undefined),
    );
  }
  return expected === actual ? undefined : differs(path, expected, actual);
}

function textMatches(expected: string, actual: string, placeholders: Placeholders): boolean {
  if (expected === actual || expected === 'timestamp') return true;
  const names = expected.match(placeholder);
  if (names === null) return false;
  const pattern = expected
    .split(placeholder)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('([\\s\\S]+?)');
  const match = new RegExp(`^${pattern}$`).exec(actual);
  if (match === null) return false;
  return names.every((name, index) => {
    const value = match[index + 1] ?? '';
    const earlier = placeholders.get(name);
    if (earlier === undefined) placeholders.set(name, value);
    return earlier === undefined || earlier === value;
  });
}

export function differs(path: string, expected: unknown, actual: unknown): string {
  return `${path}: expected ${show(expected)}, got ${show(actual)}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function first<T>(
  items: readonly T[],
  difference: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = difference(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
