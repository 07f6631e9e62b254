import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';
import { liveProgress } from '../live-progress';
import { formatElapsed } from '../render/steps';
import { table } from '../render/tables';

export interface ProgramsOptions {
  json?: boolean;
  all?: boolean;
}

/** `local programs`: what the region builds from Go modules or installs, and what is there of it. */
export async function listPrograms(host: Host, options: ProgramsOptions): Promise<ExitCode> {
  const [{ listPrograms: list }, { describeEnvoy }] = await Promise.all([
    import('../../local/programs'),
    import('../../local/envoy/envoy'),
  ]);
  const found = [...(await list(host.env)), await describeEnvoy(host.env)];
  if (options.json === true) {
    printDocument(host, 'Programs', { programs: found });
    return exitCodes.ok;
  }
  const rows = found.map(({ name, version, state, bytes, builtAt, path, why }) => [
    name,
    version,
    bytes === undefined ? state : state === 'named' ? `taken from ${path ?? ''}` : formatSize(bytes),
    builtAt === undefined ? '' : `${formatElapsed(host.now() - Date.parse(builtAt))} ago`,
    why,
  ]);
  host.out(`${table(['PROGRAM', 'VERSION', 'SIZE', 'BUILT', 'WHAT IT DOES'], rows)}\n`);
  return exitCodes.ok;
}

/** `local programs build [NAME…]`: builds ahead of the step that needs it; all of them where none is named. */
export async function buildPrograms(
  host: Host,
  names: readonly string[],
  options: ProgramsOptions,
): Promise<ExitCode> {
  const [{ ensureProgram, programNames }, { ensureEnvoy }] = await Promise.all([
    import('../../local/programs'),
    import('../../local/envoy/envoy'),
  ]);
  // The quick one first.
  const all = ['envoy', ...programNames] as const;
  const chosen = names.map((name) => {
    const program = all.find((candidate) => candidate === name);
    if (program !== undefined) return program;
    throw new CliError(
      `there is no program ${name}`,
      exitCodes.badInput,
      `the programs are ${all.join(', ')}`,
    );
  });
  const progress = liveProgress(host);
  const built: { name: string; path: string }[] = [];
  try {
    for (const name of chosen.length === 0 ? all : chosen) {
      const path =
        name === 'envoy'
          ? await ensureEnvoy(progress.tell, host.env)
          : await ensureProgram(name, {
              environment: host.env,
              onProgress: progress.tell,
              signal: host.signal,
            });
      built.push({ name, path });
      if (options.json !== true) host.out(`${name} is at ${path}\n`);
    }
  } catch (error) {
    if (host.signal.aborted) {
      throw new CliError('interrupted; the next build goes on where this one was', exitCodes.interrupted);
    }
    throw error;
  } finally {
    progress.done();
  }
  if (options.json === true) printDocument(host, 'BuiltPrograms', { programs: built });
  return exitCodes.ok;
}

/** `local programs prune`: takes out of the cache what this checkout does not use. */
export async function prunePrograms(host: Host, options: ProgramsOptions): Promise<ExitCode> {
  const { prunePrograms: prune } = await import('../../local/programs');
  const progress = liveProgress(host);
  const pruned = await prune({
    all: options.all === true,
    environment: host.env,
    onProgress: progress.tell,
  }).finally(() => {
    progress.done();
  });
  if (options.json === true) {
    printDocument(host, 'PrunedPrograms', { pruned });
    return exitCodes.ok;
  }
  const bytes = pruned.reduce((sum, { bytes: size }) => sum + size, 0);
  host.out(
    pruned.length === 0
      ? 'nothing to take away: every program in the cache is one that this checkout uses\n'
      : `${pruned.length} files taken away, ${formatSize(bytes)}; Go's own build cache stays (go clean -cache)\n`,
  );
  return exitCodes.ok;
}

function formatSize(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
