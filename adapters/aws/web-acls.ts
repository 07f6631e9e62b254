import { GetWebACLCommand, GetWebACLForResourceCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

/** Whether the region has the web ACL of this ARN. */
export async function webAclExists(clients: AwsClients, arn: string): Promise<boolean> {
  // <kind>/webacl/<name>/<id>
  const [, , Name, Id] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  try {
    const { WebACL } = await clients
      .get(WAFV2Client)
      .send(new GetWebACLCommand({ Name, Id, Scope: 'REGIONAL' }));
    return WebACL?.ARN === arn;
  } catch (error) {
    if (isAwsError(error, 'WAFNonexistentItemException')) return false;
    throw error;
  }
}

/** ARN of the web ACL that a load balancer is associated with, if any. */
export async function webAclOfLoadBalancer(clients: AwsClients, arn: string): Promise<string | undefined> {
  const { WebACL } = await clients
    .get(WAFV2Client)
    .send(new GetWebACLForResourceCommand({ ResourceArn: arn }));
  return WebACL?.ARN;
}
