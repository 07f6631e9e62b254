import { createPodIdentity, listPodIdentityNames } from '../../adapters/aws/pod-identities';
import type { AwsClients } from '../../adapters/aws/clients';
import type { ArtifactIdentity } from '../../core/handover/artifact-identity';
import { errorName } from '../../core/error-name';

/** Service account of a tenant's notebooks and of the steps of its pipelines. */
const serviceAccount = 'default-editor';

/**
 * Gives the pods of tenants the role for artifacts, in each namespace where they have none. Whoever has another keeps it: EKS
 * takes one association for an account, and the one of `access.namespaces` is the cluster's build's.
 *
 * @returns how many it gave, and the names of the errors where it could not
 */
export async function giveArtifactIdentities(
  clients: AwsClients,
  clusterName: string,
  { roleArn, tags }: ArtifactIdentity,
  namespaces: readonly string[],
): Promise<{ given: number; failures: readonly { reason: string }[] }> {
  const there = new Set(
    (await listPodIdentityNames(clients, clusterName))
      .filter((identity) => identity.serviceAccount === serviceAccount)
      .map(({ namespace }) => namespace),
  );
  const failures: { reason: string }[] = [];
  let given = 0;
  for (const namespace of new Set(namespaces)) {
    if (there.has(namespace)) continue;
    try {
      await createPodIdentity(clients, { clusterName, namespace, serviceAccount, roleArn, tags });
      given += 1;
    } catch (error) {
      // Of one namespace: the others are to have theirs.
      failures.push({ reason: errorName(error) });
    }
  }
  return { given, failures };
}
