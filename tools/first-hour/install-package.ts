import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../infra/bundle';
import { cacheSubfolder } from '../../local/cache';
import { builtForBuilds } from '../../local/codebuild/installed-programs';
import { ensureVirtualEnvironment } from '../../local/moto/virtual-environment';
import type { Progress } from '../../local/processes/progress';
import { ensureProgram } from '../../local/programs';

const run = promisify(execFile);

/** The package as it is released, installed. */
export interface InstalledPackage {
  tarball: string;
  /** Folder with the command `kubeflow-eks`. */
  bin: string;
}

/** Makes the package and installs it without a registry, both below a folder. */
export async function installPackage(folder: string): Promise<InstalledPackage> {
  const { stdout } = await run(
    process.execPath,
    ['--import', 'tsx', join(repositoryRoot, 'tools/package/make-package.ts'), join(folder, 'dist')],
    { cwd: repositoryRoot },
  );
  const tarball = stdout.trim();
  const prefix = join(folder, 'installed');
  await run('npm', ['install', '--global', '--offline', '--no-audit', '--prefix', prefix, tarball]);
  return { tarball, bin: join(prefix, 'bin') };
}

/**
 * Makes a cache folder that has what a first rehearsal leaves and nothing else, whatever this machine's own has: so that a
 * rehearsal says the same everywhere. What is missing is built, for minutes.
 */
export async function makeCache(folder: string, onProgress: Progress): Promise<void> {
  await ensureVirtualEnvironment(onProgress);
  const programs = join(folder, 'programs');
  await mkdir(programs, { recursive: true });
  await symlink(cacheSubfolder('moto'), join(folder, 'moto'));
  for (const name of ['control-plane', ...builtForBuilds] as const) {
    const path = await ensureProgram(name, { onProgress });
    await symlink(path, join(programs, basename(path)));
  }
}
