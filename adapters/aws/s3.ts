import { GetBucketLocationCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** Bucket and key of an `s3://bucket/key` address. */
export function parseS3Url(url: string): { bucket: string; key: string } | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(url);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { bucket: match[1], key: match[2] };
}

/** The content of an object. Throws the SDK's own `NoSuchKey` or `NoSuchBucket` where there is none. */
export async function readObject(
  clients: AwsClients,
  { bucket, key }: { bucket: string; key: string },
): Promise<Buffer> {
  const { Body } = await clients.get(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (Body === undefined) throw new Error(`the object s3://${bucket}/${key} has no content`);
  return Buffer.from(await Body.transformToByteArray());
}

/** The status with which S3 refuses an object: 404, or 403 where the caller may not know; nothing where it is there. */
export async function headObject(
  clients: AwsClients,
  { bucket, key }: { bucket: string; key: string },
): Promise<number | undefined> {
  try {
    await clients.get(S3Client).send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return undefined;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 403 || status === 404) return status;
    throw error;
  }
}

/**
 * The region of a bucket: `undefined` where there is none of the name, `elsewhere` where S3 only says that it is not this
 * one, `denied` where it is another account's or nobody may know.
 */
export async function findBucketRegion(clients: AwsClients, bucket: string): Promise<string | undefined> {
  try {
    const { LocationConstraint: region } = await clients
      .get(S3Client)
      .send(new GetBucketLocationCommand({ Bucket: bucket }));
    // S3 API reference, GetBucketLocation: two regions have other names, from before there were any.
    if (region === undefined || (region as string) === '') return 'us-east-1';
    return region === 'EU' ? 'eu-west-1' : region;
  } catch (error) {
    if (isAwsError(error, 'NoSuchBucket')) return undefined;
    if (isAwsError(error, 'AccessDenied')) return 'denied';
    if (isAwsError(error, 'PermanentRedirect') || isAwsError(error, 'AuthorizationHeaderMalformed'))
      return 'elsewhere';
    throw error;
  }
}
