import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, type Child } from '../processes/child';
import type { Progress } from '../processes/progress';
import { editSources } from './edited-sources';
import { folderOf, moduleFolder } from './module-folders';
import { programs, type Program, type ProgramName } from './table';

export interface GoBuildOptions {
  program: ProgramName;
  /** Path of the binary to write. */
  output: string;
  environment: NodeJS.ProcessEnv;
  onProgress: Progress;
  /** Stops the build; what it has compiled stays in Go's cache, where the next one finds it. */
  signal: AbortSignal;
}

/** Between two passing messages, in milliseconds. */
const progressIntervalMs = 1000;

/**
 * Generated code of a command that mostly waits for answers: hundreds of thousands of lines, and inlining takes a third
 * of the time in which they are compiled. The control plane keeps it, since it is what everything here waits for.
 */
const notInlined = ['github.com/aws/...', 'github.com/weaveworks/...'];

/** The flags that decide what a program is. */
export function goFlags(program: ProgramName): string[] {
  const links = Object.entries(programs[program].links).map(([variable, value]) => `-X ${variable}=${value}`);
  return [
    '-trimpath',
    '-mod=readonly',
    '-buildvcs=false',
    // The linker leaves out what a debugger would read (-w), so the compiler need not write it.
    '-gcflags=all=-dwarf=false',
    ...notInlined.map((packages) => `-gcflags=${packages}=-dwarf=false -l`),
    '-ldflags',
    ['-s -w', ...links].join(' '),
  ];
}

/**
 * Compiles a program with the Go toolchain on the PATH, whose build cache it uses and fills: a package that another
 * program has compiled, or a build that was stopped, is not compiled again.
 *
 * @throws Error with what the compiler said
 */
export async function goBuild(options: GoBuildOptions): Promise<void> {
  const { program, output, onProgress } = options;
  const { package: path, version, module, edits = [] }: Program = programs[program];
  const environment = goEnvironment(options.environment);
  const began = Date.now();
  const elapsed = (): string => formatSeconds((Date.now() - began) / 1000);
  let downloads = 0;
  let compiled = 0;
  let total: number | undefined;
  const report = (): void => {
    const state =
      total === undefined
        ? `${downloads} Go modules downloaded`
        : `${Math.min(compiled, total)} of ${total} packages compiled`;
    onProgress(`building ${program} ${version}: ${state}, ${elapsed()}`, true);
  };
  const timer = setInterval(report, progressIntervalMs);
  const sources = `${output}.sources`;
  let flags = goFlags(program);
  const go = (args: string[], onLine: (line: string) => void): Promise<Child> =>
    runGo(args, { ...options, environment, onLine, folder: folderOf(program) });
  try {
    if (edits.length > 0) {
      const moduleSource = await downloadModule(`${module}@${version}`, options);
      await rm(sources, { recursive: true, force: true });
      const goMod = await editSources(programs[program], {
        moduleSource,
        ownFolder: folderOf(program),
        folder: sources,
      });
      flags = [...flags, '-modfile', goMod];
    }
    let stale = 0;
    // What has to be compiled, which may be next to nothing; downloads the modules on the way.
    await go(['list', '-deps', ...flags, '-f', '{{if .Stale}}stale{{end}}', path], (line) => {
      if (line.startsWith('go: downloading')) downloads += 1;
      else if (line === 'stale') stale += 1;
    });
    total = stale;
    // With -v, Go prints the import path of each package that it compiles.
    await go(['build', ...flags, '-v', '-o', output, path], (line) => {
      if (!line.startsWith('go: downloading')) compiled += 1;
    });
  } finally {
    clearInterval(timer);
    await rm(sources, { recursive: true, force: true });
  }
  onProgress(`built ${program} ${version} in ${elapsed()}`);
}

/**
 * Where the Go toolchain on the PATH keeps a module's sources, which it downloads if they are not there.
 *
 * @param module `PATH@VERSION`, as go.mod pins it
 * @throws Error with what Go said
 */
export async function downloadModule(
  module: string,
  { environment, signal }: Pick<GoBuildOptions, 'environment' | 'signal'>,
): Promise<string> {
  let folder = '';
  await runGo(['mod', 'download', '-json', module], {
    program: module,
    environment: goEnvironment(environment),
    signal,
    folder: moduleFolder,
    onLine: (line) => {
      folder = /"Dir": "(.+)"/.exec(line)?.[1] ?? folder;
    },
  });
  return folder;
}

interface GoRun {
  /** For messages. */
  program: string;
  environment: NodeJS.ProcessEnv;
  onLine: (line: string) => void;
  signal: AbortSignal;
  /** With the go.mod. */
  folder: string;
}

async function runGo(
  args: string[],
  { program, environment, onLine, signal, folder }: GoRun,
): Promise<Child> {
  signal.throwIfAborted();
  const child = startChild({
    name: `go ${args[0] ?? ''}`,
    command: 'go',
    args,
    cwd: folder,
    env: environment,
    onLine,
  });
  // Both cores would otherwise be taken from what goes on meanwhile.
  lowerPriority(child.pid);
  const stop = (): void => {
    void child.stop(0);
  };
  signal.addEventListener('abort', stop);
  const { code } = await child.exited;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code !== 0)
    throw new Error(`${program} could not be built; ${child.name} wrote last:\n${child.recentOutput()}`);
  return child;
}

/** What Go starts inherits it. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or this system has no priorities.
  }
}

/** @throws Error, with what to do, where there is no Go or too old a one */
export async function requireGo(variables: NodeJS.ProcessEnv): Promise<void> {
  const wanted = await goVersionOfModule();
  let version: string;
  try {
    const { stdout } = await promisify(execFile)('go', ['env', 'GOVERSION'], {
      env: goEnvironment(variables),
    });
    version = stdout.trim();
  } catch (error) {
    throw new Error(
      'the local region builds its programs with Go, and there is no working `go` on the PATH. ' +
        `Install Go ${wanted.join('.')} or later (https://go.dev/doc/install) and try again.`,
      { cause: error },
    );
  }
  const [, ...found] = /^go(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  const differing = wanted.findIndex((number, index) => number !== Number(found[index] ?? 0));
  if (differing >= 0 && Number(found[differing] ?? 0) < (wanted[differing] ?? 0)) {
    throw new Error(
      `the local region builds its programs with Go ${wanted.join('.')} or later; the one on the PATH is ${version}`,
    );
  }
}

/** The version of Go that go.mod asks for: major, minor, patch. */
async function goVersionOfModule(): Promise<number[]> {
  const [, version = ''] = /^go ([\d.]+)$/m.exec(await readFile(join(moduleFolder, 'go.mod'), 'utf8')) ?? [];
  return version.split('.').map(Number);
}

/**
 * No C compiler is needed; a newer toolchain is never downloaded behind the user's back. The compiler collects its
 * garbage less often than it would: a fifth of its time, for memory that is free while nothing else can run yet.
 */
function goEnvironment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { GOGC: '400', ...variables, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '' };
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
