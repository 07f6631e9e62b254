import { Duration } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import type { ClusterNetwork } from './constructs/functions';
import { defined } from '../core/defined';

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
  /**
   * `componentTimeoutMinutes`: how long each component of Kubeflow may take to become ready, instead of its own bound
   * (10 minutes for most).
   */
  readonly componentTimeout?: Duration;
  /** `toolsMirror`: folder (`s3://bucket/folder` or https) with the files that builds download, for want of egress. */
  readonly toolsMirror?: string;
}

/** The build has 90 minutes for all of them. */
const longestComponentMinutes = 80;

/**
 * Reads the context.
 *
 * @throws Error for a value that cannot be meant
 */
export function readOptions(node: Node): StackOptions {
  const network = readNetwork(node);
  const email = text(node, 'notificationEmail');
  const permissionsBoundaryArn = readBoundary(node);
  const resync = minutes(node, 'resyncMinutes', 5, 1440) ?? Duration.minutes(60);
  const componentTimeout = minutes(node, 'componentTimeoutMinutes', 1, longestComponentMinutes);
  const toolsMirror = text(node, 'toolsMirror');
  if (toolsMirror !== undefined && !/^(?:s3|https):\/\/[^/]+/.test(toolsMirror)) {
    throw new Error(`context toolsMirror is ${toolsMirror}; expected s3://bucket/folder or an https address`);
  }
  return {
    ...(network && { network }),
    ...defined({ notificationEmail: email, permissionsBoundaryArn, componentTimeout, toolsMirror }),
    resyncInterval: resync,
  };
}

/** What the context says to the builds, as the variables that they read. */
export function buildSettings({ componentTimeout, toolsMirror }: StackOptions): Record<string, string> {
  return {
    ...(componentTimeout && { COMPONENT_TIMEOUT_SECONDS: String(componentTimeout.toSeconds()) }),
    ...defined({ KUBEFLOW_EKS_TOOLS_MIRROR: toolsMirror }),
  };
}

function minutes(node: Node, name: string, least: number, most: number): Duration | undefined {
  const value = text(node, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new Error(`context ${name} is ${value}; expected a whole number from ${least} to ${most}`);
  }
  return Duration.minutes(number);
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
