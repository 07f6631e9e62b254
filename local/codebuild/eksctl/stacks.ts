import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { setTimeout as delay } from 'node:timers/promises';
import type { EksctlClients, Say } from './clients';
import { defined } from '../../../core/defined';
import { eksctlClusterTag } from '../../../core/naming';
import type { ClusterConfig } from './cluster-config';

/** A resource of a stack; its properties are written as the API of its service has them. */
export interface StackResource {
  Type: 'AWS::EKS::Cluster' | 'AWS::EKS::Nodegroup' | 'AWS::IAM::Role';
  Properties: Record<string, unknown>;
}

/** Name of the stack of a cluster, as eksctl gives it. */
export function clusterStackName(cluster: string): string {
  return `eksctl-${cluster}-cluster`;
}

/** Name of the stack of a node group, as eksctl gives it. */
export function nodeGroupStackName(cluster: string, group: string): string {
  return `eksctl-${cluster}-nodegroup-${group}`;
}

/** Name of the stack of a pod identity's role, as eksctl gives it; those of add-ons have names of their own. */
export function podIdentityStackName(
  cluster: string,
  { namespace, serviceAccount, addon }: { namespace: string; serviceAccount: string; addon?: string },
): string {
  return addon === undefined
    ? `eksctl-${cluster}-podidentityrole-${namespace}-${serviceAccount}`
    : `eksctl-${cluster}-addon-${addon}-podidentityrole-${serviceAccount}`;
}

/** A role with a name and, if there is one, a boundary. */
export function roleResource(roleName: string, permissionsBoundary: string | undefined): StackResource {
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  return {
    Type: 'AWS::IAM::Role',
    Properties: { roleName, assumeRolePolicyDocument: trust, ...defined({ permissionsBoundary }) },
  };
}

/**
 * The tags of a stack, in eksctl's order and as often as it gives them (`pkg/cfn/manager/api.go`, NewStackCollection and
 * DoCreateStackRequest): its own, those of the cluster, those of what the stack is for. A key that the latter two have is
 * there twice.
 */
export function stackTags(
  { name, tags = {} }: ClusterConfig['metadata'],
  own: Readonly<Record<string, string>> = {},
): [key: string, value: string][] {
  return [[eksctlClusterTag, name], ...Object.entries(tags), ...Object.entries(own)];
}

/**
 * Makes a stack and waits for it.
 *
 * @throws Error where it fails; what CloudFormation says of it is only shown, as eksctl does
 */
export async function createStack(
  { cloudFormation }: EksctlClients,
  name: string,
  resources: Record<string, StackResource>,
  tags: readonly (readonly [key: string, value: string])[],
  say: Say,
): Promise<void> {
  say(`deploying stack "${name}"`);
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: name,
      EnableTerminationProtection: true,
      TemplateBody: JSON.stringify({ Resources: resources }),
      Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  for (;;) {
    const { Stacks: [stack] = [] } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: name }),
    );
    if (stack?.StackStatus === 'CREATE_COMPLETE') return;
    if (stack?.StackStatus !== 'CREATE_IN_PROGRESS') {
      const { StackEvents: events = [] } = await cloudFormation.send(
        new DescribeStackEventsCommand({ StackName: name }),
      );
      for (const {
        ResourceType: type = '',
        LogicalResourceId: id = '',
        ResourceStatus: status = '',
      } of events)
        say(`${type}/${id}: ${status}`);
      throw new Error(`unexpected status "${stack?.StackStatus ?? 'none'}" while creating stack "${name}"`);
    }
    await delay(250);
  }
}

/**
 * Deletes a stack with what it made; false where there is none of this name.
 *
 * @throws Error where something of it cannot be deleted
 */
export async function deleteStack({ cloudFormation }: EksctlClients, name: string): Promise<boolean> {
  const status = async (): Promise<string | undefined> => {
    try {
      const { Stacks: [stack] = [] } = await cloudFormation.send(
        new DescribeStacksCommand({ StackName: name }),
      );
      return stack?.StackStatus;
    } catch (error) {
      if (error instanceof Error && error.message.includes('does not exist')) return undefined;
      throw error;
    }
  };
  if ((await status()) === undefined) return false;
  await cloudFormation.send(
    new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
  );
  await cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  const left = await status();
  if (left !== undefined) throw new Error(`deleting stack "${name}": unexpected status "${left}"`);
  return true;
}
