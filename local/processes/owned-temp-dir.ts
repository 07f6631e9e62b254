import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTempDir, type TempDir } from './temp-dir';

/** In the directory: the id of the process that made it. */
const ownerFile = 'owner.pid';

/**
 * A temporary directory that is known to be this process', so that {@link sweepTempDirs} can tell later whether anybody
 * still needs it.
 */
export async function makeOwnedTempDir(prefix: string): Promise<TempDir> {
  const made = await makeTempDir(prefix);
  await writeFile(join(made.path, ownerFile), String(process.pid), { mode: 0o600 });
  return made;
}

/**
 * Removes what processes that were killed have left: directories of {@link makeOwnedTempDir} whose maker is gone. One
 * whose maker cannot be told is left alone, and so is one of another user.
 *
 * @param prefix the directories' prefix
 * @returns the paths that were removed
 */
export async function sweepTempDirs(prefix: string, parent = tmpdir()): Promise<string[]> {
  const removed: string[] = [];
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    if (!entry.isDirectory() || !entry.name.startsWith(prefix)) continue;
    const path = join(parent, entry.name);
    const owner = await readFile(join(path, ownerFile), 'utf8').catch(() => '');
    if (!/^\d+$/.test(owner) || isAlive(Number(owner))) continue;
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).then(
      () => removed.push(path),
      () => undefined,
    );
  }
  return removed;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
