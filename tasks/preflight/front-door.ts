import type { AwsClients } from '../../adapters/aws/clients';
import { findBucketRegion } from '../../adapters/aws/s3';
import { webAclExists } from '../../adapters/aws/web-acls';
import type { Configuration } from '../../core/configuration';
import type { Finding } from './findings';

/**
 * Whether the load balancer could have the web ACL and write to the bucket that are configured, as far as can be seen
 * without asking for rights on the bucket's policy: the load balancer controller would find it out when the cluster stands.
 */
export async function checkFrontDoor(
  clients: AwsClients,
  {
    ingress_waf_acl_arn: webAcl,
    ingress_access_logs: logs,
  }: Pick<Configuration['kubeflow'], 'ingress_waf_acl_arn' | 'ingress_access_logs'>,
): Promise<{ findings: Finding[]; warnings: string[] }> {
  const [acl, bucket] = await Promise.all([checkWebAcl(clients, webAcl), checkBucket(clients, logs?.bucket)]);
  return {
    findings: [acl, bucket].flatMap((it) => (typeof it === 'object' ? it : [])),
    warnings: [bucket].flatMap((it) => (typeof it === 'string' ? it : [])),
  };
}

async function checkWebAcl(clients: AwsClients, arn: string | undefined): Promise<Finding | undefined> {
  if (arn === undefined || (await webAclExists(clients, arn))) return undefined;
  return {
    name: 'WebAclMissing',
    message: `there is no web ACL ${arn}. Create it with the scope REGIONAL, or correct \`kubeflow.ingress_waf_acl_arn\`.`,
  };
}

async function checkBucket(
  clients: AwsClients,
  bucket: string | undefined,
): Promise<Finding | string | undefined> {
  if (bucket === undefined) return undefined;
  const { region } = clients;
  const found = await findBucketRegion(clients, bucket);
  if (found === region) return undefined;
  if (found === 'denied')
    return `nothing could be found out about the bucket ${bucket}, which is of another account or forbids it; the load balancer writes there if it is in ${region} and its policy lets it`;
  return {
    name: 'LogBucketUnusable',
    message: `the bucket ${bucket} ${found === undefined ? 'does not exist' : `is in ${found === 'elsewhere' ? 'another region' : found}`}; expected one in ${region} whose policy lets logdelivery.elasticloadbalancing.amazonaws.com put objects. Create it, or correct \`kubeflow.ingress_access_logs.bucket\`.`,
  };
}
