import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { readableCause } from '../../core/execution/cause';
import { detailTypes, lockStates, stackNames, stateMachineName } from '../../core/naming';
import { taskStates } from '../../local/rehearsal';
import { seedConfiguration, useRegion } from '../support/region';

const region = useRegion();

/** Every state that does work, in the order in which the workflow comes to them. */
function workStates(): string[] {
  const { region: local } = region();
  const machine = local.synthesis.deployed.stateMachines.find(
    ({ name }) => name === stateMachineName('provision'),
  );
  return taskStates(machine?.definition ?? {});
}

test('an execution that fails at every state in turn is redriven to the end, and makes nothing twice', async () => {
  const { start, redrive, finish, document, region: local } = region();
  const states = workStates();
  expect(states.length).toBeGreaterThan(20);
  // Each state's first attempt fails for good; what is redriven gets through.
  const pending = new Set(states);
  local.faults.state = ({ stateName }) =>
    pending.delete(stateName)
      ? { error: 'InjectedFault', cause: `the first attempt at ${stateName} fails` }
      : undefined;

  const executionArn = await start('provision', document);
  const failures: string[] = [];
  let end = await finish(executionArn);
  while (end.execution.status === 'FAILED' && failures.length <= states.length) {
    expect(end.execution.error).toBe('InjectedFault');
    failures.push(end.execution.cause ?? '');
    await redrive(executionArn);
    end = await finish(executionArn);
  }
  delete local.faults.state;

  expect(end.execution.status).toBe('SUCCEEDED');
  // Two states of the Parallel may fail in the same run: then one redrive is for both.
  expect(pending.size).toBe(0);
  expect(failures.length).toBeGreaterThan(20);
  expect(end.view.steps.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  expect(await whatIsThere()).toEqual({
    clusters: [seedConfiguration.eks_name],
    pools: 1,
    certificates: 1,
    lock: false,
  });
}, 900_000);

test('each failure was told, with its state, its error and what to do next', () => {
  const told = region()
    .region.bus.events.filter((event) => event['detail-type'] === detailTypes.failed)
    .map(({ detail }) => detail);

  const states = new Set(told.map(({ state }) => state));
  // The state that fails first is Validate configuration; which of two branches fails first, the run decides.
  expect(states).toContain('Validate configuration');
  expect(states).toContain('Install Kubeflow');
  expect(states.size).toBeGreaterThan(20);
  for (const detail of told) {
    expect(detail).toMatchObject({ error: 'InjectedFault' });
    // What never had the lock is started again.
    const refused = ['Validate configuration', lockStates.acquire].includes(
      String((detail as { state?: string }).state),
    );
    expect(JSON.stringify(detail)).toMatch(
      refused ? /kubeflow-eks start CONFIG/ : /kubeflow-eks retry|redrive-execution/,
    );
  }
});

test('an execution that is redriven after another had its lock ends there, and changes nothing', async () => {
  const { start, redrive, finish, document, region: local } = region();
  // Registering has something to change, since the rules are others; a build always asks.
  const changed = { ...document, access: { default_role: 'view' } };
  const outdated: string[] = [];
  for (const state of ['Install Kubeflow', 'Register deployment']) {
    local.faults.state = ({ stateName }) =>
      stateName === state ? { error: 'InjectedFault', cause: 'fails' } : undefined;
    outdated.push(await start('provision', changed));
    expect((await finish(outdated.at(-1) ?? '')).execution.status).toBe('FAILED');
  }
  delete local.faults.state;
  expect((await finish(await start('provision', document))).execution.status).toBe('SUCCEEDED');
  const mark = local.gateway.log.mark();

  const ends = [];
  for (const executionArn of outdated) {
    await redrive(executionArn);
    ends.push((await finish(executionArn)).execution);
  }

  expect(ends.map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
  expect(readableCause(ends[0]?.cause)).toMatch(/^LockLost: /);
  expect(ends[1]).toMatchObject({
    error: 'LockLost',
    cause: expect.stringMatching(/start a new execution/) as string,
  });
  const changes = local.gateway.log.since(
    mark,
    ({ mutating, subject }) => mutating && !/\/run#/.test(subject ?? ''),
  );
  expect(changes).toEqual([]);
}, 300_000);

test('broken input fails at the first state with every problem in one message, and touches nothing', async () => {
  const { start, finish, region: local } = region();
  const mark = local.gateway.log.mark();

  const { execution, view } = await finish(
    await start('provision', {
      ...seedConfiguration,
      region: 'nowhere',
      nodegroup_min_size: 9,
      colour: 'blue',
    }),
  );

  expect(execution).toMatchObject({ status: 'FAILED', error: 'InvalidConfiguration' });
  expect(execution.cause).toMatch(/region[^]*colour[^]*nodegroup_min_size/);
  expect(view.steps.map(({ name }) => name)).toEqual(['Validate configuration']);
  expect(
    local.gateway.log.since(mark, ({ mutating, subject }) => mutating && !/\/run#/.test(subject ?? '')),
  ).toEqual([]);
}, 60_000);

async function whatIsThere(): Promise<{
  clusters: string[];
  pools: number;
  certificates: number;
  lock: boolean;
}> {
  const { clients } = region();
  const { clusters = [] } = await clients.get(EKSClient).send(new ListClustersCommand({}));
  const { UserPools: pools = [] } = await clients
    .get(CognitoIdentityProviderClient)
    .send(new ListUserPoolsCommand({ MaxResults: 60 }));
  const { CertificateSummaryList: certificates = [] } = await clients
    .get(ACMClient)
    .send(new ListCertificatesCommand({}));
  const { Items: items = [] } = await clients
    .get(DynamoDBClient)
    .send(new ScanCommand({ TableName: stackNames.table }));
  return {
    clusters,
    pools: pools.length,
    certificates: certificates.length,
    lock: items.some(({ sk }) => sk?.S === 'lock'),
  };
}
