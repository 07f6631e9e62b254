import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type BucketLocationConstraint,
  type LifecycleRule,
  type PublicAccessBlockConfiguration,
} from '@aws-sdk/client-s3';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { unlessMadeBefore } from './unrepeated';
import { tagList, tagsFrom } from './tag-lists';

export type { LifecycleRule };

/** A bucket, and whose it must be: S3 refuses a call on a bucket of the name that is another account's. */
export interface BucketName {
  readonly bucket: string;
  readonly accountId: string;
}

/** How a bucket encrypts what is put without a word about it. */
export interface BucketEncryption {
  readonly algorithm: string;
  /** ARN or id of a key; none for the keys of S3, or of AWS for S3. */
  readonly keyArn: string | undefined;
}

const named = ({ bucket, accountId }: BucketName) => ({ Bucket: bucket, ExpectedBucketOwner: accountId });

/** What S3 says, or `undefined` where it answers that there is no such setting. */
async function unlessUnset<T>(unset: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isAwsError(error, unset)) return undefined;
    throw error;
  }
}

/** The default encryption of a bucket; S3 gives every bucket one since 2023. */
export async function readEncryption(
  clients: AwsClients,
  name: BucketName,
): Promise<BucketEncryption | undefined> {
  const found = await unlessUnset('ServerSideEncryptionConfigurationNotFoundError', () =>
    clients.get(S3Client).send(new GetBucketEncryptionCommand(named(name))),
  );
  const rule = found?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  return rule && { algorithm: rule.SSEAlgorithm ?? '', keyArn: rule.KMSMasterKeyID };
}

/** Which public access a bucket refuses by itself; the account may refuse more. */
export async function readPublicAccessBlock(
  clients: AwsClients,
  name: BucketName,
): Promise<PublicAccessBlockConfiguration> {
  const found = await unlessUnset('NoSuchPublicAccessBlockConfiguration', () =>
    clients.get(S3Client).send(new GetPublicAccessBlockCommand(named(name))),
  );
  return found?.PublicAccessBlockConfiguration ?? {};
}

export async function readBucketTags(clients: AwsClients, name: BucketName): Promise<Record<string, string>> {
  const found = await unlessUnset('NoSuchTagSet', () =>
    clients.get(S3Client).send(new GetBucketTaggingCommand(named(name))),
  );
  return tagsFrom(found?.TagSet);
}

/** `Enabled`, `Suspended`, or nothing where there never were versions. */
export async function readVersioning(clients: AwsClients, name: BucketName): Promise<string | undefined> {
  return (await clients.get(S3Client).send(new GetBucketVersioningCommand(named(name)))).Status;
}

export async function readBucketPolicy(clients: AwsClients, name: BucketName): Promise<unknown> {
  const found = await unlessUnset('NoSuchBucketPolicy', () =>
    clients.get(S3Client).send(new GetBucketPolicyCommand(named(name))),
  );
  return found?.Policy === undefined ? undefined : (JSON.parse(found.Policy) as unknown);
}

export async function readLifecycle(
  clients: AwsClients,
  name: BucketName,
): Promise<readonly LifecycleRule[]> {
  const found = await unlessUnset('NoSuchLifecycleConfiguration', () =>
    clients.get(S3Client).send(new GetBucketLifecycleConfigurationCommand(named(name))),
  );
  return found?.Rules ?? [];
}

/**
 * Whether S3 refused something of a bucket since it does not know it everywhere yet, or something else is under way with it:
 * what happens to one that was just made, or deleted (terraform-provider-aws, `internal/service/s3`: `bucketPropagationTimeout`,
 * and the retryer of its client).
 */
export function isUnsettledBucket(error: unknown): error is Error {
  return isAwsError(error, 'NoSuchBucket', 'OperationAborted');
}

/** Makes a bucket, of the clients' region, in which access lists count for nothing (S3's default since 2023). */
export async function createBucket(clients: AwsClients, bucket: string): Promise<void> {
  const { region } = clients;
  await unlessMadeBefore('BucketAlreadyOwnedByYou', () =>
    clients.get(S3Client).send(
      new CreateBucketCommand({
        Bucket: bucket,
        // S3 API reference, CreateBucket: us-east-1 cannot be named.
        ...(region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
        }),
      }),
    ),
  );
}

export async function tagBucket(
  clients: AwsClients,
  name: BucketName,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients
    .get(S3Client)
    .send(new PutBucketTaggingCommand({ ...named(name), Tagging: { TagSet: tagList(tags) } }));
}

/** Refuses all public access. */
export const noPublicAccess = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const satisfies PublicAccessBlockConfiguration;

export async function blockPublicAccess(clients: AwsClients, name: BucketName): Promise<void> {
  await clients
    .get(S3Client)
    .send(
      new PutPublicAccessBlockCommand({ ...named(name), PublicAccessBlockConfiguration: noPublicAccess }),
    );
}

/** Encrypts with a key of KMS; the bucket keeps a key below it, so that KMS is not asked for each object. */
export async function encryptWith(clients: AwsClients, name: BucketName, keyArn: string): Promise<void> {
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } as const;
  await clients.get(S3Client).send(
    new PutBucketEncryptionCommand({
      ...named(name),
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
      },
    }),
  );
}

export async function keepVersions(clients: AwsClients, name: BucketName): Promise<void> {
  await clients
    .get(S3Client)
    .send(new PutBucketVersioningCommand({ ...named(name), VersioningConfiguration: { Status: 'Enabled' } }));
}

export async function putBucketPolicy(
  clients: AwsClients,
  name: BucketName,
  document: object,
): Promise<void> {
  await clients
    .get(S3Client)
    .send(new PutBucketPolicyCommand({ ...named(name), Policy: JSON.stringify(document) }));
}

export async function putLifecycle(
  clients: AwsClients,
  name: BucketName,
  rules: readonly LifecycleRule[],
): Promise<void> {
  await clients.get(S3Client).send(
    new PutBucketLifecycleConfigurationCommand({
      ...named(name),
      LifecycleConfiguration: { Rules: [...rules] },
    }),
  );
}

/**
 * Deletes a bucket, which S3 does of an empty one alone, former versions of objects included.
 *
 * @returns whether it is gone; else there is something in it
 */
export async function deleteEmptyBucket(clients: AwsClients, name: BucketName): Promise<boolean> {
  try {
    await clients.get(S3Client).send(new DeleteBucketCommand(named(name)));
    return true;
  } catch (error) {
    if (isAwsError(error, 'BucketNotEmpty')) return false;
    if (isAwsError(error, 'NoSuchBucket')) return true;
    throw error;
  }
}
