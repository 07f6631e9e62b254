import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureProgram, programPath, type EnsureOptions } from '../programs';

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
  kubeScheduler: Program;
  kwok: Program;
  kubectl: Program;
  tokenWebhook: Program;
}

/**
 * The programs of a control plane, where they are or will be: for what is told of them before they are needed. They are
 * subcommands of our binary, except those that the folder named by `KUBEBUILDER_ASSETS` holds (etcd, kube-apiserver,
 * kubectl and, if somebody put them there, kube-controller-manager and kube-scheduler: the convention of
 * controller-runtime's envtest), which come from there: to rehearse against another version. The others always come
 * from our binary.
 */
export async function locatePrograms(environment: NodeJS.ProcessEnv = process.env): Promise<Programs> {
  const assets = environment['KUBEBUILDER_ASSETS'];
  const binary = await programPath('control-plane', environment);
  const ours = (name: string): Program => ({ path: binary, prefix: [name], ours: true });
  const program = (name: string): Program => {
    const asset = assets ? join(assets, name) : undefined;
    return asset !== undefined && existsSync(asset) ? { path: asset, prefix: [], ours: false } : ours(name);
  };
  return {
    etcd: program('etcd'),
    kubeApiserver: program('kube-apiserver'),
    kubeControllerManager: program('kube-controller-manager'),
    kubeScheduler: program('kube-scheduler'),
    kwok: ours('kwok'),
    kubectl: program('kubectl'),
    tokenWebhook: ours('token-webhook'),
  };
}

/** The programs of a control plane (see {@link locatePrograms}), built first if they are not there. */
export async function ensurePrograms(options: EnsureOptions = {}): Promise<Programs> {
  const { environment = process.env, onProgress } = options;
  const assets = environment['KUBEBUILDER_ASSETS'];
  if (assets)
    onProgress?.(`Kubernetes programs are taken from KUBEBUILDER_ASSETS (${assets}) where it has them`);
  await ensureProgram('control-plane', options);
  return locatePrograms(environment);
}
