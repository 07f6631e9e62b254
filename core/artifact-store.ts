import { createHash } from 'node:crypto';
import { partitionOf } from './partitions';

/** Where Pipelines' artifacts are kept, if not in the cluster. */
export interface ArtifactStore {
  readonly bucket: string;
  /** What the key of an object begins with, before the namespace; without a slash at its end. */
  readonly prefix: string;
  readonly region: string;
  /** The key that encrypts the objects; none where the bucket's encryption has no key of the account's own. */
  readonly keyArn: string | undefined;
  /** Whether the bucket is made for the deployment. */
  readonly isMade: boolean;
}

/** What of a configuration says where artifacts are. */
interface Stored {
  readonly eks_name: string;
  readonly region: string;
  readonly account_id: string;
  readonly kms_key_arn: string;
  readonly artifacts?:
    | { bucket?: string | undefined; kms_key_arn?: string | undefined; prefix?: string | undefined }
    | undefined;
}

/** Where the artifacts of a deployment are; `undefined` where they are in a volume of the cluster. */
export function artifactStoreOf(configuration: Stored): ArtifactStore | undefined {
  const { artifacts, eks_name: name, region } = configuration;
  if (artifacts === undefined) return undefined;
  const isMade = artifacts.bucket === undefined;
  return {
    bucket: artifacts.bucket ?? artifactBucketName(configuration),
    prefix: artifacts.prefix ?? name,
    region,
    keyArn: artifacts.kms_key_arn ?? (isMade ? configuration.kms_key_arn : undefined),
    isMade,
  };
}

/**
 * Whether the keys of one store may be those of the other: their prefixes are the same, or one lies below the other, where a namespace
 * may have the name of what is between.
 */
export function shareKeys(one: ArtifactStore, other: ArtifactStore): boolean {
  const [a, b] = [`${one.prefix}/`, `${other.prefix}/`];
  return one.bucket === other.bucket && (a.startsWith(b) || b.startsWith(a));
}

/** What the name of every bucket that is made begins with: builds have rights on these alone. */
export const artifactBucketPrefix = 'kubeflow-artifacts-';

/** S3 user guide, "General purpose bucket naming rules". */
const longestBucketName = 63;
const digestLength = 8;

/**
 * Name of the bucket that is made for a deployment: all accounts of the world share the names, and one that has gone may be
 * another's. What does not fit, or differs from another only in its case, ends with a digest.
 */
export function artifactBucketName({
  eks_name: name,
  region,
  account_id: accountId,
}: Pick<Stored, 'eks_name' | 'region' | 'account_id'>): string {
  const whole = `${artifactBucketPrefix}${accountId}-${region}-${name}`;
  const lower = whole.toLowerCase();
  if (whole === lower && whole.length <= longestBucketName && !whole.endsWith('-')) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, digestLength);
  return `${lower.slice(0, longestBucketName - digestLength - 1)}-${digest}`;
}

/** ARN of a bucket. */
export function bucketArn({ bucket, region }: Pick<ArtifactStore, 'bucket' | 'region'>): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}`;
}
