import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lock } from 'proper-lockfile';
import { cacheSubfolder } from '../cache';

const run = promisify(execFile);

/** The first version that the pinned moto supports. */
const oldestPython = [3, 10] as const;

/** Installing takes about 15 s with a quick network; another process that waits for it gives up after 10 minutes. */
const lockWait = { retries: { retries: 600, minTimeout: 1000, maxTimeout: 1000 }, stale: 30_000 };

export interface Python {
  command: string;
  version: string;
}

/**
 * The Python to make the virtual environment with: the variable `KUBEFLOW_EKS_PYTHON`, else `python3`, else `python`.
 *
 * @throws Error that says what was found and what to install, where none is new enough or `venv` is missing
 */
export async function findPython(environment: NodeJS.ProcessEnv = process.env): Promise<Python> {
  const named = environment['KUBEFLOW_EKS_PYTHON'];
  const findings: string[] = [];
  for (const command of named ? [named] : ['python3', 'python']) {
    let version: string;
    try {
      const { stdout } = await run(
        command,
        ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3]); import ensurepip, venv'],
        { env: environment },
      );
      version = stdout.trim();
    } catch (error) {
      const { code, stdout } = error as { code?: string | number; stdout?: string };
      if (code === 'ENOENT') findings.push(`${command} is not there`);
      else if (stdout?.trim())
        findings.push(
          `${command} is ${stdout.trim()} without the module venv or ensurepip (Debian: apt install python3-venv)`,
        );
      else findings.push(`${command} does not run`);
      continue;
    }
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]))
      return { command, version };
    findings.push(`${command} is ${version}`);
  }
  throw new Error(
    `the local region needs Python ${oldestPython.join('.')} or newer with its module venv: ` +
      `${findings.join(', ')}. Install it, or name one in KUBEFLOW_EKS_PYTHON.`,
  );
}

/** What a virtual environment is for. */
export interface EnvironmentSpec {
  /** Folder in the cache. */
  readonly name: string;
  /** Path of the file that pins its packages. */
  readonly requirements: string;
  /** For the line that says what takes time. */
  readonly what: string;
}

const motoEnvironment: EnvironmentSpec = {
  name: 'moto',
  requirements: join(__dirname, 'requirements.txt'),
  what: 'moto (AWS APIs, about 150 MB)',
};

/**
 * The Python of a virtual environment that holds exactly what a requirements file pins, made if it is not in the cache
 * yet. pip refuses whatever does not have the checksum written there.
 *
 * @param progress called with a line for a person, only where something takes time
 * @returns path of the environment's Python
 */
export async function ensureVirtualEnvironment(
  progress: (line: string) => void = () => undefined,
  spec: EnvironmentSpec = motoEnvironment,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { name, what } = spec;
  const python = await findPython(environment);
  const { parent, folder, ready, interpreter } = await placeOf(spec, python, environment);
  if (await exists(ready)) return interpreter;

  const release = await lock(parent, lockWait);
  try {
    // Another process may have made it while this one waited.
    if (await exists(ready)) return interpreter;
    const started = Date.now();
    progress(`installing ${what} into ${folder}; once`);
    // What an earlier attempt left behind when it was killed.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run(python.command, ['-m', 'venv', folder]);
    await installRequirements(interpreter, spec);
    await writeFile(`${ready}.new`, `${new Date().toISOString()}\n`);
    await rename(`${ready}.new`, ready);
    progress(`installed ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
    return interpreter;
  } finally {
    await release();
  }
}

/** The Python of a virtual environment that is in the cache; nothing where it would have to be made, if it could. */
export async function findVirtualEnvironment(
  spec: EnvironmentSpec,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  // Who makes it says what is wrong with Python.
  const python = await findPython(environment).catch(() => undefined);
  if (python === undefined) return undefined;
  const { ready, interpreter } = await placeOf(spec, python, environment);
  return (await exists(ready)) ? interpreter : undefined;
}

/** Where an environment is, or will be: a folder for each Python and each list of packages. */
async function placeOf(
  { name, requirements }: EnvironmentSpec,
  { version }: Python,
  environment?: NodeJS.ProcessEnv,
): Promise<{ parent: string; folder: string; ready: string; interpreter: string }> {
  const fingerprint = createHash('sha256')
    .update(await readFile(requirements))
    .update(version)
    .digest('hex')
    .slice(0, 12);
  const parent = cacheSubfolder(name, environment);
  const folder = join(parent, `python-${version}-${fingerprint}`);
  return { parent, folder, ready: join(folder, 'ready'), interpreter: join(folder, 'bin', 'python') };
}

async function installRequirements(
  interpreter: string,
  { requirements, what }: EnvironmentSpec,
): Promise<void> {
  try {
    await run(
      interpreter,
      ['-m', 'pip', 'install', '--quiet', '--no-input', '--require-hashes', '--no-deps', '-r', requirements],
      {
        // Settings that would put the packages elsewhere than into this environment.
        env: {
          ...process.env,
          PIP_USER: '0',
          PIP_TARGET: '',
          PIP_PREFIX: '',
          PIP_DISABLE_PIP_VERSION_CHECK: '1',
        },
        maxBuffer: 16 * 1024 * 1024,
      },
    );
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(
      `${what} could not be installed from PyPI. Check the network and pip's settings (an index of your own can be named ` +
        `in PIP_INDEX_URL). pip said:\n${(stderr ?? '').trim().split('\n').slice(-15).join('\n')}`,
      { cause: error },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
