/**
 * Level-based comparison: which parts of a description are not yet as wanted. Only what is wanted is looked at, so
 * that what others have set beside it is neither reported nor touched.
 */

/**
 * Whether `current` has everything that `desired` has. Arrays are sets; objects are compared key by key.
 *
 * @example
 * satisfies({ a: [2, 1], b: 'set by somebody' }, { a: [1, 2] }); // true
 */
export function satisfies(current: unknown, desired: unknown): boolean {
  if (Array.isArray(desired)) {
    return (
      Array.isArray(current) &&
      desired.length === current.length &&
      desired.every((wanted) => current.some((item) => satisfies(item, wanted))) &&
      current.every((item) => desired.some((wanted) => satisfies(item, wanted)))
    );
  }
  if (isRecord(desired)) {
    return (
      isRecord(current) && Object.entries(desired).every(([key, wanted]) => satisfies(current[key], wanted))
    );
  }
  return Object.is(current, desired);
}

/**
 * The keys of `desired` whose value `current` does not have.
 *
 * @param current a resource as its service describes it
 * @param desired the part of it that must be so; a key with the value `undefined` means that it must not be set
 * @returns the keys, sorted: empty when nothing has to change
 */
export function differences(current: object, desired: object): string[] {
  const found = current as Record<string, unknown>;
  return Object.entries(desired)
    .filter(([key, wanted]) => !satisfies(found[key], wanted))
    .map(([key]) => key)
    .sort();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
