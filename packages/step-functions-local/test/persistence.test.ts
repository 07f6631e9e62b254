import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRealClock, createVirtualClock, TaskError } from '../src';
import { createService, ended, machine, start, task, types } from '../src/testing';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'step-functions-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

test('an execution of a process that was killed goes on where it stood, and repeats nothing that was done', async () => {
  const script = resolve(__dirname, 'killed-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    cwd: resolve(__dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((done) =>
    child.once('exit', (_code, signal) => {
      done(signal);
    }),
  );
  const arn = await new Promise<string>((found) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = /waiting (\S+)\n/.exec(text);
      if (match?.[1] !== undefined) found(match[1]);
    });
  });
  child.kill('SIGKILL');
  expect(await exited).toBe('SIGKILL');

  const calls: string[] = [];
  const service = createService(
    {
      Fast: () => calls.push('Fast'),
      Slow: (request) => {
        calls.push(`Slow ${JSON.stringify(request.remembered)}`);
        return 'slow';
      },
      Last: (request) => request.arguments,
    },
    { dataDir, clock: createRealClock(1000) },
  );
  const { output, events } = await ended(service, arn);
  expect(output).toEqual({ variable: 'kept', branches: ['fast', 'slow', 'waited'] });
  expect(calls).toEqual(['Slow "job-1"']);
  expect(types(events).filter((type) => type === 'ParallelStateEntered')).toHaveLength(1);
  expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
  service.close();
}, 30_000);

test('a failed execution is redriven by another process', async () => {
  const broken = createService(
    {
      Work: () => {
        throw new TaskError('Broken');
      },
    },
    { dataDir },
  );
  const arn = start(
    broken,
    machine({
      Set: { Type: 'Pass', Assign: { x: 1 }, Next: 'Work' },
      Work: task({ Arguments: '{% $x %}', End: true }),
    }),
  );
  await ended(broken, arn);
  broken.close();

  const mended = createService({ Work: (request) => request.arguments }, { dataDir });
  expect(mended.describeExecution(arn).record.status).toBe('FAILED');
  expect(mended.machines.all()).toHaveLength(1);
  mended.redriveExecution(arn);
  expect((await ended(mended, arn)).output).toBe(1);
  mended.close();

  const later = createService({}, { dataDir });
  expect(later.describeExecution(arn).record).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  expect(types(later.history(arn)).at(-1)).toBe('ExecutionSucceeded');
  later.close();
});

test('a line that was being written when the process died is dropped', async () => {
  const service = createService({}, { dataDir, clock: createVirtualClock() });
  const arn = start(service, machine({ Done: { Type: 'Succeed' } }));
  await ended(service, arn);
  service.close();
  const folder = join(dataDir, 'step-functions');
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '');
  appendFileSync(file, '{"events":[{"id":9');
  const again = createService({}, { dataDir });
  expect(again.history(arn)).toHaveLength(4);
  again.close();
});

test('whatever line of its journal was the last to be written, an execution ends as it would have', async () => {
  const tasks = {
    A: (request: { attempt: number }) => {
      if (request.attempt === 1) throw new TaskError('Flaky');
      return 'a';
    },
    B: () => 'b',
    Each: (request: { mapIndex?: number }) => {
      if (request.mapIndex === 1) throw new TaskError('Odd');
      return 'each';
    },
  };
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: task({ Retry: [{ ErrorEquals: ['Flaky'] }], End: true }) } },
        { StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: 3, Next: 'B' }, B: task() } },
      ],
      Assign: { both: '{% $states.result %}' },
      Next: 'All',
    },
    All: {
      Type: 'Map',
      Items: [1, 2, 3],
      ToleratedFailureCount: 1,
      ItemProcessor: { StartAt: 'Each', States: { Each: task() } },
      Output: { both: '{% $both %}', all: '{% $states.result %}' },
      End: true,
    },
  });
  const whole = createService(tasks, { dataDir });
  const arn = start(whole, definition);
  const { output } = await ended(whole, arn);
  whole.close();
  const folder = join(dataDir, 'step-functions');
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(10);
  for (let kept = 1; kept <= lines.length; kept++) {
    writeFileSync(file, `${lines.slice(0, kept).join('\n')}\n`);
    const service = createService(tasks, { dataDir });
    const resumed = await ended(service, arn);
    expect(resumed.output).toEqual(output);
    expect(resumed.events.map((event) => event.id)).toEqual(resumed.events.map((_, index) => index + 1));
    service.close();
  }
});

test('ended executions leave memory and are read back from disk', async () => {
  const service = createService({ Work: () => 1 }, { dataDir, retainedExecutions: 2 });
  const arns: string[] = [];
  for (let index = 0; index < 5; index++) {
    const arn = start(service, machine({ Work: task() }));
    await ended(service, arn);
    arns.push(arn);
  }
  for (const arn of arns) expect(types(service.history(arn)).at(-1)).toBe('ExecutionSucceeded');
  service.close();
});

test('without a disk the oldest ended executions are forgotten', async () => {
  const service = createService({ Work: () => 1 }, { retainedExecutions: 1 });
  const first = start(service, machine({ Work: task() }));
  await ended(service, first);
  await ended(service, start(service, machine({ Work: task() })));
  expect(() => service.describeExecution(first)).toThrow('Execution Does Not Exist');
});
