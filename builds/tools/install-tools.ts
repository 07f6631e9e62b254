import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tools, type Architecture, type Tool, type ToolName } from '../../core/versions';
import type { Run } from '../support/command';
import type { Say } from '../support/say';
import { downloadVerified, type Get } from './download';

/** What {@link installTools} needs. */
export interface InstallOptions {
  /** Folder on PATH that gets the programs. */
  into: string;
  architecture: Architecture;
  get: Get;
  run: Run;
  say: Say;
  mirror?: string | undefined;
}

/** The Go world's name of this machine's architecture. */
export function architectureOf(machine: string): Architecture {
  if (machine === 'x64') return 'amd64';
  if (machine === 'arm64') return 'arm64';
  throw new Error(`the builds know x86-64 and arm64 machines, not ${machine}`);
}

/** Downloads, verifies and unpacks tools. */
export async function installTools(names: readonly ToolName[], options: InstallOptions): Promise<void> {
  await mkdir(options.into, { recursive: true });
  for (const name of names) await install(tools[name], options);
}

async function install(tool: Tool, options: InstallOptions): Promise<void> {
  const { into, architecture, get, run, say, mirror } = options;
  const content = await downloadVerified(tool.download(architecture), {
    get,
    version: tool.version,
    mirror,
    say,
  });
  const target = join(into, tool.name);
  if (tool.packaging.kind === 'binary') {
    await writeFile(target, content);
  } else {
    const folder = await mkdtemp(join(tmpdir(), 'tool-'));
    try {
      const member = tool.packaging.member(architecture);
      await writeFile(join(folder, 'archive.tar.gz'), content);
      await run('tar', ['-xzf', join(folder, 'archive.tar.gz'), '-C', folder, member]);
      await rename(join(folder, member), target).catch(async () => run('cp', [join(folder, member), target]));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  await chmod(target, 0o755);
  say(`${tool.name} ${tool.version} (${architecture}) is in ${into}`);
}

/**
 * For build images that bring the tools: says which ones are used.
 *
 * @throws Error when one is not on PATH
 */
export async function acceptPreinstalled(names: readonly ToolName[], run: Run, say: Say): Promise<void> {
  for (const name of names) {
    const { stdout } = await run('sh', ['-c', 'command -v "$0"', name], { allowFailure: true });
    if (stdout.trim() === '') {
      throw new Error(
        `KUBEFLOW_EKS_TOOLS is "preinstalled", but ${name} ${tools[name].version} is not on PATH of this build image`,
      );
    }
    say(
      `${name}: the one that this machine brings is used (${stdout.trim()}), pinned is ${tools[name].version}`,
    );
  }
}
