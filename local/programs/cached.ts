import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheSubfolder } from '../cache';
import { goFlags } from './go-build';
import { folderOf } from './module-folders';
import { programs, type Program, type ProgramName } from './table';

/** Where built programs are kept, outside the repository, so that every checkout shares them. */
export function programsFolder(environment: NodeJS.ProcessEnv): string {
  return cacheSubfolder('programs', environment);
}

/** The setting that names a program to take instead of building it: `KUBEFLOW_EKS_PROGRAM_EKSCTL`. */
export function programVariable(program: ProgramName): string {
  return `KUBEFLOW_EKS_PROGRAM_${program.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Where a program is, or will be once {@link ensureProgram} has built it: so that what calls it later can be told
 * before it is there.
 */
export async function programPath(
  program: ProgramName,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return environment[programVariable(program)] ?? builtPath(program, environment);
}

/** @throws Error when a setting names a program that is not there or may not be run */
export async function requireNamed(
  program: ProgramName,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const named = environment[programVariable(program)];
  if (named === undefined || named === '') return undefined;
  try {
    await access(named, constants.X_OK);
  } catch (error) {
    throw new Error(`${programVariable(program)} is "${named}", which is no program that can be run`, {
      cause: error,
    });
  }
  return named;
}

/** Where a program built from exactly these sources, versions and flags, for this platform, lies in the cache. */
export async function builtPath(program: ProgramName, environment: NodeJS.ProcessEnv): Promise<string> {
  const { version } = programs[program];
  return join(programsFolder(environment), `${program}-${version}-${await fingerprint(program)}`);
}

/** Of everything that decides what a program is. go.sum pins every module. */
async function fingerprint(program: ProgramName): Promise<string> {
  const { package: path, edits }: Program = programs[program];
  const hash = createHash('sha256').update(
    [process.platform, process.arch, path, ...goFlags(program), JSON.stringify(edits ?? [])].join(' '),
  );
  const folder = folderOf(program);
  const own = path.startsWith('./') ? await goFilesIn(folder, path) : [];
  for (const name of ['go.mod', 'go.sum', ...own]) {
    hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function goFilesIn(module: string, folder: string): Promise<string[]> {
  const names = await readdir(join(module, folder));
  return names
    .filter((name) => name.endsWith('.go'))
    .sort()
    .map((name) => join(folder, name));
}
