import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../core/errors';
import { karpenterArchive, packKarpenter } from '../../codebuild/karpenter-chart';
import { followKarpenter, startKarpenter } from '../../karpenter';
import type { ControlPlane } from '../../kubernetes/control-plane';
import type { Progress } from '../../processes/progress';
import { ensureProgram } from '../../programs';
import type { CredentialStore } from '../../sts/credentials';
import type { RegionClients } from '../account/clients';
import type { Controller } from './clusters';

export interface AutoscalersOptions {
  dir: string;
  region: string;
  /** The gateway. */
  endpoint: () => string;
  clients: RegionClients;
  credentials: CredentialStore;
  onLine: (component: string, line: string) => void;
  onProgress: Progress;
}

/** Of a session, in seconds: nobody renews it, as the Pod Identity agent would. */
const sessionSeconds = 30 * 24 * 3600;

/**
 * Karpenter, with the provider of AWS, over clusters in which its chart is installed. It is built when the first one is, and
 * acts with the role that EKS' Pod Identity gives its service account.
 */
export function autoscalerOf(options: AutoscalersOptions): (cluster: ControlPlane) => Controller {
  const { dir, region, endpoint, clients, credentials, onProgress } = options;
  return (cluster) => {
    const onLine = (line: string): void => {
      options.onLine(`${cluster.clusterName}-karpenter`, line);
    };
    return followKarpenter({
      client: cluster.client,
      onLine,
      start: async (installed, signal) => {
        const { namespace = '' } = installed.metadata;
        const { serviceAccountName = '' } = installed.spec.template.spec;
        const role = await roleOf(clients, cluster.clusterName, namespace, serviceAccountName);
        const session = credentials.issue(role, `eks-${cluster.clusterName}-karpenter`, sessionSeconds);
        return startKarpenter({
          cluster,
          program: await ensureProgram('karpenter', { onProgress, signal }),
          dir: join(dir, cluster.clusterName),
          installed,
          aws: {
            AWS_REGION: region,
            AWS_ENDPOINT_URL: endpoint(),
            AWS_ACCESS_KEY_ID: session.accessKeyId,
            AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
            AWS_SESSION_TOKEN: session.sessionToken,
          },
          onLine,
        });
      },
    });
  };
}

/** @throws Error where the service account has none: a pod would get no credentials */
async function roleOf(
  { eks }: RegionClients,
  clusterName: string,
  namespace: string,
  serviceAccount: string,
): Promise<string> {
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }),
  );
  const associationId = associations[0]?.associationId;
  const found =
    associationId === undefined
      ? undefined
      : await eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }));
  const role = found?.association?.roleArn;
  if (role === undefined)
    throw new Error(`the service account ${namespace}/${serviceAccount} has no pod identity association`);
  return role;
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
