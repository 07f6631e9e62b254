import { isDeepStrictEqual } from 'node:util';
import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import {
  deleteEventRule,
  findEventRule,
  putEventRule,
  putEventTarget,
  type EventRule,
} from '../../adapters/aws/bus-rules';
import { findPolicy } from '../../adapters/aws/iam';
import {
  createQueue,
  deleteQueue,
  findQueue,
  setQueueAttributes,
  type Queue,
} from '../../adapters/aws/queues';
import type { BuildConfiguration } from '../../core/configuration';
import { satisfies } from '../../core/differences';
import { fittingRoleName, iamNames } from '../../core/iam-names';
import { deploymentNames, deploymentTags } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import type { PlannedChange } from '../../core/plan';
import { isSamePolicy } from '../../core/same-policy';
import { policyArn } from '../cluster/cluster-config';
import { settled, type Waiting } from '../cluster/settled';

/** What of a configuration the queue and its rules are known by. */
type Deployment = Pick<BuildConfiguration, 'eks_name' | 'region' | 'account_id'>;

/** Something to do about the queue or a rule, and how. */
interface QueueChange extends PlannedChange {
  make: (waiting: Waiting) => Promise<void>;
}

/**
 * What EC2 and AWS Health say of machines that Karpenter acts upon, by a word for the rule's name: the rules of the template
 * that the project publishes for version 1.12, with what its parsers pass over left out (`pkg/controllers/interruption/messages`).
 * It drains at all of them but the rebalance recommendation, of which it tells by an event alone.
 */
export const interruptions = {
  spot: { source: ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] },
  rebalance: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] },
  state: {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Instance State-change Notification'],
    detail: { state: ['stopping', 'stopped', 'shutting-down', 'terminated'] },
  },
  reservation: {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Capacity Reservation Instance Interruption Warning'],
  },
  health: {
    source: ['aws.health'],
    'detail-type': ['AWS Health Event'],
    detail: { service: ['EC2'], eventTypeCategory: ['scheduledChange'] },
  },
} as const;

const targetId = 'interruption-queue';

/** How long SQS makes no queue of a name that one had which was deleted, with a reserve, in milliseconds. */
const deletedPatienceMs = 3 * 60_000;

/** Names of the rules. EventBridge takes as many characters as IAM does for a role: 64 (API reference, PutRule). */
export function interruptionRules({ eks_name: name }: Pick<Deployment, 'eks_name'>) {
  return Object.entries(interruptions).map(([kind, pattern]) => ({
    name: fittingRoleName(deploymentNames.interruptionRule(name, kind)),
    pattern,
  }));
}

/** ARN of the queue. */
export function interruptionQueueArn({ eks_name: name, region, account_id: account }: Deployment): string {
  return `arn:${partitionOf(region)}:sqs:${region}:${account}:${deploymentNames.interruptionQueue(name)}`;
}

/**
 * Attributes of the queue: encrypted by SQS, filled by these rules alone and over TLS alone. A message is worth nothing
 * after the two minutes that a Spot machine has; five are kept, as in the project's template. That lets
 * `sqs.amazonaws.com` send, too, which nothing here does.
 */
function queueAttributes(deployment: Deployment): Record<string, string> {
  const { region, account_id: account } = deployment;
  const arn = interruptionQueueArn(deployment);
  const rules = interruptionRules(deployment).map(
    ({ name }) => `arn:${partitionOf(region)}:events:${region}:${account}:rule/${name}`,
  );
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'RulesSend',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': rules } },
      },
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
  return {
    MessageRetentionPeriod: '300',
    SqsManagedSseEnabled: 'true',
    Policy: JSON.stringify(policy),
  };
}

/**
 * Makes what tells Karpenter of machines that end, or brings it to what is wanted; takes it away where `autoscaling` is not
 * configured. An account's events concern all clusters: Karpenter passes over machines that it did not make.
 *
 * @throws ConflictError `ResourceConflict` where a queue or rule of the name is there without our tag
 * @throws UserError `ClusterFailed` where SQS still keeps the name of a queue that was deleted
 */
export async function ensureInterruptionQueue(
  clients: AwsClients,
  configuration: BuildConfiguration,
  waiting: Waiting,
): Promise<void> {
  for (const { action, what, make } of await planInterruptionQueue(clients, configuration)) {
    waiting.say(`${action} ${what}`);
    await make(waiting);
  }
}

/**
 * What {@link ensureInterruptionQueue} would do. Reads only; the queue is made first and goes last.
 *
 * @throws ConflictError `ResourceConflict` where one of the name is wanted and there without our tag
 */
