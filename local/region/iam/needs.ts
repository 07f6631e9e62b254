import type { Call } from './actions';

/** A permission that a call needs. */
export interface Need {
  readonly action: string;
  /** An ARN; `*` where the action knows no resources; undefined where the request does not tell it. */
  readonly resource: string | undefined;
  /** The service's own condition keys, in lower case; all that the request has of them. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
}

/** A call with what it takes to name its resources. */
export interface Asked extends Call {
  readonly accountId: string;
  readonly partition: string;
  /** The attribute that is the partition key of the region's tables. */
  readonly partitionKey: string;
  /** ARN of a resource in the account, by default in the call's service and region. */
  readonly arn: (resource: string, service?: string, region?: string) => string;
}

/** What a call needs, in one service: first of all its own permission. */
export type Needs = (call: Asked) => readonly Need[];

/** Stands for the random part of an ARN that a request does not tell; only a wildcard matches it. */
export const madeUp = '-made-up-';

/** A call that needs its own permission on one resource. */
export const onResource =
  (resourceOf: (call: Asked) => string | undefined): Needs =>
  (call) => [{ action: call.action, resource: resourceOf(call) }];

/** Its own permission on each of several resources; on an unknown one where the request names none. */
export function onEach(call: Asked, resources: readonly (string | undefined)[]): Need[] {
  return (resources.length === 0 ? [undefined] : resources).map((resource) => ({
    action: call.action,
    resource,
  }));
}

/** A name as an ARN; an ARN as it is. */
export function named(value: string | undefined, arnOf: (name: string) => string): string | undefined {
  return value === undefined || value.startsWith('arn:') ? value : arnOf(value);
}

/**
 * Actions that know no resources: a statement allows them for `*` or not at all. From the tables "Actions defined by …"
 * of the Service Authorization Reference, for the services that the stack's roles call.
 */
const withoutResource: ReadonlySet<string> = new Set([
  'acm:ListCertificates',
  'acm:RequestCertificate',
  'backup-storage:MountCapsule',
  'backup:DescribeBackupJob',
  'backup:DescribeRegionSettings',
  'backup:ListBackupPlans',
  'backup:ListBackupVaults',
  'cloudformation:ListStacks',
  'cognito-idp:CreateUserPool',
  'cognito-idp:DescribeUserPoolDomain',
  'cognito-idp:ListUserPools',
  'eks:CreateCluster',
  'eks:DescribeAddonConfiguration',
  'eks:DescribeAddonVersions',
  'eks:DescribeClusterVersions',
  'eks:ListClusters',
  'iam:ListOpenIDConnectProviders',
  'iam:ListPolicies',
  'iam:ListRoles',
  'kms:ListAliases',
  'kms:ListKeys',
  'ec2:GetEbsDefaultKmsKeyId',
  'ec2:GetInstanceMetadataDefaults',
  'lambda:GetAccountSettings',
  'lambda:ListFunctions',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'route53:ListHostedZones',
  'route53:ListHostedZonesByName',
  'secretsmanager:ListSecrets',
  'sns:Unsubscribe',
  'states:ListStateMachines',
]);

/** Whether an action knows no resources. */
export function knowsNoResource(action: string): boolean {
  return (
    withoutResource.has(action) ||
    // EC2's DescribeVpcAttribute is the one of these that does.
    (/^(?:ec2|elasticloadbalancing|autoscaling):Describe/.test(action) &&
      action !== 'ec2:DescribeVpcAttribute') ||
    action.startsWith('xray:')
  );
}
