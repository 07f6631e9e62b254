import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsClients } from '../../../adapters/aws/clients';
import type { DeployedRule } from '../../stack/template';
import { permitsService } from '../iam/resource-policies';

/**
 * The rules of the default bus that were made through the API, which moto keeps.
 *
 * @param clients of the region itself, whose calls nobody checks
 */
export async function madeRules(clients: AwsClients): Promise<DeployedRule[]> {
  const client = clients.get(EventBridgeClient);
  const { Rules: rules = [] } = await client.send(new ListRulesCommand({}));
  return Promise.all(
    rules
      .filter(({ State: state, EventPattern: pattern }) => state !== 'DISABLED' && pattern !== undefined)
      .map(async ({ Name: name = '', Arn: arn = '', EventPattern: pattern = '{}' }) => {
        const { Targets: targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name }));
        return {
          name,
          arn,
          eventPattern: JSON.parse(pattern) as Record<string, unknown>,
          targets: targets.map(({ Id: id = '', Arn: target = '' }) => ({ id, arn: target })),
        };
      }),
  );
}

/**
 * Sends what a rule found to a queue, if the queue's policy lets that rule: a rule has no role for a queue, and EventBridge
 * gives the rule's ARN and account (EventBridge user guide, "Using resource-based policies", "Using IAM policy conditions").
 *
 * @throws Error where the policy does not let it
 */
export async function sendToQueue(
  clients: AwsClients,
  { queueArn, ruleArn, input }: { queueArn: string; ruleArn: string; input: unknown },
): Promise<void> {
  const sqs = clients.get(SQSClient);
  const [account = '', QueueName = ''] = queueArn.split(':').slice(4);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }),
  );
  const policy = JSON.parse(attributes?.['Policy'] ?? '{"Statement":[]}') as {
    Statement: Readonly<Record<string, unknown>>[];
  };
  const isPermitted = permitsService(policy.Statement, {
    service: 'events.amazonaws.com',
    action: 'sqs:SendMessage',
    resource: queueArn,
    keys: {
      'aws:securetransport': ['true'],
      'aws:sourcearn': [ruleArn],
      'aws:sourceaccount': [account],
    },
  });
  if (!isPermitted)
    throw new Error(`${ruleArn} is not authorized to perform: sqs:SendMessage on resource: ${queueArn}`);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(input) }));
}
