import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ensureInsightsLogs, planInsightsLogs } from '../../../builds/observability/insights-logs';
import { deploymentTags } from '../../../core/naming';
import { useMoto } from '../../support/moto';
import { configurationWith } from '../support';

const account = {
  account_id: '123456789012',
  kms_key_arn: 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555',
};
const watched = (insights?: object, more: object = {}) =>
  configurationWith({
    ...account,
    ...more,
    ...(insights !== undefined && { observability: { container_insights: insights } }),
  });
const group = (kind: string) => `/aws/containerinsights/acme/${kind}`;

describe('the log groups of Container Insights', () => {
  const moto = useMoto();
  const logs = () => moto.lookingClients.get(CloudWatchLogsClient);
  const there = async (): Promise<Record<string, number | undefined>> => {
    const { logGroups = [] } = await logs().send(new DescribeLogGroupsCommand({}));
    return Object.fromEntries(
      logGroups.map(({ logGroupName = '', retentionInDays }) => [logGroupName, retentionInDays]),
    );
  };
  let said: string[];
  beforeEach(() => {
    said = [];
  });
  const ensure = async (configuration: ReturnType<typeof watched>): Promise<string[]> => {
    const planned = await planInsightsLogs(moto.clients, configuration);
    await ensureInsightsLogs(moto.clients, configuration, (line) => said.push(line));
    expect(said.filter((line) => !line.includes('without our tag'))).toEqual(
      planned.map(({ action, what }) => `${action} ${what}`),
    );
    return said.splice(0);
  };

  test('are none without the setting, and nothing is asked', async () => {
    expect(await ensure(watched())).toEqual([]);
    expect(moto.calls).toEqual([]);
  });

  test('are made with our tags before the agents would, keep as long as is said, and stay', async () => {
    expect(await ensure(watched({}))).toEqual([
      `create the log group ${group('performance')}, which keeps 30 days`,
    ]);
    const { logGroups: [made] = [] } = await logs().send(new DescribeLogGroupsCommand({}));
    const resourceArn = made?.arn?.replace(/:\*$/, '');
    expect((await logs().send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual(
      deploymentTags(watched({})),
    );
    moto.forgetCalls();
    expect(await ensure(watched({}))).toEqual([]);
    expect(moto.mutatingCalls()).toEqual([]);

    await ensure(watched({ container_logs: true, log_retention_days: 7 }));
    const all = Object.fromEntries(
      ['application', 'dataplane', 'host', 'performance'].map((kind) => [group(kind), 7]),
    );
    expect(await there()).toEqual(all);
    expect(await ensure(watched())).toEqual([]);
    expect(await there()).toEqual(all);
  });

  test('follow tags, and what somebody changed', async () => {
    await ensure(watched({}));
    await logs().send(new DeleteRetentionPolicyCommand({ logGroupName: group('performance') }));
    expect(await ensure(watched({}, { tags: { cost: 'ml' } }))).toEqual([
      `change tags of the log group ${group('performance')}`,
      `change the log group ${group('performance')}, which keeps 30 days`,
    ]);
    expect(await there()).toEqual({ [group('performance')]: 30 });
  });

  test("of somebody else's are left as they are", async () => {
    await logs().send(new CreateLogGroupCommand({ logGroupName: group('performance') }));
    await logs().send(new CreateLogGroupCommand({ logGroupName: group('performance-of-theirs') }));
    expect(await ensure(watched({}))).toEqual([
      `the log group ${group('performance')} was there without our tag: how long it keeps stays as it is`,
    ]);
    expect(await there()).toEqual({
      [group('performance')]: undefined,
      [group('performance-of-theirs')]: undefined,
    });
  });
});
