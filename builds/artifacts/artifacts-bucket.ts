import { isDeepStrictEqual } from 'node:util';
import {
  blockPublicAccess,
  createBucket,
  encryptWith,
  isUnsettledBucket,
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
import { ConflictError, TransientError } from '../../core/errors';
import { deploymentTags, ownerTag, regionTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import type { PlannedChange } from '../../core/plan';
import { isSamePolicy } from '../../core/same-policy';
import { settle, type Look } from '../support/settle';
import type { Waiting } from '../cluster/settled';

/** Something to do about the bucket, and how. */
interface BucketChange extends PlannedChange {
  make: () => Promise<void>;
}

/** How long a bucket that was just made may take to be known everywhere, in milliseconds. */
const settlingMs = 120_000;

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

/** A policy of a bucket, as far as it is looked at. */
interface BucketPolicy {
  Version?: string;
  Statement?: object | object[];
}

/** S3 user guide, "Security best practices": nobody, not even the account's own, comes without TLS. */
function tlsOnly(store: ArtifactStore): object {
  const arn = bucketArn(store);
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

const statementsOf = ({ Statement: statements = [] }: BucketPolicy): object[] =>
  Array.isArray(statements) ? (statements as object[]) : [statements];

/** The policy with a statement of ours; those of somebody else stay, since S3 takes a whole policy alone. */
const withStatement = (policy: BucketPolicy, ours: { Sid?: string }): object => ({
  Version: '2012-10-17',
  ...policy,
  Statement: [...statementsOf(policy).filter((one) => (one as { Sid?: string }).Sid !== ours.Sid), ours],
});

/**
 * Makes the bucket for artifacts, where the configuration names no existing one, and brings it to what it should be.
 *
 * @throws ConflictError `ResourceConflict` where the bucket is another's
 * @throws TransientError `AwsTransient` where S3 is not done with it in time
 */
export async function ensureArtifactsBucket(
  clients: AwsClients,
  configuration: BuildConfiguration,
  { say, pollMs = 5_000 }: Waiting,
): Promise<void> {
  for (const { action, what, make } of await planArtifactsBucket(clients, configuration)) {
    say(`${action} ${what}`);
    await settle(() => attempt(make), {
      ...{ deadline: Date.now() + settlingMs, poll: pollMs, say },
      late: (waiting) => {
        throw new TransientError('AwsTransient', `${waiting}. Retry this step.`);
      },
    });
  }
}

/** A bucket that was just made is not known everywhere. */
async function attempt(make: () => Promise<void>): Promise<Look<undefined>> {
  try {
    await make();
    return { done: undefined };
  } catch (error) {
    if (!isUnsettledBucket(error)) throw error;
    return { waiting: `S3 is not done with the bucket: ${error.message}` };
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
    const ours = tlsOnly(store as ArtifactStore);
    const current = isThere ? await readSettings(clients, name) : undefined;
    const policy = (current?.policy ?? {}) as BucketPolicy;
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
      ...(statementsOf(policy).some((one) => isSamePolicy(one, ours))
        ? []
        : [change('TLS alone', () => putBucketPolicy(clients, name, withStatement(policy, ours)))]),
      ...(current?.expires === true
        ? []
        : [
            change(`former versions go after ${formerVersionDays.toString()} days`, () =>
              // S3 takes all rules at once: what is not ours is given back to it.
              putLifecycle(clients, name, [
                ...(current?.rules ?? []).filter(({ ID }) => ID !== lifecycle[0]?.ID),
                ...lifecycle,
              ]),
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
    rules,
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
