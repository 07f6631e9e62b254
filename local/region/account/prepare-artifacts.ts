import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Configuration } from '../../../core/configuration';
import { blockPublicAccess, encryptWith } from '../../../adapters/aws/buckets';
import type { RegionClients } from './clients';

/**
 * The existing bucket of `artifacts`, closed and encrypted with the configured key.
 *
 * @param keyArn the key that stands for the configured one, if one is
 */
export async function prepareArtifacts(
  { s3 }: Pick<RegionClients, 's3'>,
  { artifacts, region, account_id: accountId }: Pick<Configuration, 'artifacts' | 'region' | 'account_id'>,
  keyArn: string | undefined,
): Promise<void> {
  const bucket = artifacts?.bucket;
  if (bucket === undefined) return;
  const isThere = await s3.send(new HeadBucketCommand({ Bucket: bucket })).then(
    () => true,
    () => false,
  );
  if (!isThere)
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        ...(region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region as never },
        }),
      }),
    );
  const clients = { get: () => s3, region } as unknown as Parameters<typeof blockPublicAccess>[0];
  const name = { bucket, accountId };
  await blockPublicAccess(clients, name);
  if (keyArn !== undefined) await encryptWith(clients, name, keyArn);
}
