import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { NotReadyError } from '../../core/errors';
import { createContext } from '../../tasks/support/context';
import { defineTask, deploymentSchema } from '../../tasks/support/task';
import { testDeployment } from '../support/task-context';

const lambda = { awsRequestId: 'r-1', functionName: 'kubeflow-eks-example' } as Context;

/** Everything that the function writes to its log. */
async function logOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  // Powertools writes through a console of its own; in development mode through the global one.
  const spies = (['info', 'warn', 'error', 'log'] as const).map((method) =>
    jest.spyOn(console, method).mockImplementation((...line: unknown[]) => {
      lines.push(String(line[0]));
    }),
  );
  process.env['POWERTOOLS_DEV'] = 'true';
  try {
    await work().catch(() => undefined);
  } finally {
    delete process.env['POWERTOOLS_DEV'];
    for (const spy of spies) spy.mockRestore();
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const example = (run: (input: { email: string }) => Promise<{ n: number }>) =>
  defineTask({
    name: 'example',
    input: z.object({ deployment: deploymentSchema, email: z.string() }),
    output: z.object({ n: z.number() }),
    run,
  });
const input = { deployment: testDeployment, email: 'alice@example.com' };

describe('a task', () => {
  test('strips what its input does not name', async () => {
    const seen: unknown[] = [];
    const task = example((given) => {
      seen.push(given);
      return Promise.resolve({ n: 1 });
    });
    await task.run(
      { ...input, more: true, workflow: { state: 'Example' } },
      createContext({ environment: {} }),
    );
    expect(seen).toEqual([input]);
  });

  test('whose result is not what it says fails as a defect', async () => {
    const task = example(() => Promise.resolve({ n: 'one' } as unknown as { n: number }));
    await expect(task.run(input, createContext({ environment: {} }))).rejects.toMatchObject({
      name: 'UnexpectedFailure',
      message: expect.stringContaining('n: ') as string,
    });
  });

  test('logs deployment, execution and state, and not its input', async () => {
    const workflow = { execution: 'arn:aws:states:::execution:e1', state: 'Example' };
    const log = await logOf(() =>
      example(() => Promise.resolve({ n: 1 })).handler({ ...input, workflow }, lambda),
    );

    expect(log).toMatchObject([
      {
        message: 'done',
        level: 'INFO',
        task: 'example',
        deployment: 'acme',
        execution: workflow.execution,
        state: 'Example',
        requestId: 'r-1',
      },
    ]);
    expect(JSON.stringify(log)).not.toContain('alice');
  });

  test('logs a failure as an error by name and kind, and what is under way as the normal course', async () => {
    const fails = example(() => Promise.reject(new TypeError('x is undefined')));
    expect(await logOf(() => fails.handler(input, lambda))).toMatchObject([
      {
        level: 'ERROR',
        message: 'failed',
        errorName: 'TypeError',
        errorKind: 'unknown',
        reason: 'x is undefined',
      },
    ]);
    const waits = example(() => Promise.reject(new NotReadyError('ClusterNotActive', 'CREATING')));
    expect(await logOf(() => waits.handler(input, lambda))).toMatchObject([
      { level: 'INFO', message: 'not ready yet', errorName: 'ClusterNotActive', errorKind: 'not-ready' },
    ]);
  });

  test('that is sent a mode which it does not understand does nothing', async () => {
    let runs = 0;
    const task = example(() => Promise.resolve({ n: (runs += 1) }));
    for (const wrong of [{ mode: 'plan' }, { mode: 'Plan', unknown: [], pending: [] }, { mode: null }]) {
      let error: unknown;
      await logOf(async () => {
        error = await task.handler({ ...input, ...wrong }, lambda).catch((thrown: unknown) => thrown);
      });
      expect(error).toMatchObject({ name: 'InvalidTaskInput' });
    }
    expect(runs).toBe(0);
  });

  test('in plan mode answers with its changes and its result', async () => {
    const task = defineTask({
      name: 'example',
      input: z.object({ deployment: deploymentSchema }),
      output: z.object({ n: z.number() }),
      async run(_, context) {
        await context.mutate({ action: 'create', what: 'one' }, () => Promise.reject(new Error('done')));
        return { n: 1 };
      },
    });
    let answer: unknown;
    await logOf(async () => {
      answer = await task.handler({ ...input, mode: 'plan', unknown: [], pending: [] }, lambda);
    });
    expect(answer).toEqual({ changes: [{ action: 'create', what: 'one' }], result: { n: 1 } });
  });

  test('hands on what it has seen of assumptions beside its result', async () => {
    const task = defineTask({
      name: 'example',
      input: z.object({ deployment: deploymentSchema }),
      output: z.object({ n: z.number() }),
      run: (_, context) => {
        context.observe('cluster-key', 'verified', 'a key');
        return Promise.resolve({ n: 1 });
      },
    });
    const assumptions = [{ id: 'cluster-key', verdict: 'verified', value: 'a key' }];
    const answers: unknown[] = [];
    await logOf(async () => {
      answers.push(await task.handler(input, lambda));
      answers.push(await task.handler({ ...input, mode: 'plan', unknown: [], pending: [] }, lambda));
    });
    expect(answers).toEqual([
      { n: 1, assumptions },
      { changes: [], result: { n: 1 }, assumptions },
    ]);
  });

  test('fails under the name of its error, which Lambda reports and a retry matches', async () => {
    const waits = example(() => Promise.reject(new NotReadyError('ClusterNotActive', 'CREATING')));
    let error: unknown;
    await logOf(async () => {
      error = await waits.handler(input, lambda).catch((thrown: unknown) => thrown);
    });
    expect(error).toMatchObject({ name: 'ClusterNotActive' });
  });
});
