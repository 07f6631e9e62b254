import {
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { readLock, writeLock } from '../../../adapters/aws/registry-lock';
import { readRun, writeRun } from '../../../adapters/aws/registry-runs';
import { lockStates, stackNames } from '../../../core/naming';
import { recordFailure } from '../../../lambda/failure-recorder/record-failure';
import type { ServiceHandler } from '../../../local/region/gateway/gateway';
import { waitFor } from '../../../local/processes/wait-for';
import type { StatusChangeEvent } from 'step-functions-local';
import { useMoto } from '../../support/moto';
import { makeRegistry, registryEnvironment } from '../../support/registry';
import { startExecution, startWorkflows, type TestWorkflows } from '../../support/workflows';

const table = stackNames.table;
const task = (next?: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f' },
  ...(next === undefined ? { End: true } : { Next: next }),
});
const branch = (name: string) => ({ StartAt: name, States: { [name]: task() } });
const definition = {
  StartAt: 'Validate configuration',
  States: {
    'Validate configuration': task(lockStates.acquire),
    [lockStates.acquire]: task('Build foundations'),
    'Build foundations': {
      Type: 'Parallel',
      Branches: [branch('Create cluster'), branch('Ensure user pool')],
      Next: 'Await ingress',
    },
    'Await ingress': { Type: 'Wait', Seconds: 3600, End: true },
  },
};

