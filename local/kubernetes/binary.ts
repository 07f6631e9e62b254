import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { cacheSubfolder } from '../cache';
import { buildControlPlane, goFlags } from './build';

/** Where the Go module lies. */
export const controlPlaneSources = join(__dirname, '..', 'control-plane');

export interface EnsureOptions {
  /** Told in plain sentences what is going on, every few seconds while it takes time. */
  onProgress?: (message: string) => void;
  environment?: NodeJS.ProcessEnv;
}

/**
 * The path of the control plane's binary, built from `local/control-plane` if the cache has none of exactly these
 * sources, versions, flags and platform. The first build takes five to eight minutes on two cores (2,660 packages,
 * most of them Kubernetes' own), needs Go 1.24 or later and, once, its module proxy; after that nothing.
 *
 * Two processes never build at once: the second waits for the first.
 *
 * @throws Error when Go is missing or the build fails, with what to do.
 */
export async function ensureControlPlane(options: EnsureOptions = {}): Promise<string> {
  const { onProgress = () => undefined, environment = process.env } = options;
  const folder = cacheSubfolder('control-plane', environment);
  const binary = join(folder, `control-plane-${await fingerprint()}`);
  if (existsSync(binary)) return binary;

  const release = await acquire(binary, onProgress);
  try {
    // Another process may have built it while this one waited.
    if (existsSync(binary)) return binary;
    const unfinished = `${binary}.${process.pid}.unfinished`;
    try {
      await buildControlPlane({ sources: controlPlaneSources, output: unfinished, environment, onProgress });
      // A rename within one folder is atomic: nobody ever sees half a binary.
      await rename(unfinished, binary);
    } finally {
      await rm(unfinished, { force: true });
    }
    return binary;
  } finally {
    await release();
  }
}

/** Of everything that decides what the binary is. go.sum pins every module, Kubernetes' version included. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform}/${process.arch} ${goFlags.join(' ')}`);
  const names = (await readdir(controlPlaneSources))
    .filter((name) => /\.go$|^go\.(mod|sum)$/.test(name))
    .sort();
  for (const name of names)
    hash.update(`\0${name}\0`).update(await readFile(join(controlPlaneSources, name)));
  return hash.digest('hex').slice(0, 16);
}

/** How long a lock outlives a builder that was killed. */
const staleMs = 20_000;
const lookAgainMs = 3_000;

async function acquire(binary: string, onProgress: (message: string) => void): Promise<() => Promise<void>> {
  const file = `${binary}.lock-target`;
  await mkdir(join(binary, '..'), { recursive: true });
  await writeFile(file, '', { flag: 'a' });
  const since = Date.now();
  for (;;) {
    try {
      return await lock(file, { stale: staleMs, update: staleMs / 4 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      const seconds = Math.round((Date.now() - since) / 1000);
      onProgress(
        `another process is building the Kubernetes control plane; waiting for it, ${seconds} s so far`,
      );
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
  }
}
