import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { UserError } from '../../core/errors';
import type { PublishedChecksum } from '../../core/versions';

const digest = /^[0-9a-f]{64}$/;

/** SHA-256 in hexadecimal. */
export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Reads the SHA-256 of a file out of what its publisher published.
 *
 * @param text content of the checksum file
 * @param file name of the file that was downloaded
 * @param version of the chart, where the file is a Helm repository's index
 * @throws Error when it does not say
 */
export function publishedDigest(
  published: PublishedChecksum,
  text: string,
  file: string,
  version: string,
): string {
  const found = read(published, text, file, version)?.toLowerCase();
  if (found === undefined || !digest.test(found)) {
    throw new Error(`${published.url} states no SHA-256 for ${file}: it cannot be verified and is not used`);
  }
  return found;
}

function read(published: PublishedChecksum, text: string, file: string, version: string): string | undefined {
  switch (published.kind) {
    case 'digest-file':
      return text.trim().split(/\s+/)[0];
    case 'checksum-list':
      return text
        .split('\n')
        .map((line) => line.trim().split(/\s+\*?/))
        .find(([, name]) => name === file)?.[0];
    case 'helm-index': {
      // As text: a digest of figures alone is no number.
      const index = parse(text, { schema: 'failsafe' }) as {
        entries?: Record<string, { version?: string; digest?: string }[]>;
      };
      return index.entries?.[published.chart]?.find((entry) => entry.version === version)?.digest;
    }
  }
}

/**
 * Refuses a download whose content is not what was expected.
 *
 * @param expected SHA-256 in hexadecimal
 * @param source who says so, for the message
 * @throws UserError `ChecksumMismatch`
 */
export function verify(content: Buffer, expected: string, what: string, source: string): void {
  const found = sha256(content);
  if (found === expected) return;
  throw new UserError(
    'ChecksumMismatch',
    `${what} has the SHA-256 ${found}; expected ${expected} (${source}). It was not used. Find out who changed it: ` +
      'if the publisher did, pin the new digest; if nobody should have, do not.',
  );
}
