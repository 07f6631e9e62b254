import type { Authorization } from '../iam/evaluate';
import { header } from '../gateway/aws-request';
import { awsError, callerHeader, type ServiceHandler } from '../gateway/gateway';

/** Says whether a caller may do something. */
export type Permits = (principalArn: string | undefined, authorization: Authorization) => Promise<boolean>;

/**
 * Where a cluster's secrets are to be encrypted with a key, EKS looks at the key and makes a grant on it with its caller's
 * rights. It does not say to KMS that the grant is for a service, so that a policy which asks for
 * `kms:GrantIsForAWSResource` denies it (EKS user guide, "Security considerations for Kubernetes"). To be asked before the
 * handlers that make and change clusters; it answers refusals only.
 */
export function keyGrants(permits: Permits): ServiceHandler {
  return async (_request, http) => {
    const path = new URL(http.url, 'http://localhost').pathname;
    if (http.method !== 'POST' || !/^\/clusters(?:\/[^/]+\/encryption-config\/associate)?\/?$/.test(path))
      return undefined;
    const { encryptionConfig = [] } = JSON.parse(http.body.toString('utf8')) as {
      encryptionConfig?: { provider?: { keyArn?: string } }[];
    };
    const caller = header(http, callerHeader);
    for (const { provider } of encryptionConfig) {
      for (const action of ['kms:DescribeKey', 'kms:CreateGrant']) {
        // Of KMS' own keys the request has none.
        const context = { values: {}, known: ['kms:'] };
        if (await permits(caller, { action, resource: provider?.keyArn, context })) continue;
        return awsError(http, {
          status: 403,
          code: 'AccessDeniedException',
          message: `User: ${caller ?? ''} is not authorized to perform: ${action} on resource: ${provider?.keyArn ?? ''}`,
        });
      }
    }
    return undefined;
  };
}
