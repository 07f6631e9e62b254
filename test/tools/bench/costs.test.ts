import type { HistoryEvent } from 'step-functions-local';
import type { LoggedRequest } from '../../../local/region/gateway/request-log';
import { prices } from '../../../core/prices/price-table';
import { countByService } from '../../../tools/bench/costs/count-calls';
import { costRuns, stackMonth, type Template } from '../../../tools/bench/costs/cost-runs';
import { priceOf, usageOf } from '../../../tools/bench/costs/execution-usage';
import { synthesizeForTest } from '../../infra/synthesis';

const event = (
  id: number,
  previousEventId: number,
  seconds: number,
  type: string,
  details?: Record<string, unknown>,
): HistoryEvent => ({ id, previousEventId, timestamp: seconds * 1000, type, ...(details && { details }) });

const lambda = { resourceType: 'lambda', parameters: '{"FunctionName":"kubeflow-eks-preflight-checks"}' };

describe('what an execution used', () => {
  it('counts a retry as a transition of its own, and the time of each try', () => {
    const call = {
      ...lambda,
      parameters: '{"FunctionName":"arn:aws:lambda:eu-central-1:1:function:kubeflow-eks-reconcile-access"}',
    };
    const usage = usageOf([
      event(1, 0, 0, 'ExecutionStarted'),
      event(2, 0, 0, 'TaskStateEntered'),
      event(3, 2, 0, 'TaskScheduled', call),
      event(4, 3, 3, 'TaskFailed'),
      event(5, 4, 10, 'TaskScheduled', call),
      event(6, 5, 12, 'TaskSucceeded'),
      event(7, 6, 12, 'TaskStateExited'),
      event(8, 7, 12, 'SucceedStateEntered'),
    ]);
    expect(usage).toEqual({
      stateTransitions: 3,
      functionCalls: 2,
      // 3 s and 2 s of 1 GB.
      functionGbSeconds: 5,
      buildMinutes: 0,
      events: 0,
    });
  });

  it("counts a build's begun minute whole, also beside another branch", () => {
    const build = { resourceType: 'codebuild', parameters: '{}' };
    const usage = usageOf([
      event(1, 0, 0, 'TaskScheduled', build),
      event(2, 0, 0, 'TaskScheduled', build),
      event(3, 1, 61, 'TaskSucceeded'),
      event(4, 2, 30, 'TaskSucceeded'),
      event(5, 0, 0, 'TaskStateEntered'),
      event(6, 0, 0, 'TaskStateEntered'),
    ]);
    expect(usage.buildMinutes).toBe(3);
  });

  it('is priced by the table', () => {
    const usage = {
      stateTransitions: 1000,
      functionCalls: 0,
      functionGbSeconds: 0,
      buildMinutes: 10,
      events: 0,
    };
    expect(priceOf(usage).stateTransitions).toBeCloseTo(0.025, 6);
    expect(priceOf(usage).builds).toBeCloseTo(0.034, 6);
    expect(priceOf(usage).together).toBeCloseTo(0.059);
  });
});

describe('the runs', () => {
  it('are a provisioning, a plan, a resync and a login, each with what it is made of', async () => {
    const runs = await costRuns();
    expect(runs.map(({ what }) => what)).toEqual([
      'a provisioning',
      'a plan',
      'a resync of one deployment, 10,000 people',
      'a login',
    ]);
    const [provisioning, plan, resync, login] = runs;
    // Two builds of 20 and 15 minutes.
    expect(provisioning?.usage.buildMinutes).toBe(35);
    expect(plan?.usage.buildMinutes).toBeGreaterThan(0);
    expect(resync?.usage).toMatchObject({ buildMinutes: 0, events: 1 });
    expect(login?.usage).toMatchObject({ functionCalls: 1, stateTransitions: 0 });
    for (const { price } of runs) expect(price.together).toBeGreaterThan(0);
  });
});

describe('a month of the stack', () => {
  const price = (together: number) => ({ stateTransitions: 0, functions: 0, builds: 0, events: 0, together });
  const scheduled = { resync: price(0.001), plan: price(0.02) };
  const rule = (name: string, schedule: string) => ({
    Type: 'AWS::Events::Rule',
    Properties: { Name: `kubeflow-eks-${name}`, ScheduleExpression: schedule },
  });

  it('is what its template has', () => {
    const { template } = synthesizeForTest();
    const alarms = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    const month = stackMonth(template, scheduled, 730);
    expect(month[0]).toEqual({
      what: `${alarms.length} alarms`,
      perMonth: alarms.length * prices.alarmMonth,
    });
  });

  it('counts resyncs and looks for drift as often as their rules say, and no metric of AWS as its own', () => {
    const template: Template = {
      Resources: {
        looks: rule('drift-schedule', 'rate(1 day)'),
        resyncs: rule('resync-schedule', 'rate(2 hours)'),
        ours: { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'KubeflowEks', MetricName: 'A' } },
        same: { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'KubeflowEks', MetricName: 'A' } },
        theirs: { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'AWS/Lambda', MetricName: 'B' } },
      },
    };
    expect(stackMonth(template, scheduled, 730)).toEqual([
      { what: '3 alarms', perMonth: expect.closeTo(0.3) as number },
      { what: '1 metrics of its own', perMonth: 0.3 },
      { what: '0 dashboard', perMonth: 0 },
      { what: '0 key', perMonth: 0 },
      { what: '365 resyncs of one deployment', perMonth: expect.closeTo(0.365) as number },
      { what: '30 looks for drift of one deployment', perMonth: expect.closeTo(0.608, 3) as number },
    ]);
    expect(stackMonth({ Resources: {} }, scheduled, 730).at(-1)).toEqual({
      what: '0 looks for drift of one deployment',
      perMonth: 0,
    });
    const odd = { Resources: { resyncs: rule('resync-schedule', 'rate(90 minutes)') } };
    expect(() => stackMonth(odd, scheduled, 730)).toThrow('is not in hours or days');
  });
});

it('counts the calls from the start on, without those of who watches', () => {
  const request = (
    accessKeyId: string,
    service: string,
    operation: string,
    mutating: boolean,
  ): LoggedRequest => ({
    accessKeyId,
    service,
    operation,
    mutating,
    region: 'eu-central-1',
    at: 0,
    status: 200,
  });
  expect(
    countByService([
      request('operator', 'ec2', 'CreateVpc', true),
      request('operator', 'states', 'StartExecution', false),
      request('operator', 'states', 'DescribeExecution', false),
      request('role', 'acm', 'ListCertificates', false),
      request('role', 'cognito-idp', 'CreateUserPool', true),
      request('role', 'cognito-idp', 'ListUserPools', false),
    ]),
  ).toEqual([
    { service: 'cognito-idp', reading: 1, changing: 1 },
    { service: 'acm', reading: 1, changing: 0 },
  ]);
});
