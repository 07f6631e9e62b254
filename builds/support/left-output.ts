import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildEnvironment } from '../../core/handover/build-environment';
import type { Left } from '../../core/handover/left';

/** Notes something that is left. */
export type Leave = (left: Left) => void;

/** A variable holds at most 4,096 characters; the rest is for whoever counts bytes. */
const longest = 3000;

/** One text in the list. */
const longestText = 600;

/** The file that the build specification reads the exported variable `LEFT` from, beside the source. */
const leftFile = 'left.json';

/** The JSON of what is left, cut to what an exported variable holds. */
export function encodeLeft(left: readonly Left[]): string {
  const shown = left.map(({ what, why }) => ({ what: cut(what), why: cut(why) }));
  const encode = (count: number): string => {
    const more = shown.length - count;
    const rest = { what: `${more} more`, why: "the teardown build's log names them" };
    return JSON.stringify([...shown.slice(0, count), ...(more > 0 ? [rest] : [])]);
  };
  let count = shown.length;
  while (count > 0 && encode(count).length > longest) count -= 1;
  return encode(count);
}

/** Writes what is left to where the build specification exports it from. */
export async function writeLeft(left: readonly Left[]): Promise<void> {
  await writeFile(join(buildEnvironment().CODEBUILD_SRC_DIR ?? process.cwd(), leftFile), encodeLeft(left));
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}
