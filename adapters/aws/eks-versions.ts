import { DescribeClusterVersionsCommand, EKSClient } from '@aws-sdk/client-eks';
import { defined } from '../../core/defined';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/**
 * The minor versions of Kubernetes of which EKS makes clusters today, the newest first; `undefined` where EKS does not
 * know the question, which came in December 2024: there is nothing in it that could be wrong.
 */
export async function listKubernetesVersions(clients: AwsClients): Promise<string[] | undefined> {
  try {
    return await readVersions(clients);
  } catch (error) {
    if (isAwsError(error, 'InvalidRequestException')) return undefined;
    throw error;
  }
}

async function readVersions(clients: AwsClients): Promise<string[]> {
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

/** The day, as `2027-01-31`, with whose end EKS' standard support of a version of Kubernetes is over; `undefined` where EKS does not say. */
export async function endOfStandardSupport(
  clients: AwsClients,
  version: string,
): Promise<string | undefined> {
  const { clusterVersions: [found] = [] } = await clients
    .get(EKSClient)
    .send(new DescribeClusterVersionsCommand({ clusterVersions: [version] }));
  return found?.clusterVersion === version
    ? found.endOfStandardSupportDate?.toISOString().slice(0, 'yyyy-mm-dd'.length)
    : undefined;
}
