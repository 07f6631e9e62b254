import { CreateBucketCommand, HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { packFiles, readFiles } from '../../../adapters/archive';
import { parseS3Url } from '../../../adapters/aws/s3';
import type { Configuration } from '../../../core/configuration';
import type { RegionClients } from './clients';

/**
 * Puts the distribution that stands for the pinned one into the bucket that the configuration names as its mirror.
 *
 * @param distribution folder of the reduced distribution
 * @returns SHA-256 of the archive, or `undefined` where the configuration names no archive in S3
 */
export async function prepareMirror(
  { s3 }: RegionClients,
  { kubeflow, region }: Configuration,
  distribution: string,
): Promise<string | undefined> {
  const place = parseS3Url(kubeflow.source?.archive?.url ?? '');
  if (place === undefined) return undefined;
  const archive = await packFiles(await readFiles(distribution, isPartOfIt));
  const there = await s3.send(new HeadBucketCommand({ Bucket: place.bucket })).then(
    () => true,
    () => false,
  );
  if (!there) {
    await s3.send(
      new CreateBucketCommand({
        Bucket: place.bucket,
        // The oldest region is the one that may not be named.
        ...(region === 'us-east-1'
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: region as never } }),
      }),
    );
  }
  await s3.send(new PutObjectCommand({ Bucket: place.bucket, Key: place.key, Body: archive }));
  return createHash('sha256').update(archive).digest('hex');
}

/** A build that uses the folder meanwhile has kustomizations of its own in it. */
const isPartOfIt = (path: string): boolean => !path.startsWith('.');
