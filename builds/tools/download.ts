import { basename } from 'node:path';
import type { AwsClients } from '../../adapters/aws/clients';
import { parseS3Url, readObject } from '../../adapters/aws/s3';
import { TransientError } from '../../core/errors';
import type { Download } from '../../core/versions';
import type { Say } from '../support/say';
import { publishedDigest, verify } from './verify';
import { Unreadable, webReader, type Get } from './web';

export type { Get };

/** A tool is some 60 MB, Kubeflow's archive some 20. */
const patience = { attempts: 4, firstPauseMs: 2_000, timeoutMs: 5 * 60_000 } as const;

/** Reads https:// and s3:// addresses; a failure of the server or the network is tried again, with 14 s of pauses. */
export function reader(clients: AwsClients): Get {
  const web = webReader(patience);
  return async (url) => {
    const object = parseS3Url(url);
    if (object !== undefined) return readObject(clients, object);
    try {
      return await web(url);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new TransientError(
        'DownloadFailed',
        `${url} could not be downloaded: ${error.why}. Without egress, set a mirror: see ` +
          'docs/operate/without-egress.md.',
      );
    }
  };
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
