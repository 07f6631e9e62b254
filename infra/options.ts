import { Duration } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import type { ClusterNetwork } from './constructs/functions';

/** What the CDK's context may say about the stack (`cdk deploy -c name=value`). */
export interface StackOptions {
  /** `vpcId`, `subnetIds`, `securityGroupIds`: for clusters whose endpoint answers inside its VPC only. */
  readonly network?: ClusterNetwork;
  /** `notificationEmail`: gets failures and alarms by mail. */
  readonly notificationEmail?: string;
  /** `permissionsBoundaryArn`: the builds make roles with this permissions boundary only. */
  readonly permissionsBoundaryArn?: string;
  /** `resyncMinutes`: how often all deployments are brought back in line. Hourly by default. */
  readonly resyncInterval: Duration;
}

/**
 * Reads the context.
 *
 * @throws Error for a value that cannot be meant
 */
export function readOptions(node: Node): StackOptions {
  const network = readNetwork(node);
  const email = text(node, 'notificationEmail');
  const permissionsBoundaryArn = readBoundary(node);
  const minutes = Number(text(node, 'resyncMinutes') ?? 60);
  if (!Number.isInteger(minutes) || minutes < 5 || minutes > 1440) {
    throw new Error(
      `context resyncMinutes is ${String(node.tryGetContext('resyncMinutes'))}; expected a whole number from 5 to 1440`,
    );
  }
  return {
    ...(network && { network }),
    ...(email !== undefined && { notificationEmail: email }),
    ...(permissionsBoundaryArn !== undefined && { permissionsBoundaryArn }),
    resyncInterval: Duration.minutes(minutes),
  };
}

function readBoundary(node: Node): string | undefined {
  const arn = text(node, 'permissionsBoundaryArn');
  if (arn === undefined || /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/\S+$/.test(arn)) return arn;
  throw new Error(`context permissionsBoundaryArn is ${arn}; expected the ARN of an IAM policy`);
}

function readNetwork(node: Node): ClusterNetwork | undefined {
  const vpcId = text(node, 'vpcId');
  const subnetIds = list(node, 'subnetIds');
  const securityGroupIds = list(node, 'securityGroupIds');
  if (vpcId === undefined && subnetIds.length === 0 && securityGroupIds.length === 0) return undefined;
  if (vpcId === undefined || subnetIds.length === 0 || securityGroupIds.length === 0) {
    throw new Error(
      'context vpcId, subnetIds and securityGroupIds go together: with them the functions and builds that talk to a cluster run in that VPC',
    );
  }
  return { vpcId, subnetIds, securityGroupIds };
}

function text(node: Node, name: string): string | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`context ${name} is ${JSON.stringify(value)}; expected text`);
}

/** A list in cdk.json, or names with commas between them on the command line. */
function list(node: Node, name: string): string[] {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined) return [];
  const items: unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  return items
    .map((item) => {
      if (typeof item !== 'string')
        throw new Error(`context ${name} has ${JSON.stringify(item)}; expected names`);
      return item.trim();
    })
    .filter((item) => item !== '');
}
