import { deleteEmptyBucket, readBucketTags } from '../../adapters/aws/buckets';
import type { AwsClients } from '../../adapters/aws/clients';
import { findBucketRegion } from '../../adapters/aws/s3';
import { artifactStoreOf } from '../../core/artifact-store';
import type { BuildConfiguration } from '../../core/configuration';
import { notOurs } from '../../core/handover/left';
import { ownershipOf } from '../../core/ownership';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';

/** Removes the bucket that was made for artifacts, where nothing was ever written to it, and says what stays. */
export async function removeArtifactsBucket(
  clients: AwsClients,
  configuration: BuildConfiguration,
  { say, leave }: { say: Say; leave: Leave },
): Promise<void> {
  const store = artifactStoreOf(configuration);
  if (store === undefined) return;
  const what = `the bucket ${store.bucket}`;
  if (!store.isMade) {
    leave({ what: `${what} with what is below ${store.prefix}/`, why: 'it was there before the deployment' });
    return;
  }
  const place = await findBucketRegion(clients, store.bucket);
  if (place === undefined) return;
  const { eks_name: name, region, account_id: accountId } = configuration;
  const bucket = { bucket: store.bucket, accountId };
  if (
    place !== store.region ||
    ownershipOf(await readBucketTags(clients, bucket), { name, region }) !== 'ours'
  ) {
    leave({ what, why: notOurs });
    return;
  }
  say(`deleting ${what}, unless there is something in it`);
  if (await deleteEmptyBucket(clients, bucket)) return;
  leave({
    what,
    why: 'it has artifacts of pipelines, which nothing here deletes; empty and delete it when nobody needs them, former versions included',
  });
}
