import { z } from 'zod';
import type { AwsClients } from '../../adapters/aws/clients';
import { listRegistrations } from '../../adapters/aws/registry';
import { artifactStoreOf, shareKeys, type ArtifactStore } from '../../core/artifact-store';
import type { Finding } from './findings';

/** A row of a deployment with artifacts in S3; what the place of these follows from. */
const storedRow = z.object({
  configuration: z.looseObject({
    artifacts: z.object({ bucket: z.string().optional(), prefix: z.string().optional() }),
  }),
});

/**
 * Looks for registered deployments whose artifacts may have the keys of those that are asked for: the role of a namespace of one would
 * read what is of the other (docs/adr/0154-artifacts-in-s3.md). A deployment that is registered with its store already can have no
 * other (`ChangeRefused`), so it is only warned of. One whose first provisioning has not come to its end is not known here.
 *
 * @param of the deployment that is asked for
 * @param store where its artifacts shall be
 */
export async function checkNeighbours(
  clients: AwsClients,
  table: string,
  of: { eks_name: string; account_id: string },
  store: ArtifactStore,
): Promise<{ findings: Finding[]; warnings: string[] }> {
  const registered = new Map<string, ArtifactStore>();
  for (const { name, row } of await listRegistrations(clients, table)) {
    const { success, data } = storedRow.safeParse(row);
    if (!success) continue;
    // A registry is of one account and one region.
    const naming = { account_id: of.account_id, region: store.region, kms_key_arn: '', eks_name: name };
    const known = artifactStoreOf({ ...naming, artifacts: data.configuration.artifacts });
    if (known !== undefined) registered.set(name, known);
  }
  const messages = [...registered]
    .filter(([name, other]) => name !== of.eks_name && shareKeys(store, other))
    .map(
      ([name, { prefix }]) =>
        `has the artifacts of ${name} below ${prefix}/; those of ${of.eks_name} would be below ${store.prefix}/, and a namespace of one ` +
        "could read the other's. Let neither prefix be the other's beginning: name another in `artifacts.prefix`, or another bucket.",
    )
    .map((message) => `the bucket ${store.bucket} ${message}`);
  return registered.has(of.eks_name)
    ? { findings: [], warnings: messages }
    : { findings: messages.map((message) => ({ name: 'ArtifactBucketUnusable', message })), warnings: [] };
}
