import type { AwsCredentials } from '../../adapters/kubernetes/eks-token';

/** The function's own credentials, which Lambda keeps in the environment for as long as the process lives. */
export function environmentCredentials(): Promise<AwsCredentials> {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return Promise.reject(
      new Error('the environment has no AWS credentials; Lambda sets them on every function'),
    );
  }
  return Promise.resolve({ accessKeyId, secretAccessKey, sessionToken: process.env['AWS_SESSION_TOKEN'] });
}
