/** Compares a text with a pattern of IAM: `*` stands for any number of characters, `?` for one. */
export function matchesPattern(text: string, pattern: string, ignoreCase = false): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${escaped}$`, ignoreCase ? 'iu' : 'u').test(text);
}

/**
 * Compares an ARN with a pattern as IAM does: each of the six parts by itself, so that a wildcard does not reach beyond
 * its part; the last part may have colons of its own. The pattern `*` is for everything, and the only one for a request
 * that concerns no resource, which is written `*` too.
 */
export function matchesArn(arn: string, pattern: string): boolean {
  if (pattern === '*') return true;
  const wanted = partsOf(pattern);
  const parts = partsOf(arn);
  return (
    parts.length === wanted.length && parts.every((part, index) => matchesPattern(part, wanted[index] ?? ''))
  );
}

/** `arn`, partition, service, region, account, resource. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