describe('the failure recorder', () => {
  let workflows: TestWorkflows;
  /** What the stack's topic was told, and what the deployment's own was. */
  let published: URLSearchParams[];
  let toDeployment: URLSearchParams[];
  let events: { Source: string; DetailType: string; Detail: string }[];
  let topicArn: string;
  let refusePublishing: boolean;
  const moto = useMoto({
    functions: ['failure-recorder'],
    services: () => {
      workflows = startWorkflows('eu-central-1', '123456789012');
      published = [];
      toDeployment = [];
      events = [];
      refusePublishing = false;
      return { states: [workflows.handler], sns: [sns], events: [bus] };
    },
  });
  const sns: ServiceHandler = ({ operation }, http) => {
    if (operation !== 'Publish') return Promise.resolve(undefined);
    if (refusePublishing)
      return Promise.resolve({
        status: 403,
        body: '<ErrorResponse><Error><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>',
      });
    const message = new URLSearchParams(http.body.toString());
    (message.get('TopicArn') === topicArn ? published : toDeployment).push(message);
    return Promise.resolve(undefined);
  };
  const bus: ServiceHandler = (_, http) => {
    events.push(...(JSON.parse(http.body.toString()) as { Entries: typeof events }).Entries);
    return Promise.resolve(undefined);
  };
  beforeEach(async () => {
    await makeRegistry(moto.lookingClients);
    const { TopicArn } = await moto.lookingClients
      .get(SNSClient)
      .send(new CreateTopicCommand({ Name: stackNames.topic }));
    topicArn = TopicArn ?? '';
  });
  afterEach(() => {
    workflows.close();
  });

  const alarmed: string[] = [];
  beforeEach(() => alarmed.splice(0));
  const record = (event: unknown) =>
    recordFailure(event, {
      clients: moto.clients,
      logger: { info: () => undefined, appendKeys: () => undefined },
      now: () => new Date('2026-11-24T12:00:00Z'),
      alarm: (workflow) => alarmed.push(workflow),
      environment: { ...registryEnvironment, NOTIFICATION_TOPIC_ARN: topicArn, EVENT_BUS_NAME: 'default' },
    });
  /** Runs the workflow until it ends, and gives the event that EventBridge would deliver. */
  const fail = async (
    failures: TestWorkflows['failures'],
    input: object = { eks_name: 'acme' },
  ): Promise<StatusChangeEvent> => {
    workflows.failures = failures;
    const arn = await startExecution(moto.lookingClients, 'kubeflow-eks-provision', definition, input);
    return ended(arn);
  };
  const ended = (arn: string, nth = 0) =>
    waitFor(
      () =>
        workflows.events.filter(
          ({ detail }) => detail.executionArn === arn && /FAILED|TIMED_OUT|ABORTED/.test(detail.status),
        )[nth],
      { what: 'the execution to end' },
    );

  test('stores the failed state, the error, what the function said and the command to go on', async () => {
    const event = await fail({
      'Ensure user pool': {
        error: 'ResourceConflict',
        cause: JSON.stringify({
          errorType: 'ResourceConflict',
          errorMessage: 'user pool acme exists',
          trace: ['at x'],
        }),
      },
    });

    await record(event);

    const run = await readRun(moto.lookingClients, table, 'acme', event.detail.executionArn);
    expect(run).toMatchObject({
      status: 'FAILED',
      stateMachine: 'kubeflow-eks-provision',
      failure: { state: 'Ensure user pool', error: 'ResourceConflict', cause: 'user pool acme exists' },
    });
    expect(run?.failure?.advice).toContain('`kubeflow-eks retry acme --region eu-central-1`');
    expect(run?.failure?.advice).toContain(
      `aws stepfunctions redrive-execution --execution-arn ${event.detail.executionArn} --region eu-central-1`,
    );
  });

  test('what had done its work and could not tell of it stays a success, with why', async () => {
    const event = await fail({ 'Create cluster': { error: 'EventBridge.FailedEntry', cause: 'no' } });
    const { executionArn } = event.detail;
    const done = { executionArn, stateMachine: 'kubeflow-eks-provision', status: 'SUCCEEDED' } as const;
    await writeRun(moto.lookingClients, table, 'acme', done, new Date());

    await record(event);

    const run = await readRun(moto.lookingClients, table, 'acme', executionArn);
    expect(run).toMatchObject({ status: 'SUCCEEDED', failure: { error: 'EventBridge.FailedEntry' } });
    expect(published).toHaveLength(1);
  });

  test('tells the operators and the bus, with what to do', async () => {
    const event = await fail({ 'Create cluster': { error: 'States.TaskFailed', cause: 'no capacity' } });

    await record(event);

    expect(published).toHaveLength(1);
    expect(published[0]?.get('Subject')).toBe('kubeflow-eks-provision for acme failed at "Create cluster"');
    expect(published[0]?.get('Message')).toMatch(/no capacity[\s\S]*What to do: .*kubeflow-eks retry acme/);
    expect(published[0]?.get('Message')).toContain(
      `https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/${event.detail.executionArn}`,
    );
    expect(published[0]?.get('Message')).toMatch(
      /^Log: \/aws\/lambda\/f, https:\/\/eu-central-1\.console.*log-group\/\$252Faws\$252Flambda\$252Ff$/m,
    );
    expect(events).toMatchObject([{ Source: 'kubeflow-eks', DetailType: 'Deployment Failed' }]);
    expect(JSON.parse(events[0]?.Detail ?? '')).toMatchObject({
      deployment: 'acme',
      status: 'FAILED',
      state: 'Create cluster',
      executionArn: event.detail.executionArn,
    });
  });

  test.each([true, false])("tells the deployment's topic too, if it is there (%s)", async (isThere) => {
    const Name = `${stackNames.topic}-acme`;
    if (isThere) await moto.lookingClients.get(SNSClient).send(new CreateTopicCommand({ Name }));

    await record(await fail({ 'Create cluster': { error: 'States.TaskFailed', cause: 'no capacity' } }));

    expect(toDeployment.map((message) => message.get('TopicArn'))).toEqual([
      topicArn.replace(/[^:]+$/, Name),
    ]);
    expect(toDeployment[0]?.get('Message')).toBe(published[0]?.get('Message'));
    expect(events).toHaveLength(1);
  });

  test('an event that is delivered twice is recorded and told once', async () => {
    const event = await fail({ 'Create cluster': { error: 'AwsTransient' } });

    expect(await record(event)).toBeDefined();
    moto.forgetCalls();
    expect(await record(event)).toBeUndefined();

    expect(published).toHaveLength(1);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a recorder that could not tell tells when it is called again', async () => {
    const event = await fail({ 'Create cluster': { error: 'AwsTransient' } });
    refusePublishing = true;
    await expect(record(event)).rejects.toThrow();
    refusePublishing = false;

    expect(await record(event)).toBeDefined();
    expect(published).toHaveLength(1);
    expect(events).toHaveLength(1);
  });

  test('a redriven execution that fails again is recorded and told again', async () => {
    const event = await fail({ 'Create cluster': { error: 'AwsTransient' } });
    await record(event);
    const { executionArn } = event.detail;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    workflows.failures = { 'Create cluster': { error: 'QuotaExceeded', cause: 'too many' } };
    await moto.lookingClients.get(SFNClient).send(new RedriveExecutionCommand({ executionArn }));
    const again = await ended(executionArn, 1);

    expect(await record(event)).toBeUndefined();
    expect(await record(again)).toMatchObject({ error: 'QuotaExceeded', state: 'Create cluster' });
    expect(published).toHaveLength(2);
  });

  test('an event that comes when the execution has gone on is passed over', async () => {
    const event = await fail({ 'Create cluster': { error: 'AwsTransient' } });
    const { executionArn } = event.detail;
    workflows.failures = {};
    await moto.lookingClients.get(SFNClient).send(new RedriveExecutionCommand({ executionArn }));

    expect(await record(event)).toBeUndefined();
    expect(published).toEqual([]);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('an end that Step Functions does not show yet is not lost: the function fails and is called again', async () => {
    workflows.describeLate = true;
    const event = await fail({ 'Create cluster': { error: 'QuotaExceeded', cause: 'too many' } });

    await expect(record(event)).rejects.toMatchObject({ name: 'AwsTransient' });
    expect(published).toEqual([]);
    expect(await record(event)).toMatchObject({ error: 'QuotaExceeded', state: 'Create cluster' });
    expect(published).toHaveLength(1);
  });

  test('a redrive that has failed again, and is not shown yet, is waited for as well', async () => {
    const first = await fail({ 'Create cluster': { error: 'AwsTransient' } });
    await record(first);
    const { executionArn } = first.detail;
    workflows.describeLate = true;
    workflows.failures = { 'Create cluster': { error: 'QuotaExceeded', cause: 'too many' } };
    await moto.lookingClients.get(SFNClient).send(new RedriveExecutionCommand({ executionArn }));
    const again = await ended(executionArn, 1);

    await expect(record(again)).rejects.toMatchObject({ name: 'AwsTransient' });
    expect(await record(again)).toMatchObject({ error: 'QuotaExceeded' });
  });

  test.each(['Validate configuration', lockStates.acquire])(
    'one that failed at "%s", before it had the lock, is to be started again and not retried',
    async (state) => {
      const event = await fail({ [state]: { error: 'AwsTransient', cause: 'throttled' } });
      const failure = await record(event);
      expect(failure).toMatchObject({ state, error: 'AwsTransient' });
      expect(failure?.advice).toContain('`kubeflow-eks start CONFIG --region eu-central-1`');
      expect(failure?.advice).not.toMatch(/\bretry\b|redrive/);
    },
  );

  test('an execution that was stopped is told as stopped, at the state where it was', async () => {
    const executionArn = await startExecution(moto.lookingClients, 'kubeflow-eks-provision', definition, {
      eks_name: 'acme',
    });
    await waitFor(
      async () => {
        const { events: history } = await moto.lookingClients
          .get(SFNClient)
          .send(new GetExecutionHistoryCommand({ executionArn }));
        return history?.some(({ type }) => type === 'WaitStateEntered');
      },
      { what: 'the wait state' },
    );
    await moto.lookingClients
      .get(SFNClient)
      .send(new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'maintenance' }));

    const failure = await record(await ended(executionArn));

    expect(failure).toMatchObject({ state: 'Await ingress', error: 'Operator', cause: 'maintenance' });
    expect(failure?.advice).toMatch(/stopped by hand.*kubeflow-eks retry acme/);
    expect(published[0]?.get('Subject')).toContain('was stopped at "Await ingress"');
  });

  test('leaves the lock, so that a redrive has it', async () => {
    const event = await fail({ 'Create cluster': { error: 'AwsTransient' } });
    const lock = {
      executionArn: event.detail.executionArn,
      stateMachine: 'kubeflow-eks-provision',
      acquiredAt: '2026-11-24T11:00:00.000Z',
    };
    await writeLock(moto.lookingClients, table, 'acme', lock, undefined);

    await record(event);

    expect(await readLock(moto.lookingClients, table, 'acme')).toEqual(lock);
  });

  test('an input that names no deployment is recorded too, and a bad configuration asks for a new execution', async () => {
    const event = await fail(
      { 'Validate configuration': { error: 'InvalidConfiguration', cause: 'eks_name is required' } },
      { region: 'x' },
    );

    const failure = await record(event);

    expect(failure?.advice).toContain('kubeflow-eks start CONFIG');
    expect(failure?.advice).not.toContain('redrive');
    // Nothing was touched: whoever started it knows, and nobody else is mailed.
    expect([published, toDeployment, alarmed]).toEqual([[], [], []]);
    expect(await readRun(moto.lookingClients, table, '-', event.detail.executionArn)).toMatchObject({
      status: 'FAILED',
    });
  });
});
