import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlane, ControlPlaneOptions } from './control-plane-types';
import { ensurePki } from './pki';
import { defined } from '../../core/defined';
import { ensurePrograms } from './control-plane-programs';
import { Starter } from './starter';

export type { ControlPlane, ControlPlaneOptions } from './control-plane-types';

/**
 * Starts a real Kubernetes control plane on loopback: etcd, kube-apiserver with RBAC, kube-controller-manager and,
 * for EKS tokens, the token webhook; on demand also kube-scheduler and kwok. No container runs. Resolves when it serves and
 * its controllers work, after 5 to 8 s where the binary is in the cache.
 *
 * None of the processes can outlive this one, kill -9 included.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { dir, onProgress, signal } = options;
  const programs = await ensurePrograms(defined({ onProgress, signal }));
  await mkdir(dir, { recursive: true });
  const starting = new Starter(options, programs, await ensurePki(join(dir, 'pki')));
  try {
    return await starting.run();
  } catch (error) {
    await starting.stop();
    throw error;
  }
}
