import { createRealClock } from '../src';
import { createService, machine, start, task } from '../src/testing';

/**
 * Runs an execution to where one branch is done, one waits and one is in the middle of a job that it has started, says
 * so, and waits to be killed.
 */
function main(dataDir: string): void {
  const service = createService(
    {
      Fast: () => 'fast',
      Slow: async (request) => {
        request.remember('job-1');
        // What happened in this turn is on disk by the next one.
        setImmediate(() => process.stdout.write(`waiting ${request.executionArn}\n`));
        await request.clock.sleep(3_600_000);
      },
    },
    { dataDir, clock: createRealClock() },
  );
  start(
    service,
    machine({
      Set: { Type: 'Pass', Assign: { variable: 'kept' }, Next: 'All' },
      All: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Fast', States: { Fast: task() } },
          { StartAt: 'Before', States: { Before: { Type: 'Wait', Seconds: 1, Next: 'Slow' }, Slow: task() } },
          { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, Output: 'waited', End: true } } },
        ],
        Next: 'Last',
      },
      Last: task({ Arguments: { variable: '{% $variable %}', branches: '{% $states.input %}' }, End: true }),
    }),
  );
}

main(process.argv[2] ?? '');
