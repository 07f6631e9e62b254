import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { ownerTag, regionTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { defined } from '../../core/defined';

export interface Cluster {
  name: string;
  arn: string;
  /** `ACTIVE`, `CREATING`, `UPDATING`, `PENDING`, `DELETING`, `FAILED`. */
  status: string;
  version: string;
  endpoint: string;
  /** Base64 of the PEM. */
  certificateAuthority: string;
  oidcIssuer?: string;
  securityGroupId?: string;
  /** ARN of the service role. */
  roleArn?: string;
  vpcId?: string;
  /** ARN of the key that encrypts the secrets, if one does. */
  secretsKeyArn?: string;
  /** Value of the owner tag. */
  owner: string | undefined;
  /** Value of the region's mark. */
  markedRegion?: string;
}

/** A cluster, or `undefined` where there is none of this name. A new one has no endpoint yet: empty strings. */
export async function findCluster(clients: AwsClients, name: string): Promise<Cluster | undefined> {
  try {
    const { cluster } = await clients.get(EKSClient).send(new DescribeClusterCommand({ name }));
    if (cluster === undefined) return undefined;
    const oidcIssuer = cluster.identity?.oidc?.issuer;
    const { clusterSecurityGroupId: securityGroupId, vpcId } = cluster.resourcesVpcConfig ?? {};
    return {
      name,
      arn: cluster.arn ?? '',
      status: cluster.status ?? '',
      version: cluster.version ?? '',
      endpoint: cluster.endpoint ?? '',
      certificateAuthority: cluster.certificateAuthority?.data ?? '',
      ...defined({ oidcIssuer, securityGroupId, roleArn: cluster.roleArn, vpcId }),
      ...defined({ secretsKeyArn: cluster.encryptionConfig?.[0]?.provider?.keyArn }),
      owner: cluster.tags?.[ownerTag],
      ...defined({ markedRegion: cluster.tags?.[regionTag] }),
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
