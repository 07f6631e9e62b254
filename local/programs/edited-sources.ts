import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from './table';

/**
 * Copies a program's own module, changes it as the table says, and writes a go.mod that takes the copy in its place. What
 * else the program is made of is what the others are made of, and is not compiled again for it.
 *
 * @param moduleSource where Go keeps the published module
 * @param ownFolder with the go.mod and go.sum of all programs
 * @param folder for the copy, new
 * @returns the go.mod, for `-modfile`
 * @throws Error where the text that is to be changed is not there exactly once
 */
export async function editSources(
  { module, edits = [] }: Program,
  { moduleSource, ownFolder, folder }: { moduleSource: string; ownFolder: string; folder: string },
): Promise<string> {
  const copy = join(folder, 'module');
  await mkdir(copy, { recursive: true });
  await copyFile(join(moduleSource, 'go.mod'), join(copy, 'go.mod'));
  for (const part of ['cmd', 'pkg']) {
    if (existsSync(join(moduleSource, part))) await copyTree(join(moduleSource, part), join(copy, part));
  }
  for (const { file, from, to } of edits) {
    const path = join(copy, file);
    const parts = (await readFile(path, 'utf8')).split(from);
    if (parts.length !== 2) throw new Error(`${module}: ${file} has not exactly one "${from}"`);
    await writeFile(path, parts.join(to));
  }
  await copyFile(join(ownFolder, 'go.sum'), join(folder, 'go.sum'));
  const goMod = join(folder, 'go.mod');
  const shared = await readFile(join(ownFolder, 'go.mod'), 'utf8');
  await writeFile(goMod, `${shared}\nreplace ${module} => ${copy}\n`);
  return goMod;
}

/** Contents only: Go's copy is for reading, and a copy with its modes could not be removed. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else await writeFile(target, await readFile(source));
  }
}
