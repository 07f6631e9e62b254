import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildEnvironment, type BuildEnvironment } from '../../core/handover/build-environment';

/** A variable holds at most 4,096 characters; the rest leaves room for characters of several bytes. */
const longest = 3000;

/** The JSON of as many entries of a list as an exported variable holds. */
export function mostThatFits(count: number, encode: (count: number) => string): string {
  let shown = count;
  while (shown > 0 && encode(shown).length > longest) shown -= 1;
  return encode(shown);
}

/** A text with at most so many characters. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Writes what a build specification exports to where it reads it from: beside the source. */
export async function writeExported(
  file: string,
  json: string,
  environment: BuildEnvironment = buildEnvironment(),
): Promise<void> {
  await writeFile(join(environment.CODEBUILD_SRC_DIR ?? process.cwd(), file), json);
}
