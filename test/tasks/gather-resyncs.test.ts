import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { task } from '../../tasks/resync/gather-resyncs';
import { registryEnvironment as environment } from '../support/registry';
import { testContext } from '../support/task-context';
import { startExecution, useWorkflows, waiting } from '../support/workflows';
import { callErrors, struckClients } from '../workflows/faults/struck-clients';

const noon = Date.parse('2026-01-02T12:00:00Z');

describe('requests for a resync', () => {
  const moto = useWorkflows(['gather-resyncs']);

  const start = (name: string) => startExecution(moto.lookingClients, name, waiting);
  const request = (executionArn: string, seconds = 0, name = 'acme') =>
    task.run(
      { name, executionArn },
      testContext(moto, { environment, now: () => new Date(noon + seconds * 1000) }),
    );

  test('of a storm of them one runs, a minute later', async () => {
    const arns = await Promise.all(Array.from({ length: 40 }, (_, index) => start(`r${index.toString()}`)));

    const outcomes = await Promise.all(arns.map((arn) => request(arn)));

    const [running, ...others] = outcomes.filter(({ coveredBy }) => coveredBy === null);
    expect(running).toEqual({ coveredBy: null, waitSeconds: 60 });
    expect(others).toEqual([]);
    const winner = arns[outcomes.findIndex(({ coveredBy }) => coveredBy === null)];
    expect(new Set(outcomes.flatMap(({ coveredBy }) => coveredBy ?? []))).toEqual(new Set([winner]));
  });

  test('one that comes when the resync has begun is the first of the next', async () => {
    const [first, second, third] = [await start('first'), await start('second'), await start('third')];
    await request(first);
    expect(await request(second, 59)).toEqual({ coveredBy: first, waitSeconds: 0 });
    expect(await request(second, 60)).toEqual({ coveredBy: null, waitSeconds: 60 });
    expect(await request(third, 61)).toEqual({ coveredBy: second, waitSeconds: 0 });
  });

  test('the step may be repeated: it waits for what is left of the minute', async () => {
    const first = await start('first');
    await request(first);
    expect(await request(first, 20)).toEqual({ coveredBy: null, waitSeconds: 40 });
    expect(await request(first, 90)).toEqual({ coveredBy: null, waitSeconds: 0 });
  });

  test('the one whose own writing was repeated by the SDK, since its answer was lost, is not covered by itself', async () => {
    const first = await start('first');
    let isLost = false;
    const clients = struckClients(moto.endpoint, 'answers', async ({ operation }, send) => {
      const answer = await send();
      if (operation !== 'PutItem' || isLost) return answer;
      isLost = true;
      throw callErrors.cut();
    });
    const context = testContext(moto, { environment, now: () => new Date(noon) });
    expect(await task.run({ name: 'acme', executionArn: first }, { ...context, clients })).toEqual({
      coveredBy: null,
      waitSeconds: 60,
    });
    expect(isLost).toBe(true);
    clients.destroy();
  });

  test('a resync that was stopped while it waited covers nobody', async () => {
    const [first, second] = [await start('first'), await start('second')];
    await request(first);
    await moto.lookingClients.get(SFNClient).send(new StopExecutionCommand({ executionArn: first }));
    expect(await request(second, 5)).toEqual({ coveredBy: null, waitSeconds: 60 });
  });

  test('each deployment has its own', async () => {
    const [first, second] = [await start('first'), await start('second')];
    await request(first, 0, 'acme');
    expect(await request(second, 0, 'beta')).toEqual({ coveredBy: null, waitSeconds: 60 });
  });
});
