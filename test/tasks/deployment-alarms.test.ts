import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateTopicCommand, GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { observabilitySchema } from '../../core/configuration/observability';
import type { alarmKinds } from '../../core/deployment-alarms';
import { notOurs } from '../../core/handover/left';
import { ownerTag, stackNames } from '../../core/naming';
import { permitsService } from '../../local/region/iam/resource-policies';
import { task as notify } from '../../tasks/notifications/ensure-notifications';
import { task as register } from '../../tasks/registry/register-deployment';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { testContext, testDeployment as deployment } from '../support/task-context';

const stackTopic = `arn:aws:sns:eu-central-1:123456789012:${stackNames.topic}`;
const ownTopic = `${stackTopic}-acme`;
const environment = { ...registryEnvironment, NOTIFICATION_TOPIC_ARN: stackTopic };
const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/11111111`;
const named = (...kinds: (typeof alarmKinds)[number][]) =>
  kinds.map((kind) => `kubeflow-eks-deployment-acme-${kind}`).sort();
const names = named('unhealthy-targets', 'server-errors', 'certificate-expiry');
const nodes = named('failed-nodes', 'node-cpu', 'node-memory', 'node-filesystem');
const email = 'platform@acme.example';

describe('the alarms of a deployment', () => {
  const moto = useMoto({ functions: ['register-deployment', 'ensure-notifications'] });
  let loadBalancerArn = '';
  let targetGroups = 0;

  const elb = () => moto.lookingClients.get(ElasticLoadBalancingV2Client);
  const watch = () => moto.lookingClients.get(CloudWatchClient);
  async function addTargetGroup(): Promise<string> {
    targetGroups += 1;
    const { TargetGroups: [group] = [] } = await elb().send(
      new CreateTargetGroupCommand({
        ...{ Name: `gateway-${targetGroups}`, Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: 'ip' },
      }),
    );
    const TargetGroupArn = group?.TargetGroupArn ?? '';
    await elb().send(
      new CreateListenerCommand({
        ...{ LoadBalancerArn: loadBalancerArn, Protocol: 'HTTP', Port: 80 + targetGroups },
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    );
    return TargetGroupArn.slice(TargetGroupArn.lastIndexOf(':') + 1);
  }
  async function subnetsOf(arn: string): Promise<string[]> {
    const { LoadBalancers: [found] = [] } = await elb().send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }),
    );
    return (found?.AvailabilityZones ?? []).map(({ SubnetId }) => SubnetId ?? '');
  }
  let vpcId: string | undefined;
  let targetGroup = '';
  beforeEach(async () => {
    await makeRegistry(moto.lookingClients);
    const ec2 = moto.lookingClients.get(EC2Client);
    vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId;
    const subnets = await Promise.all(
      ['a', 'b'].map((zone, index) =>
        ec2.send(
          new CreateSubnetCommand({
            ...{ VpcId: vpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: `eu-central-1${zone}` },
          }),
        ),
      ),
    );
    const Subnets = subnets.map(({ Subnet }) => Subnet?.SubnetId ?? '');
    const { LoadBalancers: [made] = [] } = await elb().send(
      new CreateLoadBalancerCommand({ Name: 'k8s-acme', Subnets }),
    );
    loadBalancerArn = made?.LoadBalancerArn ?? '';
    targetGroup = await addTargetGroup();
  });

  const run = async (
    observability?: object,
    options: { readOnly?: boolean; more?: object } = {},
    of = deployment,
  ) => {
    const { more = {}, ...rest } = options;
    const context = testContext(moto, { environment, ...rest });
    const settings = observabilitySchema.optional().parse(observability);
    const input = {
      deployment: of,
      configuration: {
        ...{ eks_name: 'acme', route53_domain: 'example.com', access: {} },
        ...(settings !== undefined && { observability: settings }),
        ...more,
      },
      found: {
        vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
        subnets: { private: [], public: [] },
        hostedZone: { id: 'Z1', name: 'example.com' },
      },
      cluster: { name: 'acme', endpoint: 'https://api.example.com', certificateAuthority: 'UEVN' },
      identity: {
        userPoolId: 'eu-central-1_A',
        certificates: [
          { purpose: 'load-balancer', region: 'eu-central-1', arn: certificate('eu-central-1') },
          { purpose: 'cognito', region: 'us-east-1', arn: certificate('us-east-1') },
        ],
      },
      ingress: { hostname: 'alb.example.com', hostedZoneId: 'Z2', loadBalancerArn },
    };
    await register.run(input, context);
    return context.changes.filter(({ what }) => what.includes('alarm'));
  };
  const notifications = (more: object) =>
    notify.run({ deployment, ...more }, testContext(moto, { environment }));
  const there = async (): Promise<Map<string, MetricAlarm>> => {
    const { MetricAlarms = [] } = await watch().send(new DescribeAlarmsCommand({}));
    return new Map(MetricAlarms.map((alarm) => [alarm.AlarmName ?? '', alarm]));
  };
  const queriesOf = async (kind: string) =>
    ((await there()).get(`kubeflow-eks-deployment-acme-${kind}`)?.Metrics ?? []).map(
      ({ MetricStat: stat, Expression }) =>
        Expression ?? [
          stat?.Metric?.MetricName,
          ...(stat?.Metric?.Dimensions ?? []).map(({ Value }) => Value),
        ],
    );
  const balancer = () => loadBalancerArn.slice(loadBalancerArn.indexOf('/') + 1);

  test('without the setting there are none, and nothing is asked of CloudWatch or the load balancer', async () => {
    await run();
    await notifications({ email });
    expect(new Set(moto.calls.map(({ service }) => service))).toEqual(new Set(['DynamoDB', 'SNS']));
  });

  test('are planned and made once, on the load balancer, its targets and the certificates of the region', async () => {
    expect(
      (await run({}, { readOnly: true })).map(({ what }) => what.replace('the alarm ', '')).sort(),
    ).toEqual(names);
    expect(moto.mutatingCalls()).toEqual([]);
    await run({});
    expect([...(await there()).keys()].sort()).toEqual(names);
    expect(await queriesOf('unhealthy-targets')).toEqual([['UnHealthyHostCount', balancer(), targetGroup]]);
    expect(await queriesOf('server-errors')).toEqual([['HTTPCode_ELB_5XX_Count', balancer()]]);
    expect(await queriesOf('certificate-expiry')).toEqual([['DaysToExpiry', certificate('eu-central-1')]]);
    const { Tags: tags = [] } = await watch().send(
      new ListTagsForResourceCommand({ ResourceARN: [...(await there()).values()][0]?.AlarmArn }),
    );
    expect(tags).toContainEqual({ Key: ownerTag, Value: 'acme' });
    moto.forgetCalls();
    await run({});
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('tell the operators, and the deployment’s own address by a topic that lets them', async () => {
    await run({});
    for (const { AlarmActions, OKActions } of (await there()).values())
      expect([AlarmActions, OKActions]).toEqual([[stackTopic], [stackTopic]]);
    await notifications({ email });
    await notifications({ email, alarms: 'wanted' });
    moto.forgetCalls();
    await notifications({ email, alarms: 'wanted' });
    expect(moto.mutatingCalls()).toEqual([]);
    expect((await run({})).map(({ action }) => action)).toEqual(['change', 'change', 'change']);
    const [[, alarm] = []] = await there();
    expect(alarm?.AlarmActions).toEqual([stackTopic, ownTopic]);

    const statements = async () => {
      const { Attributes } = await moto.lookingClients
        .get(SNSClient)
        .send(new GetTopicAttributesCommand({ TopicArn: ownTopic }));
      return (JSON.parse(Attributes?.['Policy'] ?? '') as { Statement: Record<string, unknown>[] }).Statement;
    };
    const permits = async (alarmArn: string, account = '123456789012') =>
      permitsService(await statements(), {
        ...{ service: 'cloudwatch.amazonaws.com', action: 'sns:Publish', resource: ownTopic },
        keys: {
          'aws:securetransport': ['true'],
          'aws:sourceaccount': [account],
          'aws:sourcearn': [alarmArn],
        },
      });
    const arn = alarm?.AlarmArn ?? '';
    expect([
      await permits(arn),
      await permits(arn, '111122223333'),
      await permits(arn.replace('acme', 'other')),
      await permits(arn.replace('acme', 'acme-b')),
    ]).toEqual([true, false, false, false]);

    const planned = testContext(moto, { environment, readOnly: true });
    await notify.run({ deployment, email, alarms: 'none' }, planned);
    expect(planned.changes).toEqual([
      {
        action: 'change',
        what: `topic ${stackTopic.slice(stackTopic.lastIndexOf(':') + 1)}-acme: no alarm tells it`,
      },
    ]);
    expect(await permits(arn)).toBe(true);
    await notifications({ email });
    expect(await permits(arn)).toBe(false);
    expect(await statements()).toHaveLength(1);
    moto.forgetCalls();
    await notifications({ email });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('follow the settings, the targets, and what somebody changed', async () => {
    await run({});
    expect(await run({ certificate_days: 14, server_errors: 50 })).toHaveLength(2);
    const alarms = await there();
    expect(alarms.get(`kubeflow-eks-deployment-acme-server-errors`)?.Threshold).toBe(50);
    expect(alarms.get(`kubeflow-eks-deployment-acme-certificate-expiry`)?.Threshold).toBe(14);
    const another = await addTargetGroup();
    expect(await run({ certificate_days: 14, server_errors: 50 })).toHaveLength(1);
    const queries = await queriesOf('unhealthy-targets');
    expect(queries).toHaveLength(3);
    expect(queries).toContainEqual(['UnHealthyHostCount', balancer(), another]);
    expect(queries.at(-1)).toBe('MAX([m1, m2])');
    await watch().send(new DeleteAlarmsCommand({ AlarmNames: [names[0] ?? ''] }));
    expect(await run({ certificate_days: 14, server_errors: 50 })).toEqual([
      { action: 'create', what: `the alarm ${names[0] ?? ''}` },
    ]);
  });

  test('are on the nodes where Container Insights tells of them, and go with it', async () => {
    await run({});
    const insights = { container_insights: { node_memory_percent: 95 } };
    expect((await run(insights, { readOnly: true })).map(({ what }) => what).sort()).toEqual(
      nodes.map((name) => `the alarm ${name}`),
    );
    await run(insights);
    expect([...(await there()).keys()].sort()).toEqual([...names, ...nodes].sort());
    expect(await queriesOf('failed-nodes')).toEqual([['cluster_failed_node_count', 'acme']]);
    expect(await queriesOf('node-filesystem')).toEqual([['node_filesystem_utilization', 'acme']]);
    const memory = (await there()).get('kubeflow-eks-deployment-acme-node-memory');
    expect(memory).toMatchObject({ Threshold: 95, EvaluationPeriods: 3, TreatMissingData: 'notBreaching' });
    expect(memory?.Metrics?.[0]?.MetricStat).toMatchObject({ Stat: 'Maximum', Period: 300 });
    const cpu = (await there()).get('kubeflow-eks-deployment-acme-node-cpu');
    expect(cpu?.Metrics?.[0]?.MetricStat).toMatchObject({
      Stat: 'Average',
      Metric: { Namespace: 'ContainerInsights', Dimensions: [{ Name: 'ClusterName', Value: 'acme' }] },
    });
    moto.forgetCalls();
    await run(insights);
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await run({})).toHaveLength(nodes.length);
    expect([...(await there()).keys()].sort()).toEqual(names);
  });

  test.each([
    [
      'the instance that was made for the deployment',
      { create: {} },
      [{ Name: 'DBInstanceIdentifier', Value: 'kubeflow-eks-acme' }],
      named('database-cpu', 'database-storage'),
    ],
    [
      'an instance',
      { host: 'kubeflow.abcdefghijkl.eu-central-1.rds.amazonaws.com', port: 3306 },
      [{ Name: 'DBInstanceIdentifier', Value: 'kubeflow' }],
      named('database-cpu', 'database-storage'),
    ],
    [
      'the writer of a cluster of Aurora, whose storage grows by itself',
      { host: 'kubeflow.cluster-abcdefghijkl.eu-central-1.rds.amazonaws.com', port: 3306 },
      [
        { Name: 'DBClusterIdentifier', Value: 'kubeflow' },
        { Name: 'Role', Value: 'WRITER' },
      ],
      named('database-cpu'),
    ],
  ])('are on the database where it is %s', async (_what, database, Dimensions, wanted) => {
    const more = { database };
    await run({}, { more });
    expect([...(await there()).keys()].sort()).toEqual([...names, ...wanted].sort());
    await run({ database_connections: 200, database_cpu_percent: 75, database_free_gib: 20 }, { more });
    expect([...(await there()).keys()].sort()).toEqual(
      [...names, ...wanted, ...named('database-connections')].sort(),
    );
    const alarm = async (kind: string) =>
      (await there()).get(`kubeflow-eks-deployment-acme-database-${kind}`);
    expect(await alarm('cpu')).toMatchObject({
      Threshold: 75,
      Metrics: [
        { MetricStat: { Metric: { Namespace: 'AWS/RDS', MetricName: 'CPUUtilization', Dimensions } } },
      ],
    });
    expect((await alarm('connections'))?.Threshold).toBe(200);
    const storage = await alarm('storage');
    if (storage !== undefined)
      expect(storage).toMatchObject({
        Threshold: 20 * 1024 ** 3,
        ComparisonOperator: 'LessThanThreshold',
        Metrics: [
          { MetricStat: { Stat: 'Minimum', Metric: { MetricName: 'FreeStorageSpace', Dimensions } } },
        ],
      });
    await run({});
    expect([...(await there()).keys()].sort()).toEqual(names);
  });

  test('have the tags that are configured, and no others that were', async () => {
    await run({});
    const { team: _team, ...others } = deployment.tags;
    const changed = { ...deployment, tags: { ...others, cost: 'ml' } };
    const changes = await run({}, {}, changed);
    expect(changes.filter(({ what }) => /^tags of the alarm/.test(what))).toHaveLength(changes.length);
    expect(changes).toHaveLength(6);
    for (const { AlarmArn } of (await there()).values()) {
      const { Tags = [] } = await watch().send(new ListTagsForResourceCommand({ ResourceARN: AlarmArn }));
      expect(Object.fromEntries(Tags.map(({ Key = '', Value }) => [Key, Value]))).toEqual(changed.tags);
    }
    expect(await run({}, {}, changed)).toEqual([]);
  });

  test('go with the setting, and after that nothing is asked any more', async () => {
    await run({});
    expect(await run(undefined, { readOnly: true })).toHaveLength(3);
    expect((await run()).map(({ action }) => action)).toEqual(['remove', 'remove', 'remove']);
    expect((await there()).size).toBe(0);
    moto.forgetCalls();
    await run();
    expect(moto.calls.filter(({ service }) => service === 'CloudWatch')).toEqual([]);
  });

  test("go with the deployment; another's of the name is in the way, and stays", async () => {
    await watch().send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: names[0], Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Statistic: 'Average' },
        ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1 },
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await expect(run({})).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(await notifications({ email: null, alarms: 'removed' })).toMatchObject({
      left: [{ what: `the alarm ${names[0] ?? ''}`, why: notOurs }],
    });
    expect([...(await there()).keys()]).toEqual([names[0]]);

    await watch().send(new DeleteAlarmsCommand({ AlarmNames: [names[0] ?? ''] }));
    await run({});
    expect((await there()).size).toBe(3);
    await notifications({ email: null, alarms: 'removed' });
    expect((await there()).size).toBe(0);
  });

  test('are made without those on targets where the load balancer has none, or is gone', async () => {
    const { LoadBalancers: [bare] = [] } = await elb().send(
      new CreateLoadBalancerCommand({ Name: 'k8s-bare', Subnets: await subnetsOf(loadBalancerArn) }),
    );
    for (const arn of [bare?.LoadBalancerArn ?? '', loadBalancerArn.replace(/.$/, 'x')]) {
      loadBalancerArn = arn;
      await run({});
      expect([...(await there()).keys()].sort()).toEqual(names.filter((name) => !name.endsWith('targets')));
    }
  });

  test("do not tell another's topic", async () => {
    await moto.lookingClients
      .get(SNSClient)
      .send(new CreateTopicCommand({ Name: `${stackNames.topic}-acme` }));
    await run({});
    for (const { AlarmActions } of (await there()).values()) expect(AlarmActions).toEqual([stackTopic]);
  });
});
