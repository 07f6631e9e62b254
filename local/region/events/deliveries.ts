import { PublishCommand } from '@aws-sdk/client-sns';
import type { AwsClients } from '../../../adapters/aws/clients';
import type { DeployedRule, DeployedTopic } from '../../stack/template';
import type { RegionClients } from '../account/clients';
import { invokeAsynchronously } from '../functions/asynchronous';
import type { FunctionRunner } from '../functions/function-runner';
import type { AccessControl } from '../iam';
import type { Deliver } from './bus';
import { sendToQueue } from './made-rules';
import { refusalOf } from './notices';

export interface DeliveriesOptions {
  rules: readonly DeployedRule[];
  topic: DeployedTopic;
  functions: FunctionRunner;
  startExecution: (stateMachineArn: string, input: unknown) => void;
  access: AccessControl;
  clients: RegionClients;
  /** Clients of the region itself, past the gateway. */
  ownClients: AwsClients;
}

/**
 * How events reach the targets of rules: queues, functions, the stack's topic and state machines, each as far as its policy
 * or the rule's role lets EventBridge.
 */
export function deliveries(options: DeliveriesOptions): Deliver {
  const { rules, topic, functions, startExecution, access, clients, ownClients } = options;
  return async (arn, input, ruleArn) => {
    if (arn.startsWith('arn:aws:sqs:')) await sendToQueue(ownClients, { queueArn: arn, ruleArn, input });
    else if (functions.find(arn) !== undefined) await invokeAsynchronously(functions, arn, input);
    else if (arn === topic.arn) {
      const refusal = refusalOf(topic, { service: 'events.amazonaws.com' });
      if (refusal !== undefined) throw new Error(refusal);
      await publish(clients, arn, input);
    } else {
      await access.require(roleOfTarget(rules, arn), 'states:StartExecution', arn);
      startExecution(arn, input);
    }
  };
}

/** The role with which a rule reaches a state machine. */
function roleOfTarget(rules: readonly DeployedRule[], arn: string): string {
  return rules.flatMap(({ targets }) => targets).find((target) => target.arn === arn)?.roleArn ?? '';
}

/** Publishes to a topic: text as it is, anything else as JSON. */
export async function publish({ sns }: RegionClients, TopicArn: string, input: unknown): Promise<void> {
  await sns.send(
    new PublishCommand({ TopicArn, Message: typeof input === 'string' ? input : JSON.stringify(input) }),
  );
}
