import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { registryKey, writeItem } from '../../../adapters/aws/registry';
import { writeLock } from '../../../adapters/aws/registry-lock';
import { listExecutions, startExecution, stateMachineArn } from '../../../adapters/aws/state-machines';
import { stackNames, stateMachineName } from '../../../core/naming';
import { startDriftPlans } from '../../../lambda/drift-planner/start-drift-plans';
import { registryEnvironment as environment } from '../../support/registry';
import { startExecution as makeMachine, useWorkflows, waiting } from '../../support/workflows';

const table = stackNames.table;
const planArn = stateMachineArn('eu-central-1', '123456789012', 'plan');
const executionOf = (name: string): string => `${planArn.replace(':stateMachine:', ':execution:')}:${name}`;

describe('the drift planner', () => {
  const moto = useWorkflows(['drift-planner']);
  const errors: string[] = [];

  beforeEach(async () => {
    errors.length = 0;
    const first = await makeMachine(moto.lookingClients, stateMachineName('plan'), waiting);
    await stop(first);
    for (const name of ['acme', 'beta'])
      await writeItem(moto.lookingClients, table, registryKey.registration(name), { configuration: {} });
  });
  const stop = (executionArn: string) =>
    moto.lookingClients.get(SFNClient).send(new StopExecutionCommand({ executionArn }));
  const fire = (time = '2026-01-02T03:04:05Z') =>
    startDriftPlans(
      { account: '123456789012', region: 'eu-central-1', time, detail: {} },
      {
        clients: moto.clients,
        environment,
        logger: { info: () => undefined, error: (text) => errors.push(JSON.stringify(text)) },
      },
    );
  const plans = async () =>
    (await listExecutions(moto.lookingClients, planArn))
      .map(({ name }) => name)
      .filter((name) => name.startsWith('drift-'))
      .sort();

  test('starts a plan of every registered deployment, by its name', async () => {
    expect(await fire()).toEqual({ started: ['acme', 'beta'], locked: [], stillRunning: [] });
    expect(await plans()).toEqual(['drift-acme-20260102-030405', 'drift-beta-20260102-030405']);
    const { input } = await moto.lookingClients
      .get(SFNClient)
      .send(new DescribeExecutionCommand({ executionArn: executionOf('drift-acme-20260102-030405') }));
    expect(JSON.parse(input ?? '')).toEqual({ deployment: 'acme' });
  });

  test.each([
    ['still runs', false],
    ['has ended', true],
  ])('an event that comes again starts nothing, where the plan %s', async (_, ended) => {
    await fire();
    if (ended) await stop(executionOf('drift-acme-20260102-030405'));
    const before = await plans();
    await fire();
    expect(await plans()).toEqual(before);
  });

  test('leaves a deployment alone that is locked, be its holder one that failed', async () => {
    const lock = { executionArn: 'arn:gone', stateMachine: 'provision', acquiredAt: '2026-01-01T00:00:00Z' };
    await writeLock(moto.lookingClients, table, 'acme', lock, undefined);
    expect(await fire()).toEqual({ started: ['beta'], locked: ['acme'], stillRunning: [] });
    expect(await plans()).toEqual(['drift-beta-20260102-030405']);
  });

  test('leaves a deployment alone whose last plan still runs, and no other for it', async () => {
    await startExecution(moto.lookingClients, planArn, {}, 'drift-acme-20260101-030405');
    await startExecution(moto.lookingClients, planArn, {}, 'beta-20260101-030405');
    expect(await fire()).toEqual({ started: ['beta'], locked: [], stillRunning: ['acme'] });
    await stop(executionOf('drift-acme-20260101-030405'));
    expect(await fire()).toMatchObject({ started: ['acme', 'beta'] });
  });

  test('one that cannot be started stops no other, and the event is tried again', async () => {
    await writeItem(moto.lookingClients, table, registryKey.registration('a b'), { configuration: {} });
    await expect(fire()).rejects.toMatchObject({ name: 'InvalidName' });
    expect(await plans()).toEqual(['drift-acme-20260102-030405', 'drift-beta-20260102-030405']);
    expect(errors).toHaveLength(1);
  });

  test('refuses another event', async () => {
    await expect(
      startDriftPlans({ detail: {} }, { clients: moto.clients, environment, logger: console }),
    ).rejects.toMatchObject({ name: 'InvalidTaskInput' });
  });
});
