import { z } from 'zod';
import { requireLock, writeLock } from '../../adapters/aws/registry-lock';
import { requireLockOfBuild } from '../../builds/support/lock';
import { stackNames, stateMachineName } from '../../core/naming';
import { defineTask, deploymentSchema } from '../../tasks/support/task';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment as environment } from '../support/registry';
import { testContext, testDeployment as deployment } from '../support/task-context';

const arnOf = (name: string, machine = stateMachineName('provision')) =>
  `arn:aws:states:eu-central-1:123456789012:execution:${machine}:${name}`;
const [mine, another] = [arnOf('mine'), arnOf('another')];

/** What the tasks of this file have done. */
let done: string[] = [];

const task = defineTask({
  name: 'ensure-records',
  input: z.object({ deployment: deploymentSchema, changes: z.array(z.string()) }),
  output: z.object({}),
  lock: requireLock,
  async run({ changes }, context) {
    for (const what of changes) {
      await context.mutate({ action: 'change', what }, () => {
        done.push(what);
        return Promise.resolve();
      });
    }
    if (changes.length > 0) {
      done.push(await context.produce({ action: 'create', what: 'it' }, () => Promise.resolve('made')));
    }
    return {};
  },
});

describe('a task of a redriven execution', () => {
  const moto = useMoto({ functions: ['ensure-records'] });
  beforeEach(async () => {
    done = [];
    await makeRegistry(moto.lookingClients);
  });

  const hold = (executionArn: string) =>
    writeLock(
      moto.lookingClients,
      stackNames.table,
      deployment.name,
      { executionArn, stateMachine: 'kubeflow-eks-provision', acquiredAt: '2026-01-01T00:00:00.000Z' },
      undefined,
    );
  const run = ({ execution = mine, redrives = 1, changes = ['one', 'two'] } = {}) =>
    task.run(
      { deployment, changes, workflow: { execution, state: 'State', redrives } },
      testContext(moto, { environment }),
    );

  test('changes what it has to while it holds the lock, and asks once', async () => {
    await hold(mine);
    await run();
    expect(done).toEqual(['one', 'two', 'made']);
    expect(moto.calls.map(({ operation }) => operation)).toEqual(['GetItem']);
  });

  test('changes nothing once another has the lock, and says who', async () => {
    await hold(another);
    await expect(run()).rejects.toMatchObject({
      name: 'LockLost',
      message: expect.stringContaining(another) as string,
    });
    expect(done).toEqual([]);
  });

  test('changes nothing once another has had the lock and is done', async () => {
    await expect(run()).rejects.toMatchObject({ name: 'LockLost' });
    await expect(run({ changes: ['only'], redrives: 3 })).rejects.toMatchObject({ name: 'LockLost' });
    expect(done).toEqual([]);
  });

  test.each([
    ['it has nothing to change', { changes: [] }],
    ['its execution was not redriven', { redrives: 0 }],
    ['its execution is a resync', { execution: arnOf('r', stateMachineName('resync')) }],
  ])('does not ask where %s', async (_, input) => {
    await hold(another);
    await run(input);
    expect(moto.calls).toEqual([]);
  });

  test('asks also in a build, unless no execution has started it', async () => {
    const check = (executionArn: string | undefined) =>
      requireLockOfBuild(moto.lookingClients, deployment.name, {
        ...environment,
        EXECUTION_ARN: executionArn,
      });
    await hold(another);
    await expect(check(mine)).rejects.toMatchObject({ name: 'LockLost' });
    await check(another);
    await check(undefined);
  });
});
