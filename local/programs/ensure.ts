import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Progress } from '../processes/progress';
import { withBuildLock } from './build-lock';
import { builtPath, programsFolder, requireNamed } from './cached';
import { goBuild, requireGo } from './go-build';
import { programs, type ProgramName } from './table';

export interface EnsureOptions {
  /** Told what is going on, while it takes time. */
  onProgress?: Progress;
  environment?: NodeJS.ProcessEnv;
  /** Gives up; the build ends when nobody else in this process waits for it. */
  signal?: AbortSignal;
}

/**
 * The path of a program: the one that a setting names, else the one in the cache, which is built if it is not there.
 *
 * A build takes minutes the first time, needs Go and, once, its module proxy. Builds never run beside each other, not in
 * two processes either: the second would compile what the first is about to have.
 *
 * @throws Error when Go is missing or the build fails, with what to do
 */
export async function ensureProgram(program: ProgramName, options: EnsureOptions = {}): Promise<string> {
  const { environment = process.env } = options;
  const named = await requireNamed(program, environment);
  if (named !== undefined) return named;
  const path = await builtPath(program, environment);
  if (!existsSync(path)) await awaitBuild(program, path, options);
  return path;
}

/**
 * Finds out early whether a program can be had, so that nobody learns minutes later that there is no Go.
 *
 * @throws Error, with what to do, when it is neither there nor could be built
 */
export async function requireProgram(program: ProgramName, environment = process.env): Promise<void> {
  const named = await requireNamed(program, environment);
  if (named !== undefined || existsSync(await builtPath(program, environment))) return;
  await requireGo(environment);
}

/** A build that is going on in this process, and who waits for it. */
interface Build {
  done: Promise<void>;
  stop: AbortController;
  /** Two who wait may have one listener. */
  waiting: Map<symbol, Progress>;
}

const builds = new Map<string, Build>();

/** Joins the build that this process has begun, or begins it. */
async function awaitBuild(program: ProgramName, path: string, options: EnsureOptions): Promise<void> {
  const { environment = process.env, onProgress = () => undefined, signal } = options;
  signal?.throwIfAborted();
  const build = builds.get(path) ?? begin(program, path, environment);
  const self = Symbol(program);
  build.waiting.set(self, onProgress);
  await new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      build.waiting.delete(self);
      // The last to leave waits for the end of the compiler.
      if (build.waiting.size === 0) build.stop.abort(signal?.reason);
      else reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', leave, { once: true });
    build.done.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
  });
}

function begin(program: ProgramName, path: string, environment: NodeJS.ProcessEnv): Build {
  const stop = new AbortController();
  const waiting: Build['waiting'] = new Map();
  const onProgress: Progress = (...message) => {
    for (const listener of new Set(waiting.values())) listener(...message);
  };
  const done = buildAt(path, program, { environment, onProgress, signal: stop.signal }).finally(() => {
    builds.delete(path);
  });
  const begun = { done, stop, waiting };
  builds.set(path, begun);
  return begun;
}

interface BuildOptions {
  environment: NodeJS.ProcessEnv;
  onProgress: Progress;
  signal: AbortSignal;
}

async function buildAt(path: string, program: ProgramName, options: BuildOptions): Promise<void> {
  const { environment, onProgress, signal } = options;
  await requireGo(environment);
  const onWait = (seconds: number): void => {
    onProgress(
      `${program} waits for another build of the local region's programs, ${seconds} s so far`,
      true,
    );
  };
  await withBuildLock(programsFolder(environment), { onWait, signal }, async () => {
    // Another process may have built it meanwhile.
    if (existsSync(path)) return;
    const { version } = programs[program];
    onProgress(`building ${program} ${version} from its Go modules; the next time it comes from the cache`);
    const unfinished = `${path}.unfinished`;
    try {
      await goBuild({ program, output: unfinished, ...options });
      // A rename within one folder is atomic: nobody ever sees half a program.
      await rename(unfinished, path);
    } finally {
      await rm(unfinished, { force: true });
    }
  });
}
