import { DescribeClusterVersionsCommand, EKSClient } from '@aws-sdk/client-eks';
import { defined } from '../../core/defined';
import type { AwsClients } from './clients';

/** The minor versions of Kubernetes of which EKS makes clusters today, the newest first. */
export async function listKubernetesVersions(clients: AwsClients): Promise<string[]> {
  const versions: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients
      .get(EKSClient)
      .send(new DescribeClusterVersionsCommand({ includeAll: false, ...defined({ nextToken }) }));
    versions.push(...(page.clusterVersions ?? []).flatMap(({ clusterVersion }) => clusterVersion ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return versions.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
}
