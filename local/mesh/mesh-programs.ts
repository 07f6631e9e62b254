import { existsSync } from 'node:fs';
import { ensureEnvoy, findEnvoy } from '../envoy/envoy';
import { ensureProgram, programPath, type EnsureOptions } from '../programs';

/** Paths of what a mesh is made of. */
export interface MeshPrograms {
  istiod: string;
  agent: string;
  oauth2Proxy: string;
  envoy: string;
}

const builtForMesh = ['oauth2-proxy', 'pilot-discovery', 'pilot-agent'] as const;

/** Those that {@link ensureMeshPrograms} would have to build or install, by their names. */
export async function missingMeshPrograms(environment = process.env): Promise<string[]> {
  const missing: string[] = [];
  for (const program of builtForMesh)
    if (!existsSync(await programPath(program, environment))) missing.push(program);
  return (await findEnvoy(environment)) === undefined ? [...missing, 'envoy'] : missing;
}

/** Builds and installs what is missing, one after the other; minutes the first time on a machine, nothing later. */
export async function ensureMeshPrograms(options: EnsureOptions = {}): Promise<MeshPrograms> {
  const { environment = process.env, onProgress } = options;
  const envoy = await ensureEnvoy(onProgress, environment);
  const oauth2Proxy = await ensureProgram('oauth2-proxy', options);
  const istiod = await ensureProgram('pilot-discovery', options);
  const agent = await ensureProgram('pilot-agent', options);
  return { istiod, agent, oauth2Proxy, envoy };
}
