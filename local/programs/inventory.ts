import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../processes/progress';
import { lockName, withBuildLock } from './build-lock';
import { builtPath, programsFolder, requireNamed } from './cached';
import { programNames, programs, type ProgramName } from './table';

/** What there is of a program. */
export interface ProgramState {
  name: ProgramName;
  version: string;
  module: string;
  why: string;
  /** `named` by a setting, `built` and in the cache, or `missing` until a step needs it. */
  state: 'named' | 'built' | 'missing';
  path?: string;
  bytes?: number;
  /** When it was built, or changed by the one who named it. */
  builtAt?: string;
}

/** The programs of the local region, and what is there of them. */
export async function listPrograms(environment: NodeJS.ProcessEnv = process.env): Promise<ProgramState[]> {
  return Promise.all(
    programNames.map(async (name) => {
      const { version, module, why } = programs[name];
      const named = await requireNamed(name, environment);
      const path = named ?? (await builtPath(name, environment));
      const found = await stat(path).catch(() => undefined);
      const described = { name, version, module, why };
      if (found === undefined) return { ...described, state: 'missing' as const };
      return {
        ...described,
        state: named === undefined ? ('built' as const) : ('named' as const),
        path,
        bytes: found.size,
        builtAt: found.mtime.toISOString(),
      };
    }),
  );
}

/** What was taken out of the cache. */
export interface Pruned {
  path: string;
  bytes: number;
}

export interface PruneOptions {
  /** Those that this checkout uses, too. */
  all?: boolean;
  environment?: NodeJS.ProcessEnv;
  onProgress?: Progress;
}

/**
 * Takes programs out of the cache that were built from other versions or sources than this checkout's. Go's own build
 * cache stays: it is the user's, and makes the next build a short one.
 */
export async function prunePrograms(options: PruneOptions = {}): Promise<Pruned[]> {
  const { all = false, environment = process.env, onProgress = () => undefined } = options;
  const folder = programsFolder(environment);
  const onWait = (seconds: number): void => {
    onProgress(`programs are being built; waiting for that, ${seconds} s so far`, true);
  };
  return withBuildLock(folder, { onWait }, async () => {
    const current = await Promise.all(programNames.map((name) => builtPath(name, environment)));
    const kept = new Set(all ? [] : current);
    const files = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== lockName)
      .map(({ name }) => join(folder, name))
      .filter((path) => !kept.has(path));
    return Promise.all(
      files.map(async (path) => {
        const { size } = await stat(path);
        await rm(path);
        return { path, bytes: size };
      }),
    );
  });
}
