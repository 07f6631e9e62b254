import fc from '../support/fast-check';

/** Values that code which expects something else trips over. */
const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1e308, '', ' ', '[', '__proto__', '\u0000', '\ud800', [], {}, [
    [],
  ]),
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.constantFrom('a'.repeat(5_000), '{% $x %}', '${x}', '../../etc/passwd', '<!DOCTYPE x>', '%', '%zz'),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Where something of a document is changed: numbers choose among what is there. */
const step = fc.record({
  path: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
  how: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
  value: strange,
  key: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'length'),
  ),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Documents a few changes away from a valid one, and some that are nothing of the kind. */
export function mutated(valid: unknown): fc.Arbitrary<unknown> {
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .array(step, { minLength: 1, maxLength: 4 })
        .map((steps) => steps.reduce<unknown>(change, structuredClone(valid))),
    },
    { weight: 1, arbitrary: strange },
  );
}

/** Text some cuts, repetitions and insertions away from a valid one. */
export function mutatedText(valid: string): fc.Arbitrary<string> {
  const cut = fc.record({
    from: fc.nat(Math.max(valid.length, 1)),
    length: fc.nat(80),
    put: fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 20, unit: 'binary' }),
      fc.constantFrom('<', '>', '&a;', ']]>', ','),
    ),
    times: fc.constantFrom(1, 1, 1, 200),
  });
  return fc
    .array(cut, { maxLength: 4 })
    .map((cuts) =>
      cuts.reduce(
        (text, { from, length, put, times }) =>
          text.slice(0, from) + put.repeat(times) + text.slice(from + length),
        valid,
      ),
    );
}

function change(document: unknown, { path, how, value, key }: Step): unknown {
  let holder: Record<string, unknown> | unknown[] | undefined;
  let at: string | undefined;
  let here = document;
  for (const choice of path) {
    if (typeof here !== 'object' || here === null) break;
    const keys = Object.keys(here);
    const chosen = keys[choice % Math.max(keys.length, 1)];
    if (chosen === undefined) break;
    holder = here as Record<string, unknown>;
    at = chosen;
    here = (here as Record<string, unknown>)[chosen];
  }
  if (holder === undefined || at === undefined) return value;
  const fields = holder as Record<string, unknown>;
  if (how === 'remove') Reflect.deleteProperty(fields, at);
  else if (Array.isArray(holder)) holder.push(how === 'repeat' ? here : value);
  // As JSON.parse makes it: a key of its own, whatever its name.
  else if (how === 'add')
    Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
  else fields[at] = value;
  return document;
}

/** A document as JSON; of what JSON has nothing for, nothing. */
export function jsonOf(document: unknown): string {
  return document === undefined ? '' : JSON.stringify(document);
}
