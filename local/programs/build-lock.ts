import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/** Name of the file that a process locks while it builds. */
export const lockName = 'lock';
/** How long a lock outlives a process that was killed, in milliseconds. */
const staleMs = 20_000;
const lookAgainMs = 1000;

export interface LockOptions {
  /** Told how long somebody else has had the lock. */
  onWait: (seconds: number) => void;
  signal?: AbortSignal;
}

/** Does something while no other process builds programs, or changes the folder, beside it. */
export async function withBuildLock<T>(
  folder: string,
  { onWait, signal }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const file = join(folder, lockName);
  await writeFile(file, '', { flag: 'a' });
  const began = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    const release = await tryLock(file);
    if (release !== undefined) return work().finally(release);
    onWait(Math.round((Date.now() - began) / 1000));
    await delay(lookAgainMs, undefined, { signal });
  }
}

async function tryLock(file: string): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lock(file, { stale: staleMs, update: staleMs / 4 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
}
