import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  /** Removes the directory and all that is in it; no error if it is already gone. */
  readonly remove: () => Promise<void>;
}

/** A new, private directory below the system's temporary directory. Short, since unix sockets are put in it. */
export async function makeTempDir(prefix = 'kubeflow-eks-'): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return {
    path,
    // A process that is just ending may still write: rm retries.
    remove: async () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
