import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeAddonCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isAwsError } from '../../adapters/aws/errors';
import { insightsAddon } from '../../builds/cluster/addons';
import { clusterBuilds } from '../support/cluster-builds';
import { makePlan, notLeft } from '../support/plan';
import { seedConfiguration, useRegion } from '../support/region';

/*
 * The add-on for CloudWatch over the life of a deployment, and the alarms on what it tells.
 */

const configuration = { ...seedConfiguration, eks_name: 'watched' };
const region = useRegion(configuration);
const { stackStatus } = clusterBuilds(region);
const roleStack = `eksctl-watched-addon-${insightsAddon}-podidentityrole-cloudwatch-agent`;

const documentWith = (insights: object | undefined) => ({
  ...region().document,
  observability: insights === undefined ? {} : { container_insights: insights },
});

async function addon(): Promise<{ values: unknown; identities: number } | undefined> {
  try {
    const { addon: found } = await region()
      .clients.get(EKSClient)
      .send(new DescribeAddonCommand({ clusterName: 'watched', addonName: insightsAddon }));
    return {
      values: JSON.parse(found?.configurationValues ?? '') as unknown,
      identities: found?.podIdentityAssociations?.length ?? 0,
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function succeeds(workflow: 'provision' | 'resync' | 'destroy', input: object): Promise<unknown> {
  const { start, finish } = region();
  const { execution } = await finish(await start(workflow, input));
  expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  return JSON.parse(execution.output ?? '{}') as unknown;
}

/** Log groups, and the days that they keep. */
async function logGroups(): Promise<[name: string, days: number | undefined][]> {
  const prefix = { logGroupNamePrefix: '/aws/containerinsights/' };
  const { logGroups: found = [] } = await region()
    .clients.get(CloudWatchLogsClient)
    .send(new DescribeLogGroupsCommand(prefix));
  return found.map(({ logGroupName = '', retentionInDays }) => [logGroupName, retentionInDays]);
}
const onWayIn = ['certificate-expiry', 'server-errors', 'unhealthy-targets'];
const onNodes = ['failed-nodes', 'node-cpu', 'node-filesystem', 'node-memory'];

/** Kinds of the deployment's alarms. */
async function alarms(): Promise<string[]> {
  const { MetricAlarms: found = [] } = await region()
    .clients.get(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'kubeflow-eks-deployment-watched-' }));
  return found.map(({ AlarmName = '' }) => AlarmName.slice('kubeflow-eks-deployment-watched-'.length)).sort();
}

/** The load balancer and the target group that the alarm on targets is on, and those that there are. */
async function watchedTargets(): Promise<{ alarm: unknown; there: unknown }> {
  const { MetricAlarms: [alarm] = [] } = await region()
    .clients.get(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmNames: ['kubeflow-eks-deployment-watched-unhealthy-targets'] }));
  const { TargetGroups = [] } = await region()
    .clients.get(ElasticLoadBalancingV2Client)
    .send(new DescribeTargetGroupsCommand({}));
  return {
    alarm: alarm?.Metrics?.flatMap(({ MetricStat: stat }) => [
      Object.fromEntries((stat?.Metric?.Dimensions ?? []).map(({ Name = '', Value }) => [Name, Value])),
    ]),
    there: TargetGroups.map(({ TargetGroupArn: own = '', LoadBalancerArns: [balancer = ''] = [] }) => ({
      LoadBalancer: balancer.slice(balancer.indexOf('/') + 1),
      TargetGroup: own.slice(own.lastIndexOf(':') + 1),
    })),
  };
}

const group = (kind: string): string => `/aws/containerinsights/watched/${kind}`;

test('is made, changed and taken away with its setting, as the plan says, and goes with the deployment', async () => {
  await succeeds('provision', documentWith({}));
  expect(await addon()).toMatchObject({ values: { containerLogs: { enabled: false } }, identities: 1 });
  expect(await stackStatus(roleStack)).toBe('CREATE_COMPLETE');
  expect(await alarms()).toEqual([...onWayIn, ...onNodes].sort());
  const targets = await watchedTargets();
  expect(targets.alarm).toEqual(targets.there);
  expect(targets.there).toEqual([
    {
      LoadBalancer: expect.stringMatching(/^app\//) as string,
      TargetGroup: expect.stringMatching(/^targetgroup\//) as string,
    },
  ]);
  expect(await logGroups()).toEqual([[group('performance'), 30]]);
  await succeeds('resync', { deployment: 'watched' });
  expect(notLeft((await makePlan(region(), { deployment: 'watched' })).plan)).toEqual({});

  const withLogs = documentWith({ container_logs: true, log_retention_days: 7 });
  const kinds = ['application', 'dataplane', 'host', 'performance'];
  expect(notLeft((await makePlan(region(), withLogs)).plan)['Create cluster']?.changes).toEqual([
    { action: 'change', what: `the log group ${group('performance')}, which keeps 7 days` },
    ...['application', 'dataplane', 'host'].map((kind) => ({
      action: 'create',
      what: `the log group ${group(kind)}, which keeps 7 days`,
    })),
    { action: 'change', what: expect.stringContaining(insightsAddon) as string },
  ]);
  await succeeds('provision', withLogs);
  expect(await addon()).toMatchObject({ values: { containerLogs: { enabled: true } }, identities: 1 });

  const without = documentWith(undefined);
  expect(notLeft((await makePlan(region(), without)).plan)['Create cluster']?.changes).toEqual([
    { action: 'remove', what: `the add-on ${insightsAddon}, which is not configured` },
  ]);
  await succeeds('provision', without);
  expect(await addon()).toBeUndefined();
  expect(await alarms()).toEqual(onWayIn);
  expect(await stackStatus(roleStack).catch(() => 'gone')).toBe('gone');
  expect(notLeft((await makePlan(region(), { deployment: 'watched' })).plan)).toEqual({});

  await succeeds('provision', documentWith({}));
  expect(await addon()).toMatchObject({ identities: 1 });
  expect(await logGroups()).toEqual(kinds.map((kind) => [group(kind), kind === 'performance' ? 30 : 7]));
  const { left } = (await succeeds('destroy', { deployment: 'watched' })) as { left: { what: string }[] };
  expect(left.map(({ what }) => what)).toEqual([
    ...kinds.map((kind) => `the log group ${group(kind)}`),
    'the log group /aws/eks/watched/cluster',
  ]);
  expect(region().region.clusters.all()).toEqual([]);
  expect(await alarms()).toEqual([]);
  expect((await watchedTargets()).there).toEqual([]);
}, 900_000);
