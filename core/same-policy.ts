import { isDeepStrictEqual } from 'node:util';

/**
 * Whether two policy documents, or statements of one, say the same. Services of AWS do not give a document back as they got it: lists
 * are in another order, a list of one is its entry, everybody is written in either way, and an empty id is left out or
 * added (hashicorp/terraform issues 2432 and 5978, pull request 4278). What differs in that alone is no difference.
 *
 * Sources of the forms: IAM user guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy language".
 */
export function isSamePolicy(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(canonical(one), canonical(other));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = [...new Set(value.map((entry) => JSON.stringify(canonical(entry))))].sort();
    return entries.length === 1 ? (JSON.parse(entries[0] ?? '') as unknown) : entries;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value)
    .filter(([key, item]) => item !== undefined && !(key === 'Sid' && item === ''))
    .map(
      ([key, item]) => [key, key === 'Principal' && item === '*' ? { AWS: '*' } : canonical(item)] as const,
    );
  // In one order: lists are compared by their text.
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
