import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createQueue } from '../../../adapters/aws/queues';
import { ensureIamRoles } from '../../../builds/cluster/iam-roles';
import {
  ensureInterruptionQueue,
  interruptionQueueArn,
  interruptionRules,
  planInterruptionQueue,
} from '../../../builds/autoscaling/interruption-queue';
import { karpenterValues } from '../../../builds/autoscaling/karpenter';
import { removeIamRoles } from '../../../builds/teardown/remove-iam-roles';
import { removeInterruptionQueue } from '../../../builds/autoscaling/remove-interruption-queue';
import { notOurs, type Left } from '../../../core/handover/left';
import { deploymentNames, interruptionPrefix } from '../../../core/naming';
import { EventBus } from '../../../local/region/events/bus';
import { madeRules, sendToQueue } from '../../../local/region/events/made-rules';
import { useMoto } from '../../support/moto';
import { configurationWith, found } from '../support';

const account = {
  account_id: '123456789012',
  kms_key_arn: 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555',
};
const plain = configurationWith({ ...account });
const scaled = configurationWith({ ...account, autoscaling: {} });
const waiting = { say: () => undefined, pollMs: 1 };
const queueName = 'kubeflow-eks-interruption-acme';

/** Events as EC2 and AWS Health put them (EventBridge and EC2 user guides), with whether Karpenter hears of them. */
const events: readonly [type: string, source: string, detail: object, isHeard: boolean][] = [
  ['EC2 Spot Instance Interruption Warning', 'aws.ec2', { 'instance-action': 'terminate' }, true],
  ['EC2 Instance Rebalance Recommendation', 'aws.ec2', { 'instance-id': 'i-1' }, true],
  ['EC2 Capacity Reservation Instance Interruption Warning', 'aws.ec2', { 'instance-id': 'i-1' }, true],
  ['EC2 Instance State-change Notification', 'aws.ec2', { state: 'shutting-down' }, true],
  ['EC2 Instance State-change Notification', 'aws.ec2', { state: 'running' }, false],
  ['AWS Health Event', 'aws.health', { service: 'EC2', eventTypeCategory: 'scheduledChange' }, true],
  ['AWS Health Event', 'aws.health', { service: 'RDS', eventTypeCategory: 'scheduledChange' }, false],
  ['AWS Health Event', 'aws.health', { service: 'EC2', eventTypeCategory: 'issue' }, false],
  ['EC2 Spot Instance Interruption Warning', 'somebody', {}, false],
];

