import { ownCredentials } from '../account/clients';
import type { AwsFailure, AwsResponse, ServiceHandler } from '../gateway/gateway';

/** What S3 says of a bucket that was just made, in this order, each once. */
const unsettled: readonly AwsFailure[] = [
  { status: 404, code: 'NoSuchBucket', message: 'The specified bucket does not exist' },
  {
    status: 409,
    code: 'OperationAborted',
    message:
      'A conflicting conditional operation is currently in progress against this resource. Please try again.',
  },
];

/**
 * S3 while the making of a bucket spreads: whoever sets something of it does not find it, or is told that something else is under
 * way (terraform-provider-aws, `internal/service/s3`: `bucketPropagationTimeout`, and the retryer of its client). How long that may
 * last is not published; here it is over after a call each. The account's owner has waited.
 */
export function newBuckets(): ServiceHandler {
  const made = new Map<string, AwsFailure[]>();
  return ({ accessKeyId }, { method, url }) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const bucket = /^\/([^/]+)\/?$/.exec(pathname)?.[1];
    if (method !== 'PUT' || bucket === undefined || accessKeyId === ownCredentials.accessKeyId)
      return Promise.resolve(undefined);
    const isCreation = [...searchParams.keys()].every((key) => key === 'x-id');
    if (isCreation) made.set(bucket, [...unsettled]);
    const refusal = isCreation ? undefined : made.get(bucket)?.shift();
    return Promise.resolve(refusal && errorOfS3(refusal));
  };
}

/** Errors of S3 stand in no envelope (S3 user guide, "REST error responses"). */
const errorOfS3 = ({ status, code, message }: AwsFailure): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>local</RequestId></Error>`,
});
