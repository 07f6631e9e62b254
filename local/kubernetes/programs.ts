import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureControlPlane, type EnsureOptions } from './binary';

/** How one program is called. */
export interface Program {
  path: string;
  /** Arguments that come first: the subcommand of our own binary. */
  prefix: string[];
  /** Whether it is part of our binary, which stops by itself when its parent has gone. */
  ours: boolean;
}

export interface Programs {
  etcd: Program;
  kubeApiserver: Program;
  kubeControllerManager: Program;
  kubectl: Program;
  tokenWebhook: Program;
}

/**
 * The programs of a control plane. They are subcommands of our binary, except those that the folder named by
 * `KUBEBUILDER_ASSETS` holds (etcd, kube-apiserver, kubectl and, if somebody put it there, kube-controller-manager:
 * the convention of controller-runtime's envtest), which come from there: to rehearse against another version.
 * The token webhook always comes from our binary.
 */
export async function ensurePrograms(options: EnsureOptions = {}): Promise<Programs> {
  const { environment = process.env, onProgress } = options;
  const assets = environment['KUBEBUILDER_ASSETS'];
  if (assets)
    onProgress?.(`Kubernetes programs are taken from KUBEBUILDER_ASSETS (${assets}) where it has them`);
  const binary = await ensureControlPlane(options);
  const program = (name: string): Program => {
    const asset = assets ? join(assets, name) : undefined;
    return asset !== undefined && existsSync(asset)
      ? { path: asset, prefix: [], ours: false }
      : { path: binary, prefix: [name], ours: true };
  };
  return {
    etcd: program('etcd'),
    kubeApiserver: program('kube-apiserver'),
    kubeControllerManager: program('kube-controller-manager'),
    kubectl: program('kubectl'),
    tokenWebhook: { path: binary, prefix: ['token-webhook'], ours: true },
  };
}
