import fc from './fast-check';
import {
  createRealClock,
  createVirtualClock,
  TaskError,
  type Clock,
  type HistoryEvent,
  type StepFunctions,
  type TaskRequest,
} from '../src';
import { createService, ended, start } from '../src/testing';
import { definitions } from './generated';

/** A service whose tasks take the seconds that their arguments say, and fail where the test says. */
function serviceWith(
  clock: Clock,
  fail: (call: string, count: number) => boolean = () => false,
): { service: StepFunctions; calls: string[]; succeeded: string[] } {
  const calls: string[] = [];
  const succeeded: string[] = [];
  const work = async (request: TaskRequest): Promise<unknown> => {
    const { name, seconds } = request.arguments as { name: string; seconds: number };
    const call = `${name}@${request.mapIndex ?? ''}`;
    calls.push(call);
    const count = calls.length;
    await request.clock.sleep(seconds * 1000);
    if (fail(call, count)) throw new TaskError('Injected');
    succeeded.push(`${call}${request.executionArn}`);
    return { call };
  };
  const service = createService({}, { clock, integrations: { call: work } });
  return { service, calls, succeeded };
}

const input = { after: 'the start' };

describe('a run that fails at any task and is redriven', () => {
  test('ends as the run without the fault did, and runs no task that succeeded twice', async () => {
    await fc.assert(
      fc.asyncProperty(definitions, fc.nat(), async (definition, choice) => {
        const undisturbed = serviceWith(createVirtualClock());
        const expected = await ended(undisturbed.service, start(undisturbed.service, definition, input));
        expect(expected.record.status).toBe('SUCCEEDED');

        const victim = (choice % undisturbed.calls.length) + 1;
        const disturbed = serviceWith(createVirtualClock(), (_call, count) => count === victim);
        const arn = start(disturbed.service, definition, input);
        expect((await ended(disturbed.service, arn)).record.status).toBe('FAILED');
        disturbed.service.redriveExecution(arn);
        const redriven = await ended(disturbed.service, arn);

        expect(redriven.record.status).toBe('SUCCEEDED');
        expect(redriven.output).toEqual(expected.output);
        expect(counted(disturbed.succeeded)).toEqual(counted(undisturbed.succeeded));
        expect(closings(redriven.events)).toEqual(closings(expected.events));
        expectWellFormed(redriven.events);
      }),
      { numRuns: 150 },
    );
  });

  test('holds for several faults, each redriven', async () => {
    await fc.assert(
      fc.asyncProperty(
        definitions,
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
        async (definition, faults) => {
          const undisturbed = serviceWith(createVirtualClock());
          const expected = await ended(undisturbed.service, start(undisturbed.service, definition, input));
          const disturbed = serviceWith(createVirtualClock(), (_call, count) => faults.includes(count));
          const arn = start(disturbed.service, definition, input);
          let result = await ended(disturbed.service, arn);
          for (let redrives = 0; result.record.status === 'FAILED' && redrives <= faults.length; redrives++) {
            disturbed.service.redriveExecution(arn);
            result = await ended(disturbed.service, arn);
          }
          expect(result.output).toEqual(expected.output);
          expect(counted(disturbed.succeeded)).toEqual(counted(undisturbed.succeeded));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('clocks', () => {
  test('real and virtual time give the same history', async () => {
    await fc.assert(
      fc.asyncProperty(definitions, async (definition) => {
        const virtual = serviceWith(createVirtualClock());
        const real = serviceWith(createRealClock(2000));
        const [one, other] = await Promise.all(
          [virtual, real].map(({ service }) => ended(service, start(service, definition, input))),
        );
        real.service.close();
        expect(branchwise(other?.events ?? [])).toEqual(branchwise(one?.events ?? []));
        expect(other?.output).toEqual(one?.output);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test('virtual time gives the same history to the last id and time for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(definitions, async (definition) => {
        const histories: unknown[] = [];
        for (let round = 0; round < 2; round++) {
          const { service } = serviceWith(createVirtualClock());
          histories.push((await ended(service, start(service, definition, input))).events);
        }
        expect(histories[0]).toEqual(histories[1]);
      }),
      { numRuns: 30 },
    );
  });
});

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  // The execution's name ends in a number that differs from run to run.
  for (const name of names.map((text) => text.replace(/arn:.*/, ''))) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** How often each state was left, and each iteration succeeded: once for each time the run without a fault did. */
function closings(events: readonly HistoryEvent[]): Record<string, number> {
  const closed = events.filter(
    ({ type }) => type.endsWith('StateExited') || type === 'MapIterationSucceeded',
  );
  return counted(
    closed.map(({ type, details }) => `${type} ${JSON.stringify([details?.['name'], details?.['index']])}`),
  );
}

function expectWellFormed(events: readonly HistoryEvent[]): void {
  events.forEach((event, index) => {
    expect(event.id).toBe(index + 1);
    expect(event.previousEventId).toBeLessThan(event.id);
  });
}

/** A history as a tree of what follows what, the order of branches left out: two that are due together may be swapped. */
function branchwise(events: readonly HistoryEvent[]): string[] {
  const paths = new Map<number, string>([[0, '']]);
  const result: string[] = [];
  for (const event of events) {
    // Where a Parallel or Map goes on from the branch that was last, and where an iteration takes a free place.
    const rootless = /^(Parallel|Map)State(Succeeded|Exited)|^MapIterationStarted/.test(event.type);
    const name = event.details?.['name'];
    const index = event.details?.['index'];
    const own = `${event.type} ${typeof name === 'string' ? name : ''}${typeof index === 'number' ? index : ''}`;
    const path = rootless ? own : `${paths.get(event.previousEventId) ?? ''}/${own}`;
    paths.set(event.id, path);
    result.push(`${path} ${JSON.stringify(event.details ?? {})}`);
  }
  return result.sort();
}
