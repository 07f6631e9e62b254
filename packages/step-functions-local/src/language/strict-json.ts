/**
 * JSON as Step Functions takes it in $parse: unlike JSON.parse it refuses a key that an object has twice, and a number
 * that no double can hold.
 * @throws SyntaxError
 */
export function strictJson(text: string): unknown {
  const value: unknown = JSON.parse(text, (_key, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) throw new SyntaxError('a number is out of range');
    return item;
  });
  if (hasRepeatedKey(text)) throw new SyntaxError('a key is repeated');
  return value;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** @param text JSON that is known to be valid, so that braces and commas alone tell keys from values. */
function hasRepeatedKey(text: string): boolean {
  /** The keys so far of each object that is open, or undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let mayBeKey = false;
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      mayBeKey = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ',') {
      mayBeKey = open.at(-1) !== undefined;
    } else if (token !== ':' && mayBeKey) {
      const keys = open.at(-1);
      const key = JSON.parse(token) as string;
      if (keys?.has(key) === true) return true;
      keys?.add(key);
      mayBeKey = false;
    }
  }
  return false;
}
