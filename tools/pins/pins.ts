import { basename } from 'node:path';
import type { FileKey, Pin, Release } from '../../core/versions';
import { publishedDigest } from '../../builds/tools/verify';
import type { Get } from '../../builds/tools/web';

/** Digests of a version of a release, as its publisher states them. */
export interface PublishedDigests {
  digests: Record<string, string>;
  /** The checksum files that say so. */
  sources: string[];
}

/**
 * Reads the digests of all files of a version out of the release's own checksum files.
 *
 * @throws Unreadable, or Error where a checksum file does not name a file
 */
export async function readPublished(release: Release, version: string, get: Get): Promise<PublishedDigests> {
  const texts = new Map<string, string>();
  const digests: Record<string, string> = {};
  for (const key of release.keys) {
    const { url, published } = release.download(key, version);
    const text = texts.get(published.url) ?? (await get(published.url)).toString('utf8');
    texts.set(published.url, text);
    digests[key] = publishedDigest(published, text, basename(new URL(url).pathname), version);
  }
  return { digests, sources: [...texts.keys()] };
}

/** How what is pinned of a file relates to what its publisher states. */
export interface Comparison {
  key: FileKey;
  pinned: string | undefined;
  published: string;
}

/** The files whose digest is not the published one: not pinned, or pinned otherwise. */
export function differences(
  release: Release,
  version: string,
  digests: Readonly<Record<string, string>>,
): Comparison[] {
  return release.keys.flatMap((key) => {
    const { sha256: pinned } = release.download(key, version);
    const published = digests[key] ?? '';
    return pinned === published ? [] : [{ key, pinned, published }];
  });
}

/**
 * The text of `core/versions.ts` with another pin of one release.
 *
 * @throws Error when the text has no table of pins, or not this entry
 */
export function replacePin(text: string, name: string, pin: Pin): string {
  const [before, table, after] = split(text);
  const entry = new RegExp(`^  ${keyOf(name)}: \\{\\n[^]*?^  \\},\\n`, 'm');
  if (!entry.test(table)) throw new Error(`the table of pins in core/versions.ts has no entry ${name}`);
  return before + table.replace(entry, () => formatPin(name, pin)) + after;
}

const begin = /^const pins\b.*\{\n/m;
const end = '// End of the pins.';

function split(text: string): [before: string, table: string, after: string] {
  const head = begin.exec(text);
  const from = head === null ? -1 : head.index + head[0].length;
  const to = text.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`core/versions.ts has no table of pins between "const pins" and "${end}"`);
  }
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

/** An entry as Prettier leaves it. */
function formatPin(name: string, { version, digests, source }: Pin): string {
  const lines = [`  ${keyOf(name)}: {`, `    version: '${version}',`];
  if (digests !== undefined) {
    const all = Object.entries(digests).map(([key, digest]) => `      ${key}: '${digest}',`);
    lines.push('    digests: {', ...all, '    },');
  }
  if (source !== undefined) lines.push(`    source: '${source}',`);
  return [...lines, '  },', ''].join('\n');
}

function keyOf(name: string): string {
  return name.includes('-') ? `'${name}'` : name;
}
