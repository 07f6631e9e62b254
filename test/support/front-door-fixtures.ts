import { CreateBucketCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateWebACLCommand, type WAFV2Client } from '@aws-sdk/client-wafv2';

/** Makes a web ACL that lets everything in, and returns its ARN. */
export async function makeWebAcl(waf: WAFV2Client, name = 'front'): Promise<string> {
  const { Summary } = await waf.send(
    new CreateWebACLCommand({
      Name: name,
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      VisibilityConfig: {
        SampledRequestsEnabled: false,
        CloudWatchMetricsEnabled: false,
        MetricName: name,
      },
    }),
  );
  return Summary?.ARN ?? '';
}

/**
 * Makes a bucket.
 *
 * @param region where it is; in us-east-1 without it
 * @param writable ARN of the objects that log delivery may put; it has no policy without it
 */
export async function makeLogBucket(
  s3: S3Client,
  bucket: string,
  { region, writable }: { region?: 'eu-central-1' | 'us-west-2'; writable?: string },
): Promise<void> {
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(region !== undefined && { CreateBucketConfiguration: { LocationConstraint: region } }),
    }),
  );
  if (writable === undefined) return;
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: writable,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  // A bucket that was just made is not there for everybody.
  for (let attempts = 1; ; attempts += 1)
    try {
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
      return;
    } catch (error) {
      const { name } = error as Error;
      if (attempts > 5 || !['NoSuchBucket', 'OperationAborted'].includes(name)) throw error;
    }
}
