import { isDeepStrictEqual } from 'node:util';
import {
  blockPublicAccess,
  createBucket,
  encryptWith,
  keepVersions,
  noPublicAccess,
  putBucketPolicy,
  putLifecycle,
  readBucketPolicy,
  readBucketTags,
  readEncryption,
  readLifecycle,
  readPublicAccessBlock,
  readVersioning,
  tagBucket,
  type BucketName,
  type LifecycleRule,
} from '../../adapters/aws/buckets';
import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import { findBucketRegion } from '../../adapters/aws/s3';
import { artifactStoreOf, bucketArn, type ArtifactStore } from '../../core/artifact-store';
import type { BuildConfiguration } from '../../core/configuration';
import { ConflictError } from '../../core/errors';
import { deploymentTags, ownerTag, regionTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import type { PlannedChange } from '../../core/plan';
import type { Say } from '../support/say';

/** Something to do about the bucket, and how. */
interface BucketChange extends PlannedChange {
  make: () => Promise<void>;
}

/** How long what was overwritten or deleted can be had back, in days. */
const formerVersionDays = 30;

/** What is never asked for again, nor shown by a list. */
const lifecycle: readonly LifecycleRule[] = [
  {
    ID: 'kubeflow-eks',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    NoncurrentVersionExpiration: { NoncurrentDays: formerVersionDays },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  },
];

/** S3 user guide, "Security best practices": nobody, not even the account's own, comes without TLS. */
function policyOf(store: ArtifactStore): object {
  const arn = bucketArn(store);
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}

/**
 * Makes the bucket for artifacts, where the configuration names no existing one, and brings it to what it should be.
 *
 * @throws ConflictError `ResourceConflict` where the bucket is another's
 */
export async function ensureArtifactsBucket(
  clients: AwsClients,
  configuration: BuildConfiguration,
  say: Say,
): Promise<void> {
  for (const { action, what, make } of await planArtifactsBucket(clients, configuration)) {
    say(`${action} ${what}`);
    await make();
  }
}

/**
 * What {@link ensureArtifactsBucket} would do. Reads only.
 *
 * @throws ConflictError `ResourceConflict` where the bucket is another's
 */
export async function planArtifactsBucket(
  clients: AwsClients,
  configuration: BuildConfiguration,
): Promise<BucketChange[]> {
  const store = artifactStoreOf(configuration);
  if (store?.isMade !== true) return [];
  const name = { bucket: store.bucket, accountId: configuration.account_id };
  const what = `the bucket ${store.bucket}`;
  const place = await findBucketRegion(clients, store.bucket);
  if (place !== undefined && place !== store.region)
    throw new ConflictError(
      'ResourceConflict',
      `${what} is another account's, or of another region (${place}); expected none, or one of ${configuration.eks_name}. ` +
        'Name a bucket of yours in `artifacts.bucket`.',
    );
  const isThere = place !== undefined;
  if (isThere) await requireOurs(clients, name, configuration);
  const change = (is: string, make: () => Promise<void>): BucketChange => ({
    action: 'change',
    what: `${what}: ${is}`,
    make,
  });
  const creation: BucketChange = {
    action: 'create',
    what,
    make: () => createBucket(clients, store.bucket),
  };
  return [...(isThere ? [] : [creation]), ...(await settings())];

  /** All that a new one lacks, and one that is there differs in; what is not ours to say, such as more tags, stays. */
  async function settings(): Promise<BucketChange[]> {
    const tags = deploymentTags(configuration);
    const keyArn = store?.keyArn ?? '';
    const policy = policyOf(store as ArtifactStore);
    const current = isThere ? await readSettings(clients, name) : undefined;
    return [
      ...(current?.isClosed === true
        ? []
        : [change('no public access', () => blockPublicAccess(clients, name))]),
      ...(isDeepStrictEqual(current?.tags, { ...current?.tags, ...tags })
        ? []
        : [change('its tags', () => tagBucket(clients, name, { ...current?.tags, ...tags }))]),
      ...(current?.keyArn === keyArn
        ? []
        : [change(`encryption with ${keyArn}`, () => encryptWith(clients, name, keyArn))]),
      ...(current?.keepsVersions === true
        ? []
        : [change('former versions are kept', () => keepVersions(clients, name))]),
      ...(isDeepStrictEqual(current?.policy, policy)
        ? []
        : [change('TLS alone', () => putBucketPolicy(clients, name, policy))]),
      ...(current?.expires === true
        ? []
        : [
            change(`former versions go after ${formerVersionDays.toString()} days`, () =>
              putLifecycle(clients, name, lifecycle),
            ),
          ]),
    ];
  }
}

async function readSettings(clients: AwsClients, name: BucketName) {
  const [tags, encryption, access, versioning, policy, rules] = await Promise.all([
    readBucketTags(clients, name),
    readEncryption(clients, name),
    readPublicAccessBlock(clients, name),
    readVersioning(clients, name),
    readBucketPolicy(clients, name),
    readLifecycle(clients, name),
  ]);
  return {
    tags,
    policy,
    keyArn: encryption?.algorithm === 'aws:kms' ? encryption.keyArn : undefined,
    isClosed: isDeepStrictEqual({ ...access }, noPublicAccess),
    keepsVersions: versioning === 'Enabled',
    // Rules of somebody else, beside ours, are theirs.
    expires: rules.some(({ ID, Status }) => ID === lifecycle[0]?.ID && Status === 'Enabled'),
  };
}

/**
 * A bucket without any tag is one of which a build had made no more: its name has account, region and deployment. One that
 * is left of an earlier deployment of the name has its tags, and what it wrote.
 */
async function requireOurs(
  clients: AwsClients,
  name: BucketName,
  { eks_name: deployment, region }: BuildConfiguration,
): Promise<void> {
  const tags = await readBucketTags(clients, name);
  if (Object.keys(tags).length === 0 || ownershipOf(tags, { name: deployment, region }) === 'ours') return;
  const { [ownerTag]: owner, [regionTag]: place } = tags;
  throw foreignResource(
    `the bucket ${name.bucket}`,
    owner && `${owner} in ${place ?? 'a region that it does not name'}`,
    `${deployment} in ${region}`,
  );
}
