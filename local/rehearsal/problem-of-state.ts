import { nearestKey } from '../../core/configuration';

/** What is wrong with the name of a state, with the nearest that there is; `undefined` where it is one of the known. */
export function problemOfState(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  const lowerCased = nearestKey(
    name,
    known.map((state) => state.toLowerCase()),
  );
  const nearest = known.find((state) => state.toLowerCase() === lowerCased);
  return (
    `the workflow has no step "${name}" that does work` +
    `${nearest === undefined ? '.' : `; did you mean "${nearest}"?`} It has: ${known.join(', ')}`
  );
}
