import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStacks,
  UpdateTerminationProtectionCommand,
  type Stack as Description,
} from '@aws-sdk/client-cloudformation';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { tagsFrom } from './tag-lists';

/** A CloudFormation stack. */
export interface Stack {
  name: string;
  /** `CREATE_COMPLETE`, `ROLLBACK_COMPLETE`, `DELETE_FAILED`, … */
  status: string;
  tags: Record<string, string>;
}

/** A stack, or `undefined` where there is none of this name. */
export async function findStack(clients: AwsClients, name: string): Promise<Stack | undefined> {
  const stack = await describeStack(clients, name);
  if (stack === undefined) return undefined;
  return {
    name,
    status: stack.StackStatus ?? '',
    tags: tagsFrom(stack.Tags),
  };
}

/** Names of the stacks that are there, whatever became of them, and begin like this. */
export async function listStacks(clients: AwsClients, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListStacks({ client: clients.get(CloudFormationClient) }, {})) {
    for (const { StackName: name = '', StackStatus: status } of page.StackSummaries ?? []) {
      // Deleted ones are listed for 90 days (CloudFormation API reference, ListStacks).
      if (name.startsWith(prefix) && status !== 'DELETE_COMPLETE') names.push(name);
    }
  }
  return names;
}

/** The outputs of a stack, and the account that it is in; `undefined` where there is none of this name. */
export async function findStackOutputs(
  clients: AwsClients,
  name: string,
): Promise<{ accountId: string; outputs: Record<string, string> } | undefined> {
  const stack = await describeStack(clients, name);
  if (stack === undefined) return undefined;
  return {
    accountId: stack.StackId?.split(':')[4] ?? '',
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
    ),
  };
}

async function describeStack(clients: AwsClients, name: string): Promise<Description | undefined> {
  try {
    const { Stacks: [stack] = [] } = await clients
      .get(CloudFormationClient)
      .send(new DescribeStacksCommand({ StackName: name }));
    return stack;
  } catch (error) {
    // CloudFormation has no exception of its own for a stack that is not there.
    if (isAwsError(error, 'ValidationError') && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** What failed in a stack, oldest first, each with CloudFormation's reason. */
export async function stackFailures(clients: AwsClients, name: string): Promise<string[]> {
  const failures: string[] = [];
  const pages = paginateDescribeStackEvents(
    { client: clients.get(CloudFormationClient) },
    { StackName: name },
  );
  for await (const { StackEvents: events = [] } of pages) {
    for (const event of events) {
      if (event.ResourceStatus?.endsWith('_FAILED') !== true) continue;
      // What was only stopped because something else failed says nothing new.
      if (event.ResourceStatusReason === 'Resource creation cancelled') continue;
      failures.unshift(
        `${event.LogicalResourceId ?? '?'} (${event.ResourceType ?? '?'}): ${event.ResourceStatusReason ?? event.ResourceStatus}`,
      );
    }
  }
  return failures;
}

/**
 * Begins to delete a stack, also one that is protected from that, as eksctl's stacks are. One that is not there or on its
 * way out is left alone: CloudFormation refuses to change its protection.
 */
export async function deleteStack(clients: AwsClients, name: string): Promise<void> {
  const stack = await findStack(clients, name);
  if (stack === undefined || stack.status === 'DELETE_IN_PROGRESS') return;
  const client = clients.get(CloudFormationClient);
  await client.send(
    new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
  );
  await client.send(new DeleteStackCommand({ StackName: name }));
}
