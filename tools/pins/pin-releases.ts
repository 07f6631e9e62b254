import { messageOf } from '../../core/errors';
import type { Release } from '../../core/versions';
import type { Say } from '../../builds/support/say';
import { differences, readPublished, replacePin, type PublishedDigests } from './pins';
import type { Get } from '../../builds/tools/web';

/** A release and the version that it is to be pinned at. */
export interface Wanted {
  release: Release;
  version: string;
}

/** What is the matter, worst last; a command's exit code. */
export const exitCodes = { fine: 0, differs: 1, usage: 2, unreachable: 3 } as const;

/**
 * The releases that arguments name, as `kubectl` or `kubectl@1.35.9`; all of them where there are none.
 *
 * @throws Error for a name that is none
 */
export function readWanted(names: readonly string[], releases: readonly Release[]): Wanted[] {
  if (names.length === 0) return releases.map((release) => ({ release, version: release.version }));
  return names.map((argument) => {
    const [name = '', version] = argument.split('@');
    const release = releases.find((candidate) => candidate.name === name);
    if (release === undefined) {
      throw new Error(
        `core/versions.ts has no ${name}; it has ${releases.map((known) => known.name).join(', ')}`,
      );
    }
    if (version !== undefined && !/^\d+\.\d+\.\d+$/.test(version)) {
      throw new Error(`${argument} names no version such as ${name}@${release.version}`);
    }
    return { release, version: version ?? release.version };
  });
}

/**
 * Pins releases at the digests that their publishers state, or only compares them. A publisher that states another
 * digest than the one pinned for the same version is not followed: a release does not change, so one of both is wrong.
 *
 * @param options.say what is found, a line for each release
 * @returns the text with its pins, and the exit code
 */
export async function pinReleases(
  text: string,
  wanted: readonly Wanted[],
  options: { check: boolean; get: Get; say: Say; progress: Say },
): Promise<{ text: string; code: number }> {
  const { check, get, say, progress } = options;
  let result = text;
  let code: number = exitCodes.fine;
  const worst = (found: number): void => {
    code = Math.max(code, found);
  };
  for (const [index, { release, version }] of wanted.entries()) {
    const name = `${release.name} ${version}`;
    progress(`[${index + 1}/${wanted.length}] reading what is published of ${name}`);
    let published: PublishedDigests;
    try {
      published = await readPublished(release, version, get);
    } catch (error) {
      say(`${name}: ${messageOf(error)}`);
      worst(exitCodes.unreachable);
      continue;
    }
    const found = differences(release, version, published.digests);
    const contradicted = found.filter(({ pinned }) => pinned !== undefined);
    for (const { key, pinned = '', published: stated } of contradicted) {
      say(
        `${name} (${key}): pinned is ${pinned}, published is ${stated} (${published.sources.join(', ')}). ` +
          'A release does not change: find out which is wrong before anything of it is used. To pin it again, first ' +
          'remove its digests from core/versions.ts.',
      );
      worst(exitCodes.differs);
    }
    if (contradicted.length > 0) continue;
    if (found.length === 0) {
      say(`${name}: pinned as published (${published.sources.join(', ')})`);
      continue;
    }
    for (const { key, published: stated } of found) {
      say(`${name} (${key}): ${check ? 'not pinned; published is' : 'pinned'} ${stated}`);
    }
    const [source = ''] = published.sources;
    if (!check) result = replacePin(result, release.name, { version, digests: published.digests, source });
  }
  return { text: result, code };
}
