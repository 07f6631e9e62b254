import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../core/errors';
import { karpenterArchive, packKarpenter } from '../../codebuild/karpenter-chart';
import { followKarpenter, startKarpenter } from '../../karpenter';
import type { ControlPlane } from '../../kubernetes/control-plane';
import type { Progress } from '../../processes/progress';
import { ensureProgram } from '../../programs';
import type { Controller } from './clusters';
import { podEnvironment, type PodCredentialsOptions } from './pod-credentials';

export interface AutoscalerOptions extends PodCredentialsOptions {
  dir: string;
  onLine: (component: string, line: string) => void;
  onProgress: Progress;
}

/**
 * Karpenter, with the provider of AWS, over a cluster from when its chart is installed. It is built if it is not there, and
 * acts with the role that EKS' Pod Identity gives its service account.
 */
export function startAutoscaler(cluster: ControlPlane, options: AutoscalerOptions): Controller {
  const { dir, onProgress } = options;
  const onLine = (line: string): void => {
    options.onLine(`${cluster.clusterName}-karpenter`, line);
  };
  return followKarpenter({
    client: cluster.client,
    onLine,
    start: async (installed, signal) => {
      const { namespace = '' } = installed.metadata;
      const { serviceAccountName = '' } = installed.spec.template.spec;
      const aws = await podEnvironment(options, {
        clusterName: cluster.clusterName,
        namespace,
        serviceAccount: serviceAccountName,
        session: 'karpenter',
      });
      return startKarpenter({
        cluster,
        program: await ensureProgram('karpenter', { onProgress, signal }),
        dir: join(dir, cluster.clusterName),
        installed,
        aws,
        onLine,
      });
    },
  });
}

/**
 * Builds Karpenter and packs its chart beside the first build that will install it, which waits for both (`helm` in
 * `local/codebuild/installed-programs.ts`).
 *
 * @param charts folder in which the build looks
 */
export function karpenterAhead(
  charts: string,
  onProgress: Progress,
): { begin: () => void; stop: () => Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let making: Promise<void> | undefined;
  const make = async (): Promise<void> => {
    const failed = join(charts, `${karpenterArchive}.failed`);
    await rm(failed, { force: true });
    try {
      await ensureProgram('karpenter', { onProgress, signal });
      await packKarpenter(charts, { signal });
    } catch (error) {
      // The next build tries it again.
      making = undefined;
      await writeFile(failed, `${messageOf(error)}\n`);
    }
  };
  return {
    begin: () => {
      making ??= make();
    },
    stop: async () => {
      stopping.abort();
      await making;
    },
  };
}