describe('what tells Karpenter of machines that end', () => {
  const failures: unknown[] = [];
  const moto = useMoto();
  const eventBus = () =>
    new EventBus({
      ...{ accountId: account.account_id, region: 'eu-central-1', rules: [] },
      madeRules: () => madeRules(moto.lookingClients),
      deliver: (queueArn, input, ruleArn) => sendToQueue(moto.lookingClients, { queueArn, input, ruleArn }),
      onFailure: (_rule, error) => failures.push(error),
    });
  const sqs = () => moto.lookingClients.get(SQSClient);
  const bus = () => moto.lookingClients.get(EventBridgeClient);
  const url = () => `${moto.endpoint}/123456789012/${queueName}`;
  const names = async () => ({
    queues: ((await sqs().send(new ListQueuesCommand({}))).QueueUrls ?? []).map((one) =>
      one.split('/').pop(),
    ),
    rules: ((await bus().send(new ListRulesCommand({}))).Rules ?? []).map(({ Name }) => Name).sort(),
  });
  const nothing = { queues: [], rules: [] };
  const ensure = (configuration: typeof plain) =>
    ensureInterruptionQueue(moto.clients, configuration, waiting);
  const plan = async (configuration: typeof plain) =>
    (await planInterruptionQueue(moto.clients, configuration)).map(({ action, what }) => `${action} ${what}`);
  const left: Left[] = [];
  const destroy = () =>
    removeInterruptionQueue(moto.clients, scaled, { say: () => undefined, leave: (one) => left.push(one) });
  beforeEach(() => void left.splice(0));

  it.each(events)('%s of %s with %j reaches the queue: %s', async (DetailType, Source, detail, isHeard) => {
    await ensure(scaled);
    const region = eventBus();
    region.put({ 'detail-type': DetailType, source: Source, detail: { ...detail } });
    await region.settled();
    expect(failures).toEqual([]);
    const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl: url() }));
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body) as object)).toMatchObject(
      isHeard ? [{ 'detail-type': DetailType, detail }] : [],
    );
  });

  it('is planned and made once, encrypted, for five minutes, from its rules alone and by TLS alone', async () => {
    expect((await plan(scaled)).length).toBe(6);
    expect(moto.mutatingCalls()).toEqual([]);
    await ensure(scaled);
    expect(moto.mutatingCalls()[0]).toBe('SQS CreateQueue');
    moto.forgetCalls();
    await ensure(scaled);
    expect([moto.mutatingCalls(), await plan(scaled)]).toEqual([[], []]);

    const { Attributes: attributes = {} } = await sqs().send(
      new GetQueueAttributesCommand({ QueueUrl: url(), AttributeNames: ['All'] }),
    );
    expect(attributes).toMatchObject({
      MessageRetentionPeriod: '300',
      SqsManagedSseEnabled: 'true',
      QueueArn: interruptionQueueArn(scaled),
    });
    expect(JSON.parse(attributes['Policy'] ?? '')).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: {
            ArnEquals: {
              'aws:SourceArn': interruptionRules(scaled).map(
                ({ name }) => `arn:aws:events:eu-central-1:123456789012:rule/${name}`,
              ),
            },
          },
        },
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    });
  });

  it('takes nothing from a rule of another', async () => {
    await ensure(scaled);
    const queueArn = interruptionQueueArn(scaled);
    const sending = (ruleArn: string) =>
      sendToQueue(moto.lookingClients, { queueArn, ruleArn, input: {} }).then(() => true, String);
    const others = `arn:aws:events:eu-central-1:123456789012:rule/kubeflow-eks-interruption-spot-other`;
    expect(await sending(others)).toMatch(/other is not authorized to perform: sqs:SendMessage on resource/);
    expect(await sending(others.replace(/other$/, 'acme'))).toBe(true);
  });

  it('is the queue that the chart is told of', () => {
    expect(karpenterValues(scaled)['settings']).toMatchObject({ interruptionQueue: queueName });
  });

  it('is mended where somebody changed it, and only there', async () => {
    await ensure(scaled);
    const [first = { name: '' }, second = { name: '' }] = interruptionRules(scaled);
    const changes = [
      () => sqs().send(new SetQueueAttributesCommand({ QueueUrl: url(), Attributes: { Policy: '' } })),
      () =>
        sqs().send(
          new SetQueueAttributesCommand({ QueueUrl: url(), Attributes: { MessageRetentionPeriod: '60' } }),
        ),
      () => bus().send(new PutRuleCommand({ Name: first.name, EventPattern: '{"source":["aws.ec2"]}' })),
      () => bus().send(new RemoveTargetsCommand({ Rule: second.name, Ids: ['interruption-queue'] })),
    ];
    for (const change of changes) {
      await change();
      expect(await plan(scaled)).toEqual([expect.stringMatching(/^change /)]);
      await ensure(scaled);
      expect(await plan(scaled)).toEqual([]);
    }
    const { EventPattern: pattern = '' } = await bus().send(new DescribeRuleCommand({ Name: first.name }));
    expect(JSON.parse(pattern)).toEqual({
      source: ['aws.ec2'],
      'detail-type': ['EC2 Spot Instance Interruption Warning'],
    });
  });

  it('goes when the setting does, the queue last, and is not asked for where there never was a setting', async () => {
    await ensure(plain);
    expect(moto.calls.filter(({ service }) => service !== 'IAM')).toEqual([]);
    await ensureIamRoles(moto.clients, scaled, found, () => undefined);
    await ensure(scaled);
    expect((await plan(plain)).map((change) => change.split(' ')[0])).toEqual(Array(6).fill('remove'));
    moto.forgetCalls();
    await ensure(plain);
    expect(await names()).toEqual(nothing);
    expect(moto.mutatingCalls().at(-1)).toBe('SQS DeleteQueue');
    expect(await plan(plain)).toEqual([]);
  });

  it("goes with the deployment; another's queue and rules stay and are said", async () => {
    const [spot = { name: '' }] = interruptionRules(scaled);
    await sqs().send(new CreateQueueCommand({ QueueName: queueName }));
    await bus().send(new PutRuleCommand({ Name: spot.name, EventPattern: '{"source":["aws.ec2"]}' }));
    await expect(ensure(scaled)).rejects.toMatchObject({ name: 'ResourceConflict' });
    await destroy();
    expect(left).toEqual([
      { what: `the rule ${spot.name}`, why: notOurs },
      { what: `the queue ${queueName}`, why: notOurs },
    ]);
    expect(await names()).toEqual({ queues: [queueName], rules: [spot.name] });

    await moto.server.reset();
    await ensure(scaled);
    left.splice(0);
    await destroy();
    expect([left, await names()]).toEqual([[], nothing]);
  });

  it('is asked for by a destroy only while there is the policy of Karpenter', async () => {
    const telling = { say: () => undefined, leave: () => undefined };
    await ensureIamRoles(moto.clients, scaled, found, () => undefined);
    await ensure(scaled);
    await removeInterruptionQueue(moto.clients, plain, telling);
    expect(await names()).toEqual(nothing);
    await removeIamRoles(moto.clients, plain, undefined, telling);
    moto.forgetCalls();
    await removeInterruptionQueue(moto.clients, plain, telling);
    expect(moto.calls.filter(({ service }) => service !== 'IAM')).toEqual([]);
  });
});

it('has names of lengths and beginnings that SQS, EventBridge and the permissions take', () => {
  const longest = { eks_name: 'a'.repeat(53) };
  const queue = deploymentNames.interruptionQueue(longest.eks_name);
  expect(queue.length).toBeLessThanOrEqual(80);
  const rules = interruptionRules(longest).map(({ name }) => name);
  for (const name of [queue, ...rules]) expect(name.startsWith(`${interruptionPrefix}-`)).toBe(true);
  for (const name of rules) expect(name).toMatch(/^[\w.-]{1,64}$/);
  expect(new Set(rules).size).toBe(rules.length);
});

it('a queue whose name SQS still keeps is waited for', async () => {
  const refused = Object.assign(new Error('wait 60 seconds'), { name: 'QueueDeletedRecently' });
  const send = jest.fn().mockRejectedValueOnce(refused).mockResolvedValue({});
  const clients = { region: 'eu-central-1', get: () => ({ send }), destroy: () => undefined } as never;
  expect(await createQueue(clients, 'q', { attributes: {}, tags: {} })).toBe(false);
  expect(await createQueue(clients, 'q', { attributes: {}, tags: {} })).toBe(true);
});
