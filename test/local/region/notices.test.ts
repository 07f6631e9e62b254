import { Alarms, refusalOf } from '../../../local/region/events/notices';
import type { DeployedAlarm, DeployedTopic } from '../../../local/stack/template';
import { synthesizeForTest } from '../../infra/synthesis';
import { defined } from '../../../core/defined';

const arn = 'arn:aws:sns:eu-central-1:111122223333:notifications';
const alarmArn = 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:kubeflow-eks-x';
const publishing = { Action: 'sns:Publish', Effect: 'Allow', Resource: arn };
const events = { ...publishing, Principal: { Service: 'events.amazonaws.com' } };
const alarms = { ...publishing, Principal: { Service: ['cloudwatch.amazonaws.com'] } };
const topic = (policy?: DeployedTopic['policy'], keyPolicy?: DeployedTopic['keyPolicy']): DeployedTopic => ({
  name: 'notifications',
  arn,
  ...defined({ policy, keyPolicy }),
});
const cloudwatch = { service: 'cloudwatch.amazonaws.com', alarmArn } as const;
const rule = { service: 'events.amazonaws.com' } as const;

test('a topic without a policy of its own hears everybody; one with a policy only whom it names', () => {
  expect(refusalOf(topic(), cloudwatch)).toBeUndefined();
  expect(refusalOf(topic([events]), rule)).toBeUndefined();
  expect(refusalOf(topic([events]), cloudwatch)).toBe(
    `Resource: ${alarmArn} is not authorized to perform: SNS:Publish on resource: ${arn}`,
  );
});

test('a Deny beats an Allow, and holds for what it says only', () => {
  const withoutTls = { ...publishing, Effect: 'Deny', Principal: '*' };
  const when = (value: string) => ({ ...withoutTls, Condition: { Bool: { 'aws:SecureTransport': value } } });
  expect(refusalOf(topic([alarms, when('false')]), cloudwatch)).toBeUndefined();
  expect(refusalOf(topic([alarms, when('true')]), cloudwatch)).toContain('SNS:Publish');
});

test('CloudWatch says which alarm of which account it is; EventBridge says nothing', () => {
  const ofAccount = (account: string) => ({ Condition: { StringEquals: { 'aws:SourceAccount': account } } });
  expect(refusalOf(topic([{ ...alarms, ...ofAccount('111122223333') }]), cloudwatch)).toBeUndefined();
  expect(refusalOf(topic([{ ...alarms, ...ofAccount('999988887777') }]), cloudwatch)).toContain(
    'SNS:Publish',
  );
  expect(refusalOf(topic([{ ...events, ...ofAccount('111122223333') }]), rule)).toContain('SNS:Publish');
});

test('the key of an encrypted topic must be open to the publisher, too', () => {
  const root = {
    Effect: 'Allow',
    Action: 'kms:*',
    Resource: '*',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  };
  const use = (...actions: string[]) => ({
    ...root,
    Action: actions,
    Principal: { Service: 'cloudwatch.amazonaws.com' },
  });
  expect(refusalOf(topic([alarms], [root]), cloudwatch)).toContain('kms:GenerateDataKey');
  expect(refusalOf(topic([alarms], [root, use('kms:GenerateDataKey*')]), cloudwatch)).toContain(
    'kms:Decrypt',
  );
  expect(
    refusalOf(topic([alarms], [root, use('kms:GenerateDataKey*', 'kms:Decrypt')]), cloudwatch),
  ).toBeUndefined();
});

test('a statement that is not evaluated is not passed over', () => {
  const statement = { ...publishing, Action: undefined, NotAction: 'sns:Subscribe', Principal: '*' };
  expect(() => refusalOf(topic([statement]), rule)).toThrow('does not evaluate NotAction');
});

describe('alarms', () => {
  const alarm: DeployedAlarm = {
    name: 'kubeflow-eks-provision-failed',
    arn: alarmArn,
    metric: {
      namespace: 'KubeflowEks',
      name: 'FailedExecutions',
      dimensions: { service: 'failure-recorder', Workflow: 'provision' },
    },
    threshold: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    actions: { alarm: [arn], ok: [arn] },
  };
  const line = (workflow: string, count = 1) =>
    JSON.stringify({
      _aws: {
        Timestamp: 0,
        CloudWatchMetrics: [
          {
            Namespace: 'KubeflowEks',
            Dimensions: [['service', 'Workflow']],
            Metrics: [{ Name: 'FailedExecutions', Unit: 'Count' }],
          },
        ],
      },
      service: 'failure-recorder',
      Workflow: workflow,
      FailedExecutions: count,
    });

  test('ring at their metric with their dimensions', () => {
    const told: string[] = [];
    const watch = new Alarms([alarm], topic(), (to, message) => told.push(`${to} ${message}`));
    for (const it of [
      '{"message":"hello"}',
      'no JSON',
      line('destroy'),
      line('provision', 0),
      line('provision'),
    ])
      watch.observe(it);
    expect(watch.rung).toEqual([alarm.name]);
    expect(told).toEqual([`${arn} ALARM: ${alarm.name}`]);
  });

  test('ring at their threshold, and not below it', () => {
    const watch = new Alarms([{ ...alarm, threshold: 3 }], topic(), () => undefined);
    for (const count of [1, 2, 3]) watch.observe(line('provision', count));
    expect(watch.rung).toEqual([alarm.name]);
  });

  test('with a comparison that the region does not know are an error, not a silence', () => {
    const other = { ...alarm, comparison: 'GreaterThanUpperThreshold' };
    const watch = new Alarms([other], topic(), () => undefined);
    expect(() => {
      watch.observe(line('provision'));
    }).toThrow('GreaterThanUpperThreshold');
  });

  test('that nobody would hear stop the region at its start', () => {
    expect(() => new Alarms([alarm], topic([events]), () => undefined)).toThrow(
      'the alarm kubeflow-eks-provision-failed would reach nobody',
    );
  });

  test('of the stack are all heard', () => {
    const { deployed } = synthesizeForTest();
    expect(() => new Alarms(deployed.alarms, deployed.topic, () => undefined)).not.toThrow();
  });
});