export async function planInterruptionQueue(
  clients: AwsClients,
  configuration: BuildConfiguration,
): Promise<QueueChange[]> {
  const { eks_name: deployment } = configuration;
  if (!(await mayHaveQueue(clients, configuration))) return [];
  const name = deploymentNames.interruptionQueue(deployment);
  const queue = await findQueue(clients, name);
  if (configuration.autoscaling === undefined) {
    if (queue?.owner !== deployment) return [];
    return [
      ...(await planRuleRemovals(clients, configuration)).removals,
      removalOfQueue(clients, queue, name),
    ];
  }
  if (queue !== undefined && queue.owner !== deployment)
    throw foreignResource(`the queue ${name}`, queue.owner, deployment);
  return [
    ...planQueue(clients, configuration, queue),
    ...(
      await Promise.all(
        interruptionRules(configuration).map((rule) => planRule(clients, configuration, rule)),
      )
    ).flat(),
  ];
}

/**
 * Whether a deployment has, or had, Karpenter, whose policy stays until it is destroyed. Others ask nothing of SQS, to which
 * a VPC without egress may have no way.
 */
export async function mayHaveQueue(clients: AwsClients, configuration: BuildConfiguration): Promise<boolean> {
  if (configuration.autoscaling !== undefined) return true;
  const policy = policyArn(configuration, iamNames.karpenterPolicy(configuration));
  return (await findPolicy(clients, policy)) !== undefined;
}

function planQueue(
  clients: AwsClients,
  configuration: BuildConfiguration,
  queue: Queue | undefined,
): QueueChange[] {
  const name = deploymentNames.interruptionQueue(configuration.eks_name);
  const attributes = queueAttributes(configuration);
  if (queue === undefined) {
    const tags = deploymentTags(configuration);
    const make = (waiting: Waiting): Promise<void> =>
      settled({ ...waiting, patienceMs: deletedPatienceMs }, `the queue ${name}`, async () =>
        (await createQueue(clients, name, { attributes, tags }))
          ? { done: undefined }
          : { waiting: 'one of the name was deleted within the last minute' },
      );
    return [
      { action: 'create', what: `the queue ${name}, by which Karpenter learns of machines that end`, make },
    ];
  }
  if (isSamePolicy(meaning(queue.attributes, attributes), meaning(attributes, attributes))) return [];
  const make = (): Promise<void> => setQueueAttributes(clients, queue, attributes);
  return [{ action: 'change', what: `the queue ${name}: its policy, encryption and retention`, make }];
}

/** Those of the attributes that are wanted, the policy as a document. */
function meaning(
  attributes: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(wanted).map((key) => {
      const value = attributes[key];
      return [key, key === 'Policy' && value !== undefined ? (JSON.parse(value) as unknown) : value];
    }),
  );
}

async function planRule(
  clients: AwsClients,
  configuration: BuildConfiguration,
  { name, pattern }: { name: string; pattern: object },
): Promise<QueueChange[]> {
  const { eks_name: deployment } = configuration;
  const what = `the rule ${name}`;
  const existing = await findEventRule(clients, name);
  if (existing !== undefined && existing.owner !== deployment)
    throw foreignResource(what, existing.owner, deployment);
  const target = { id: targetId, arn: interruptionQueueArn(configuration) };
  const wanted = { isEnabled: true, targets: [target] };
  const isSame = existing !== undefined && isDeepStrictEqual(existing.pattern, pattern);
  if (isSame && satisfies(existing, wanted)) return [];
  const make = async (): Promise<void> => {
    await putEventRule(clients, {
      ...{
        name,
        pattern,
        description: `Tells Karpenter of the EKS cluster ${deployment} of machines that end`,
      },
      ...(existing === undefined && { tags: deploymentTags(configuration) }),
    });
    await putEventTarget(clients, name, target);
  };
  return [{ action: existing === undefined ? 'create' : 'change', what, make }];
}

/**
 * The removal of the rules with our tag.
 *
 * @returns also the rules of these names that are another's, in words
 */
export async function planRuleRemovals(
  clients: AwsClients,
  deployment: Pick<Deployment, 'eks_name'>,
): Promise<{ removals: QueueChange[]; foreign: string[] }> {
  const found = await Promise.all(
    interruptionRules(deployment).map(({ name }) => findEventRule(clients, name)),
  );
  const rules = found.filter((rule): rule is EventRule => rule !== undefined);
  const isOurs = ({ owner }: EventRule): boolean => owner === deployment.eks_name;
  return {
    removals: rules.filter(isOurs).map((rule) => ({
      action: 'remove',
      what: `the rule ${rule.name}`,
      make: () => deleteEventRule(clients, rule),
    })),
    foreign: rules.filter((rule) => !isOurs(rule)).map(({ name }) => `the rule ${name}`),
  };
}

/** The removal of a queue that is ours. */
export function removalOfQueue(clients: AwsClients, queue: Queue, name: string): QueueChange {
  return { action: 'remove', what: `the queue ${name}`, make: () => deleteQueue(clients, queue) };
}
