import {
  DescribeLoadBalancerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetBucketLocationCommand, GetBucketPolicyCommand, NoSuchBucket } from '@aws-sdk/client-s3';
import {
  AssociateWebACLCommand,
  DisassociateWebACLCommand,
  GetWebACLForResourceCommand,
} from '@aws-sdk/client-wafv2';
import { attributesOf, loadBalancerAnnotations, noWebAcl } from '../../../core/load-balancer-annotations';
import { messageOf } from '../../../core/errors';
import { DeployError } from '../../kubernetes/stand-ins/load-balancer-controller';
import { matchesArn } from '../iam/patterns';
import type { RegionClients } from './clients';

type Annotations = Readonly<Record<string, string>>;

/**
 * Sets the attributes that an Ingress names and that differ; what it does not name stays (controller v3.5,
 * `pkg/deploy/elbv2/load_balancer_attributes_reconciler.go`).
 *
 * @param arn of the load balancer
 * @throws DeployError where Elastic Load Balancing cannot write to the bucket for access logs
 */
export async function setAttributes(
  { elb, s3 }: RegionClients,
  arn: string,
  annotations: Annotations,
): Promise<void> {
  const wanted = attributesOf(annotations[loadBalancerAnnotations.attributes]);
  if (wanted.size === 0) return;
  const { Attributes: present = [] } = await elb.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
  );
  const changed = [...wanted].filter(
    ([name, value]) => present.find(({ Key }) => Key === name)?.Value !== value,
  );
  if (changed.length === 0) return;
  const bucket = wanted.get('access_logs.s3.bucket') ?? '';
  if (wanted.get('access_logs.s3.enabled') === 'true') {
    const [, partition = '', , region = '', account = ''] = arn.split(':');
    const prefix = wanted.get('access_logs.s3.prefix') ?? '';
    const folder = prefix === '' ? '' : `${prefix}/`;
    const object = `arn:${partition}:s3:::${bucket}/${folder}AWSLogs/${account}/ELBAccessLogTestFile`;
    if (!(await isWritable(s3, bucket, region, object)))
      throw new DeployError(
        `InvalidConfigurationRequest: Access Denied for bucket: ${bucket}. Please check S3bucket permission`,
      );
  }
  await elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: arn,
      Attributes: changed.map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

interface Statement {
  Effect: string;
  Principal?: string | { Service?: string | string[] };
  Action: string | string[];
  Resource: string | string[];
}

const listed = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : [value].flat();

/** Whether a bucket is in the region and its policy lets Elastic Load Balancing write this object; conditions are not read. */
async function isWritable(
  s3: RegionClients['s3'],
  bucket: string,
  region: string,
  object: string,
): Promise<boolean> {
  try {
    const { LocationConstraint: place } = await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
    // S3 API reference, GetBucketLocation: nothing is said of a bucket in us-east-1.
    if ((place === undefined || (place as string) === '' ? 'us-east-1' : place) !== region) return false;
    const { Policy: policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: Statement[] };
    return statements.some(
      ({ Effect, Principal, Action, Resource }) =>
        Effect === 'Allow' &&
        typeof Principal === 'object' &&
        listed(Principal.Service).includes('logdelivery.elasticloadbalancing.amazonaws.com') &&
        listed(Action).includes('s3:PutObject') &&
        listed(Resource).some((pattern) => matchesArn(object, pattern)),
    );
  } catch (error) {
    if (error instanceof NoSuchBucket || (error as Error).name === 'NoSuchBucketPolicy') return false;
    throw error;
  }
}

const associable = /^arn:aws(?:-[a-z]+)*:wafv2:([a-z0-9-]+):(\d{12}):regional\/webacl\/[^/]+\/[^/]+$/;

/**
 * Associates the load balancer with the web ACL that an Ingress names, takes the association away where it says `none`, and
 * leaves it as it is where it says nothing (controller v3.5, `pkg/deploy/wafv2/web_acl_association_synthesizer.go`).
 *
 * @param arn of the load balancer
 * @throws DeployError where WAF has no such web ACL, or does not take the ARN
 */
export async function setWebAcl(
  { wafv2 }: RegionClients,
  arn: string,
  annotations: Annotations,
): Promise<void> {
  const named = annotations[loadBalancerAnnotations.webAcl];
  if (named === undefined) return;
  const wanted = named === noWebAcl ? '' : named;
  const { WebACL: associated } = await wafv2.send(new GetWebACLForResourceCommand({ ResourceArn: arn }));
  const present = associated?.ARN ?? '';
  if (wanted === present) return;
  // One web ACL for a load balancer: another takes the place of the former.
  if (wanted !== '') requireAssociable(wanted, arn);
  try {
    if (present !== '') await wafv2.send(new DisassociateWebACLCommand({ ResourceArn: arn }));
    if (wanted !== '') await wafv2.send(new AssociateWebACLCommand({ ResourceArn: arn, WebACLArn: wanted }));
  } catch (error) {
    throw failure(messageOf(error));
  }
}

/** WAFV2 API reference, AssociateWebACL: the form of the ARN, its region; and one account, unless Firewall Manager does it. */
function requireAssociable(webAcl: string, balancer: string): void {
  const [, , , region, account] = balancer.split(':');
  const [, aclRegion, aclAccount] = associable.exec(webAcl) ?? [];
  if (aclRegion !== region || aclAccount !== account)
    throw failure(
      `WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: RESOURCE_ARN, parameter: ${webAcl}`,
    );
}

function failure(reason: string): DeployError {
  return new DeployError(`failed to create WAFv2 webACL association on LoadBalancer: ${reason}`);
}
