import { artifactBucketPrefix } from '../core/artifact-store';
import type { Permission } from '../core/permissions';

/** Buckets that are made for artifacts. Their names have account and region; the rest follows from the configuration. */
const buckets = [`arn:<partition>:s3:::${artifactBucketPrefix}<account>-<region>-*`];

/** What the build of the cluster needs for the bucket of artifacts; of an existing bucket it needs nothing. */
export const makeArtifactBuckets: readonly Permission[] = [
  {
    actions: [
      's3:GetBucketLocation',
      's3:GetBucketTagging',
      's3:GetEncryptionConfiguration',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketVersioning',
      's3:GetBucketPolicy',
      's3:GetLifecycleConfiguration',
    ],
    resources: buckets,
    why: 'Compares the bucket for artifacts, where the configuration has `artifacts` and names none.',
  },
  {
    actions: [
      's3:CreateBucket',
      's3:PutBucketTagging',
      's3:PutEncryptionConfiguration',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketVersioning',
      's3:PutBucketPolicy',
      's3:PutLifecycleConfiguration',
    ],
    resources: buckets,
    why: 'Makes it, closed to the public, encrypted, with versions and our tags. It gets no right on what is in it.',
  },
];

/** What the teardown needs of it. */
export const removeArtifactBuckets: readonly Permission[] = [
  {
    actions: ['s3:GetBucketLocation', 's3:GetBucketTagging'],
    resources: buckets,
    why: 'Looks whose the bucket for artifacts is.',
  },
  {
    actions: ['s3:DeleteBucket'],
    resources: buckets,
    why: 'Removes it where it is empty: S3 deletes no other, and there is no right to empty it.',
  },
];
