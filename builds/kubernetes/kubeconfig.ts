import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What kubectl and helm must know of a cluster. */
export interface KubeconfigCluster {
  name: string;
  endpoint: string;
  /** Base64 of the PEM. */
  certificateAuthority: string;
}

/**
 * A kubeconfig whose user gets its tokens from a program of ours, with the AWS identity of the process that runs
 * kubectl. No token is written anywhere, and none outlives its 15 minutes.
 *
 * @param tokenProgram path of the bundled `eks-token` program
 */
export function kubeconfig(cluster: KubeconfigCluster, region: string, tokenProgram: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster.name,
    clusters: [
      {
        name: cluster.name,
        cluster: { server: cluster.endpoint, 'certificate-authority-data': cluster.certificateAuthority },
      },
    ],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user: cluster.name } }],
    users: [
      {
        name: cluster.name,
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: process.execPath,
            args: [tokenProgram, '--cluster', cluster.name, '--region', region],
            interactiveMode: 'Never',
          },
        },
      },
    ],
  };
}

/** Writes {@link kubeconfig}, readable for this user alone. JSON is YAML. */
export async function writeKubeconfig(file: string, content: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(content, undefined, 2), { mode: 0o600 });
  await chmod(file, 0o600);
}
