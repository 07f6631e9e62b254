import { RedriveExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { readLock, writeLock } from '../../adapters/aws/registry-lock';
import { readLatestRun, readRun, writeRun } from '../../adapters/aws/registry-runs';
import { stackNames } from '../../core/naming';
import { isStillRunning } from '../../adapters/aws/executions';
import { task as acquire } from '../../tasks/lock/acquire-lock';
import { task as release } from '../../tasks/lock/release-lock';
import { WouldChange } from '../../tasks/support/context';
import { registryEnvironment as environment } from '../support/registry';
import { testContext, testDeployment as deployment } from '../support/task-context';
import { startExecution, useWorkflows, waiting } from '../support/workflows';

const table = stackNames.table;

describe('the lock of a deployment', () => {
  const moto = useWorkflows(['acquire-lock', 'release-lock']);

  const start = (name: string) => startExecution(moto.lookingClients, name, waiting);
  const later = '2999-01-01T00:00:00.000Z';
  const take = (executionArn: string, startedAt = later) =>
    acquire.run(
      { deployment, executionArn, stateMachine: 'kubeflow-eks-provision', startedAt },
      testContext(moto, { environment }),
    );
  const give = (executionArn: string) =>
    release.run({ deployment, executionArn }, testContext(moto, { environment }));
  const stop = (executionArn: string) =>
    moto.lookingClients.get(SFNClient).send(new StopExecutionCommand({ executionArn }));

  test('an execution takes it, and its run is recorded', async () => {
    const first = await start('first');

    expect(await take(first)).toEqual({ holder: first });

    expect(await readLock(moto.lookingClients, table, 'acme')).toMatchObject({
      executionArn: first,
      stateMachine: 'kubeflow-eks-provision',
    });
    expect(await readRun(moto.lookingClients, table, 'acme', first)).toMatchObject({ status: 'RUNNING' });
  });

  test('taken again by its holder nothing is changed', async () => {
    const first = await start('first');
    await take(first);
    moto.forgetCalls();

    expect(await take(first)).toEqual({ holder: first });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test("another execution is refused with the holder's ARN while the holder runs", async () => {
    const [first, second] = [await start('first'), await start('second')];
    await take(first);
    moto.forgetCalls();

    await expect(take(second)).rejects.toMatchObject({
      name: 'DeploymentLocked',
      message: expect.stringContaining(first) as string,
    });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('in plan mode it is looked at and not taken', async () => {
    const [first, second] = [await start('first'), await start('second')];
    const look = () =>
      acquire.run(
        { deployment, executionArn: second, stateMachine: 'kubeflow-eks-plan', startedAt: later },
        testContext(moto, { environment, readOnly: true }),
      );
    await expect(look()).rejects.toThrow(WouldChange);
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await readLock(moto.lookingClients, table, 'acme')).toBeUndefined();

    await take(first);
    await expect(look()).rejects.toMatchObject({ name: 'DeploymentLocked' });
  });

  test('another execution takes it over from a holder that was stopped', async () => {
    const [first, second] = [await start('first'), await start('second')];
    await take(first);
    await stop(first);

    expect(await take(second)).toEqual({ holder: second });
  });

  test('a holder that is redriven keeps it', async () => {
    const [first, second] = [await start('first'), await start('second')];
    await take(first);
    await stop(first);
    await moto.lookingClients.get(SFNClient).send(new RedriveExecutionCommand({ executionArn: first }));

    await expect(take(second)).rejects.toMatchObject({ name: 'DeploymentLocked' });
    expect(await take(first)).toEqual({ holder: first });
  });

  test('a holder that is redriven while another takes over gets it back', async () => {
    const [first, second] = [await start('first'), await start('second')];
    await take(first);
    const before = await readLock(moto.lookingClients, table, 'acme');
    await stop(first);
    const context = testContext(moto, { environment });

    const taking = acquire.run(
      { deployment, executionArn: second, stateMachine: 'kubeflow-eks-provision', startedAt: later },
      {
        ...context,
        async record(what, work) {
          if (what.startsWith('take'))
            await moto.lookingClients
              .get(SFNClient)
              .send(new RedriveExecutionCommand({ executionArn: first }));
          return context.record(what, work);
        },
      },
    );

    await expect(taking).rejects.toMatchObject({
      name: 'DeploymentLocked',
      message: expect.stringContaining(first) as string,
    });
    expect(await readLock(moto.lookingClients, table, 'acme')).toEqual(before);
  });

  test('the last that had it is the latest run, and one that was refused never is', async () => {
    const latest = () => readLatestRun(moto.lookingClients, table, 'acme');
    const [first, second] = [await start('first'), await start('second')];
    await take(first);
    await expect(take(second)).rejects.toMatchObject({ name: 'DeploymentLocked' });
    expect(await latest()).toMatchObject({ executionArn: first, stateMachine: 'kubeflow-eks-provision' });

    await give(first);
    expect(await latest()).toMatchObject({ executionArn: first });
    await take(second);
    expect(await latest()).toMatchObject({ executionArn: second });
  });

  test('an execution that began before another had it does not get it any more, whatever became of that one', async () => {
    const [first, second] = [await start('first'), await start('second')];
    const before = new Date(Date.now() - 60_000).toISOString();
    await take(second);
    await give(second);
    moto.forgetCalls();

    await expect(take(first, before)).rejects.toMatchObject({
      name: 'ExecutionOutdated',
      message: expect.stringContaining(second) as string,
    });
    expect(moto.mutatingCalls()).toEqual([]);
    // It had it itself: a redrive of the latest run goes on.
    expect(await take(second, before)).toEqual({ holder: second });
  });

  test('one that began while another was taking it does not get it any more either', async () => {
    const [first, second] = [await start('first'), await start('second')];
    let time = Date.parse('2026-01-01T00:00:00.000Z');
    const now = (): Date => new Date((time += 1_000));
    const startedAt = '2025-12-31T23:00:00.000Z';
    await acquire.run(
      { deployment, executionArn: first, stateMachine: 'kubeflow-eks-provision', startedAt },
      { ...testContext(moto, { environment }), now },
    );
    await give(first);
    await stop(first);

    const whileItWasTaken = '2026-01-01T00:00:01.500Z';
    await expect(take(second, whileItWasTaken)).rejects.toMatchObject({ name: 'ExecutionOutdated' });
    expect(await take(second, now().toISOString())).toEqual({ holder: second });
  });

  test('a holder that Step Functions has forgotten no longer counts', async () => {
    const second = await start('second');
    const forgotten = second.replace(/:second:.*/, ':gone:e1');
    await writeLock(
      moto.lookingClients,
      table,
      'acme',
      { executionArn: forgotten, stateMachine: 'gone', acquiredAt: '2026-01-01T00:00:00.000Z' },
      undefined,
    );

    expect(await take(second)).toEqual({ holder: second });
  });

  test('of many that start at once exactly one gets it', async () => {
    const arns = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(start));

    const outcomes = await Promise.allSettled(arns.map((arn) => take(arn)));

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'DeploymentLocked' });
    }
  });

  test('of many that take over from one that ended exactly one gets it', async () => {
    const first = await start('first');
    await take(first);
    await stop(first);
    const arns = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(start));

    const outcomes = await Promise.allSettled(arns.map((arn) => take(arn)));

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a lock that was taken meanwhile is not overwritten', async () => {
    const read = { executionArn: 'arn:x:1', stateMachine: 'm', acquiredAt: '2026-01-01T00:00:00.000Z' };
    const other = { ...read, executionArn: 'arn:x:2' };
    const mine = { ...read, executionArn: 'arn:x:3' };
    await writeLock(moto.lookingClients, table, 'acme', other, undefined);

    expect(await writeLock(moto.lookingClients, table, 'acme', mine, read)).toBe(false);
    expect(await writeLock(moto.lookingClients, table, 'acme', mine, undefined)).toBe(false);
    expect(await readLock(moto.lookingClients, table, 'acme')).toEqual(other);
  });

  test('its holder gives it back, once, and the run has succeeded', async () => {
    const first = await start('first');
    await take(first);

    expect(await give(first)).toEqual({ released: true, refuted: [] });
    expect(await readLock(moto.lookingClients, table, 'acme')).toBeUndefined();
    expect(await readRun(moto.lookingClients, table, 'acme', first)).toMatchObject({ status: 'SUCCEEDED' });

    moto.forgetCalls();
    expect(await give(first)).toEqual({ released: false, refuted: [] });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test("another's lock is not given back", async () => {
    const [first, second] = [await start('first'), await start('second')];
    await take(first);

    expect(await give(second)).toEqual({ released: false, refuted: [] });
    expect(await readLock(moto.lookingClients, table, 'acme')).toMatchObject({ executionArn: first });
  });

  test('a run that failed before is running again once it has the lock', async () => {
    const first = await start('first');
    await take(first);
    const failure = { error: 'E', cause: 'c', advice: 'a', stoppedAt: '2026-01-01T00:00:00.000Z' };
    await writeRun(
      moto.lookingClients,
      table,
      'acme',
      { executionArn: first, stateMachine: 'm', status: 'FAILED', failure },
      new Date(),
    );

    await take(first);
    expect(await readRun(moto.lookingClients, table, 'acme', first)).toMatchObject({ status: 'RUNNING' });
  });

  test.each([
    ['RUNNING', true],
    ['PENDING_REDRIVE', true],
    ['SUCCEEDED', false],
    ['FAILED', false],
    ['TIMED_OUT', false],
    ['ABORTED', false],
  ] as const)('an execution that is %s counts as running: %s', (status, running) => {
    expect(isStillRunning(status)).toBe(running);
  });
});
