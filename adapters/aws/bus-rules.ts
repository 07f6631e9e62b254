import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { TransientError } from '../../core/errors';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { tagList } from './tag-lists';

/** A rule of the default event bus. */
export interface EventRule {
  name: string;
  /** Value of the owner tag. */
  owner: string | undefined;
  isEnabled: boolean;
  /** What it looks for, as JSON. */
  pattern: unknown;
  targets: { id: string; arn: string }[];
}

/** A rule by its name, or `undefined`. */
export async function findEventRule(clients: AwsClients, name: string): Promise<EventRule | undefined> {
  const client = clients.get(EventBridgeClient);
  try {
    const {
      Arn: arn,
      EventPattern: pattern,
      State: state,
    } = await client.send(new DescribeRuleCommand({ Name: name }));
    const { Tags: tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    // A rule has five targets at most, so that one page has them.
    const { Targets: targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name }));
    return {
      name,
      owner: tags.find(({ Key }) => Key === ownerTag)?.Value,
      isEnabled: state === 'ENABLED',
      pattern: pattern === undefined ? undefined : (JSON.parse(pattern) as unknown),
      targets: targets.map(({ Id: id = '', Arn: targetArn = '' }) => ({ id, arn: targetArn })),
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/**
 * Makes a rule, or brings the one of the name to what is given; tags are for a new one alone.
 *
 * @param tags left out for a rule that is there, whose tags EventBridge would ignore (API reference, PutRule)
 */
export async function putEventRule(
  clients: AwsClients,
  rule: { name: string; description: string; pattern: object; tags?: Readonly<Record<string, string>> },
): Promise<void> {
  await clients.get(EventBridgeClient).send(
    new PutRuleCommand({
      Name: rule.name,
      Description: rule.description,
      EventPattern: JSON.stringify(rule.pattern),
      State: 'ENABLED',
      ...(rule.tags !== undefined && { Tags: tagList(rule.tags) }),
    }),
  );
}

/**
 * Sends what a rule finds to a target.
 *
 * @throws TransientError `AwsTransient` where EventBridge did not take it: PutTargets reports a refused entry in its
 *   answer, with status 200
 */
export async function putEventTarget(
  clients: AwsClients,
  rule: string,
  target: { id: string; arn: string },
): Promise<void> {
  const { FailedEntryCount, FailedEntries } = await clients
    .get(EventBridgeClient)
    .send(new PutTargetsCommand({ Rule: rule, Targets: [{ Id: target.id, Arn: target.arn }] }));
  if ((FailedEntryCount ?? 0) > 0) {
    throw new TransientError(
      'AwsTransient',
      `EventBridge did not take the target of the rule ${rule}: ${FailedEntries?.[0]?.ErrorMessage ?? 'no reason given'}. Retry this step.`,
    );
  }
}

/** Deletes a rule, its targets first. */
export async function deleteEventRule(clients: AwsClients, { name, targets }: EventRule): Promise<void> {
  const client = clients.get(EventBridgeClient);
  if (targets.length > 0)
    await client.send(new RemoveTargetsCommand({ Rule: name, Ids: targets.map(({ id }) => id) }));
  await client.send(new DeleteRuleCommand({ Name: name }));
}
