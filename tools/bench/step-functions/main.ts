import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createStepFunctions,
  createVirtualClock,
  seededRandom,
  type TaskRequest,
} from 'step-functions-local';
import { defined } from '../../../core/defined';

/**
 * How fast the local Step Functions is on the virtual clock, and whether it forgets what has ended.
 *
 *     node --expose-gc --import tsx tools/bench/step-functions/main.ts
 */

/** Thirty states in three kinds: ten tasks, ten waits, ten passes with expressions; a minute and a half each. */
function thirtyStates(): Record<string, unknown> {
  const states: Record<string, unknown> = {};
  for (let index = 0; index < 30; index++) {
    const next = index === 29 ? { End: true } : { Next: `state ${index + 1}` };
    states[`state ${index}`] = [
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'f', Payload: { n: '{% $states.input.n %}' } },
        Output: { n: '{% $states.result.n + 1 %}' },
      },
      { Type: 'Wait', Seconds: '{% 5 + $states.input.n %}' },
      {
        Type: 'Pass',
        Assign: { last: '{% $states.input %}' },
        Output: '{% $merge([$states.input, {"seen": true}]) %}',
      },
    ].map((state) => ({ ...state, ...next }))[index % 3];
  }
  return { QueryLanguage: 'JSONata', StartAt: 'state 0', States: states };
}

interface Result {
  readonly seconds: number;
  readonly succeeded: number;
  readonly tasks: number;
  readonly events: number;
}

/** Starts executions in groups that run at the same time, and waits for each group. */
async function measure(
  count: number,
  together: number,
  dataDir?: string,
  between?: () => void,
): Promise<Result> {
  let tasks = 0;
  let events = 0;
  const service = createStepFunctions({
    accountId: '111122223333',
    region: 'eu-central-1',
    clock: createVirtualClock(),
    random: seededRandom(1),
    retainedExecutions: 200,
    onHistoryEvent: () => events++,
    ...defined({ dataDir }),
    integrations: {
      call: (request: TaskRequest) => {
        tasks++;
        return Promise.resolve((request.arguments as { Payload: unknown }).Payload);
      },
    },
  });
  const { arn } = service.createStateMachine({
    name: 'bench',
    definition: JSON.stringify(thirtyStates()),
    roleArn: 'arn:aws:iam::111122223333:role/bench',
  });
  let succeeded = 0;
  const begin = performance.now();
  for (let done = 0; done < count; done += together) {
    const started = Array.from({ length: Math.min(together, count - done) }, () =>
      service.startExecution({ stateMachineArn: arn, input: '{"n":0}' }),
    );
    const ended = await Promise.all(started.map((record) => service.whenEnded(record.arn)));
    succeeded += ended.filter((record) => record.status === 'SUCCEEDED').length;
    between?.();
  }
  const seconds = (performance.now() - begin) / 1000;
  service.close();
  return { seconds, succeeded, tasks, events };
}

/** Megabytes in use after a collection. */
function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function report(what: string, { seconds, succeeded, tasks, events }: Result): void {
  say(`${what}: ${seconds.toFixed(2)} s, ${succeeded} succeeded, ${tasks} task calls, ${events} events`);
}

async function main(): Promise<void> {
  report('1,000 executions of 30 states at once, in memory', await measure(1000, 1000));
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-step-functions-'));
  try {
    report('1,000 executions of 30 states at once, on disk  ', await measure(1000, 1000, dataDir));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  const sizes: number[] = [];
  let groups = 0;
  report(
    '10,000 executions, 100 at once                  ',
    await measure(10_000, 100, undefined, () => {
      if (++groups % 10 === 0) sizes.push(heap());
    }),
  );
  say(`heap after each thousand, MB: ${sizes.join(' ')}`);
}

void main();
