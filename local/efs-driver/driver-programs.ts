import { join } from 'node:path';
import { kubeconfigOfServiceAccount } from '../kubernetes/as-service-account';
import type { ControlPlane } from '../kubernetes/control-plane';
import { startChild, type Child } from '../processes/child';
import { makeTempDir } from '../processes/temp-dir';
import { driverObjects, driverServiceAccount } from './installed-objects';

export interface DriverOptions {
  cluster: Pick<ControlPlane, 'client' | 'endpoint' | 'caPem'>;
  /** Paths of the driver and of the program that asks it for volumes. */
  programs: { driver: string; provisioner: string };
  /** For its kubeconfig. */
  dir: string;
  /** The node that its pod is on, from which it knows the region. */
  nodeName: string;
  /** How it reaches AWS, and as whom: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and so on. */
  aws: Readonly<Record<string, string>>;
  onLine: (line: string) => void;
}

/** The controller of the driver, of two programs. */
export interface RunningDriver {
  /** Resolves when one of the two has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the controller of EFS' driver as its add-on does: the driver, which speaks with EFS, and beside it the provisioner, which
 * hears of claims and asks it for volumes by a socket. Both have the rights of the driver's service account, and no others.
 */
export async function startDriver(options: DriverOptions): Promise<RunningDriver> {
  const { cluster, programs, dir, nodeName, aws, onLine } = options;
  await Promise.all(driverObjects.map((object) => cluster.client.apply(object)));
  const { namespace, name } = driverServiceAccount;
  const kubeconfig = await kubeconfigOfServiceAccount(cluster, { namespace, name, folder: dir });
  // A socket's path may be no longer than a hundred characters or so.
  const sockets = await makeTempDir();
  const socket = join(sockets.path, 'csi.sock');
  const start = (program: string, command: string, args: string[], env: Record<string, string>): Child =>
    startChild({
      name: program,
      command,
      args,
      cwd: dir,
      env: { HOME: dir, ...env },
      onLine: (line) => {
        onLine(`${program}: ${line}`);
      },
    });
  const children = [
    start(
      'efs-csi-driver',
      programs.driver,
      [`--endpoint=unix://${socket}`, '--logtostderr', '--v=2', '--delete-access-point-root-dir=false'],
      // It would look for the metadata of an instance first.
      { ...aws, KUBECONFIG: kubeconfig, CSI_NODE_NAME: nodeName, AWS_EC2_METADATA_DISABLED: 'true' },
    ),
    start(
      'csi-provisioner',
      programs.provisioner,
      [
        `--csi-address=${socket}`,
        `--kubeconfig=${kubeconfig}`,
        '--v=2',
        '--feature-gates=Topology=true',
        '--extra-create-metadata',
        '--leader-election',
        `--leader-election-namespace=${namespace}`,
      ],
      {},
    ),
  ];
  return {
    ended: Promise.race(children.map(({ exited }) => exited)).then(() => undefined),
    stop: async () => {
      await Promise.all(children.map((child) => child.stop(5000)));
      await sockets.remove();
    },
  };
}
