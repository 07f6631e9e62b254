import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AwsClients } from '../../adapters/aws/clients';
import { parseS3Url, readObject } from '../../adapters/aws/s3';
import { TransientError } from '../../core/errors';
import type { Download } from '../../core/versions';
import type { Say } from '../support/say';
import { publishedDigest, verify } from './verify';

/** Gets the content of an address. Injected, so that verification can be tested without a network. */
export type Get = (url: string) => Promise<Buffer>;

const attempts = 4;
const firstPauseMs = 2_000;

/** Reads https:// and s3:// addresses; a failure of the server or the network is tried again, 14 s in all. */
export function reader(clients: AwsClients): Get {
  return async (url) => {
    const object = parseS3Url(url);
    if (object !== undefined) return readObject(clients, object);
    let failure = '';
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) await delay(firstPauseMs * 2 ** (attempt - 1));
      try {
        const response = await fetch(url);
        if (response.ok) return Buffer.from(await response.arrayBuffer());
        failure = `${response.status} ${response.statusText}`;
        if (response.status < 500 && response.status !== 429) break;
      } catch (error) {
        failure = describe(error);
      }
    }
    throw new TransientError(
      'DownloadFailed',
      `${url} could not be downloaded: ${failure}. Without egress, set a mirror: see docs/operations.md, "Networks ` +
        'without egress".',
    );
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/**
 * Downloads a release and verifies it before anything else is done with it: against the digest that is pinned in
 * `core/versions.ts`, else against the one that its publisher states.
 *
 * @param mirror address of a folder (`s3://bucket/folder` or https) that has the same files under their own names;
 * the checksum file is then taken from there too, if the digest is not pinned
 */
export async function downloadVerified(
  { url, sha256, published }: Download,
  options: { get: Get; version: string; mirror?: string | undefined; say: Say },
): Promise<Buffer> {
  const { get, version, mirror, say } = options;
  const at = (address: string): string =>
    mirror === undefined ? address : `${mirror.replace(/\/$/, '')}/${basename(new URL(address).pathname)}`;
  const file = basename(new URL(url).pathname);
  const content = await get(at(url));
  if (sha256 === undefined) {
    const source = at(published.url);
    const stated = publishedDigest(published, (await get(source)).toString('utf8'), file, version);
    verify(content, stated, file, source);
    say(`${file}: verified against ${source} (pin ${stated} in core/versions.ts to trust nobody's server)`);
  } else {
    verify(content, sha256, file, 'core/versions.ts');
    say(`${file}: verified against the pinned digest`);
  }
  return content;
}
