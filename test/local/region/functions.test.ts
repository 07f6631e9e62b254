import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionRunner, type RunnerOptions } from '../../../local/region/functions/function-runner';

/** A function that shows what it is given, and misbehaves on request. */
const code = `
let calls = 0;
exports.handler = async (event, context) => {
  calls += 1;
  if (event.throw) { const e = new Error('as asked'); e.name = 'Asked'; throw e; }
  if (event.exit) process.exit(3);
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60000));
  console.log('a line');
  return { calls, pid: process.pid, variable: process.env.VARIABLE, leaked: process.env.LEAK_ME, remaining: context.getRemainingTimeInMillis(), name: context.functionName };
};`;

let dir: string;
let runner: FunctionRunner;
const lines: string[] = [];

function start(options: Partial<RunnerOptions> = {}, timeoutSeconds = 5): void {
  runner = new FunctionRunner({
    functions: [
      {
        file: 'probe',
        name: 'probe',
        arn: 'arn:aws:lambda:eu-west-1:111122223333:function:probe',
        assetDir: dir,
        handler: 'index.handler',
        environment: { VARIABLE: 'from the template' },
        roleArn: 'arn:aws:iam::111122223333:role/probe',
        timeoutSeconds,
        memoryMb: 128,
      },
    ],
    runtimeEnvironment: () => ({}),
    onLine: (_, line) => lines.push(line),
    ...options,
  });
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'functions-'));
  await writeFile(join(dir, 'index.js'), code);
});
afterEach(() => runner.stop());
afterAll(() => rm(dir, { recursive: true }));

test('a function runs in a process of its own, with the environment of the template and no more', async () => {
  process.env['LEAK_ME'] = 'a secret of the developer';
  start();
  const { result } = await runner.invoke('probe', {});
  expect(result).toMatchObject({ calls: 1, variable: 'from the template', name: 'probe' });
  expect((result as { pid: number }).pid).not.toBe(process.pid);
  expect(result).not.toHaveProperty('leaked');
  expect(lines).toContain('a line');
});

test('it is kept warm between events, and addressed by name, version or ARN', async () => {
  start();
  const results = [
    await runner.invoke('probe', {}),
    await runner.invoke('probe:live', {}),
    await runner.invoke('arn:aws:lambda:eu-west-1:111122223333:function:probe:live', {}),
  ];
  expect(results.map(({ result }) => (result as { calls: number }).calls)).toEqual([1, 2, 3]);
  await expect(runner.invoke('other', {})).rejects.toThrow('Function not found: other');
});

test('events that come together get instances of their own', async () => {
  start();
  const outcomes = await Promise.all([1, 2, 3].map(() => runner.invoke('probe', {})));
  expect(new Set(outcomes.map(({ result }) => (result as { pid: number }).pid)).size).toBe(3);
});

test('an error is told by its name and message', async () => {
  start();
  expect((await runner.invoke('probe', { throw: true })).error).toMatchObject({
    errorType: 'Asked',
    errorMessage: 'as asked',
  });
});

test('a process that ends fails the event, and the next one gets a new process', async () => {
  start();
  expect((await runner.invoke('probe', { exit: true })).error?.errorMessage).toContain('exit status 3');
  expect((await runner.invoke('probe', {})).result).toMatchObject({ calls: 1 });
});

test('a function that takes longer than its timeout is stopped', async () => {
  start({}, 0.5);
  expect((await runner.invoke('probe', { hang: true })).error).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringContaining('timed out after 0.50 seconds') as string,
  });
});

test('an injected fault is the outcome, and the function does not run', async () => {
  start({ fault: () => ({ errorType: 'Injected', errorMessage: 'down' }) });
  expect(await runner.invoke('probe', {})).toEqual({
    error: { errorType: 'Injected', errorMessage: 'down' },
  });
});
