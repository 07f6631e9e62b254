/** A key of a configuration, with its place, and what it was set to. */
export interface AskedKey {
  readonly key: string;
  readonly value: string;
}

/** A value longer than this is counted, not shown: the metadata of a directory is some thousand characters of XML. */
const longest = 300;

/** The input of an execution, key by key in its own order: `access.default_role` for what stands in a map. */
export function askedKeys(input: unknown, prefix = ''): AskedKey[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([name, value]): AskedKey[] => {
    const key = `${prefix}${name}`;
    if (isMap(value)) {
      const inner = askedKeys(value, `${key}.`);
      return inner.length === 0 ? [{ key, value: '{}' }] : inner;
    }
    return [{ key, value: shown(value) }];
  });
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = Array.isArray(value)
    ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(', ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, 60)}… (${text.length} characters)`;
}
