import type { Left } from '../../core/handover/left';
import { cut, mostThatFits, writeExported } from './exported-json';

/** Notes something that is left. */
export type Leave = (left: Left) => void;

/** One text in the list. */
const longestText = 600;

/** The file that the build specification reads the exported variable `LEFT` from, beside the source. */
const leftFile = 'left.json';

/** The JSON of what is left, cut to what an exported variable holds. */
export function encodeLeft(left: readonly Left[]): string {
  const shown = left.map(({ what, why }) => ({ what: cut(what, longestText), why: cut(why, longestText) }));
  return mostThatFits(shown.length, (count) => {
    const more = shown.length - count;
    const rest = { what: `${more} more`, why: "the teardown build's log names them" };
    return JSON.stringify([...shown.slice(0, count), ...(more > 0 ? [rest] : [])]);
  });
}

/** Writes what is left to where the build specification exports it from. */
export async function writeLeft(left: readonly Left[]): Promise<void> {
  await writeExported(leftFile, encodeLeft(left));
}
