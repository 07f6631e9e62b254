import { join } from 'node:path';
import { driverServiceAccount, followSharedVolumes, startDriver } from '../../efs-driver';
import type { ControlPlane } from '../../kubernetes/control-plane';
import type { Progress } from '../../processes/progress';
import { ensureProgram } from '../../programs';
import type { Controller } from './clusters';
import { podEnvironment, type PodCredentialsOptions } from './pod-credentials';

export interface EfsDriverOptions extends PodCredentialsOptions {
  dir: string;
  onLine: (component: string, line: string) => void;
  onProgress: Progress;
}

/**
 * The controller of EFS' driver over a cluster from when there is a class of it. Its two programs are built if they are not there, and act with
 * the role that EKS' Pod Identity gives the service account of the add-on.
 */
export function startEfsDriver(cluster: ControlPlane, options: EfsDriverOptions): Controller {
  const { dir, onProgress } = options;
  const { client, clusterName } = cluster;
  const onLine = (line: string): void => {
    options.onLine(`${clusterName}-efs-driver`, line);
  };
  return followSharedVolumes({
    client,
    onLine,
    start: async (signal) => {
      const { namespace, name: serviceAccount } = driverServiceAccount;
      const pod = { clusterName, namespace, serviceAccount, session: 'efs-csi-controller' };
      const aws = await podEnvironment(options, pod);
      const [node] = await client.list('/api/v1/nodes');
      if (node === undefined) throw new Error('there is no node for its pod');
      const build = { onProgress, signal };
      return startDriver({
        cluster,
        programs: {
          driver: await ensureProgram('efs-csi-driver', build),
          provisioner: await ensureProgram('csi-provisioner', build),
        },
        dir: join(dir, clusterName),
        nodeName: node.metadata.name,
        aws,
        onLine,
      });
    },
  });
}
