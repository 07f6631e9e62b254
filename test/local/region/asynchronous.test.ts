import type { Outcome } from '../../../local/region/functions/instance';
import { invokeAsynchronously } from '../../../local/region/functions/asynchronous';

const failed: Outcome = { error: { errorType: 'AwsTransient', errorMessage: 'not yet' } };

/** A runner whose calls end one after the other as said. */
function runnerOf(outcomes: Outcome[]) {
  const events: unknown[] = [];
  return {
    events,
    runner: {
      invoke: async (_name: string, event: unknown): Promise<Outcome> => {
        events.push(event);
        return Promise.resolve(outcomes.shift() ?? failed);
      },
    },
  };
}

test.each<[string, Outcome[], number, boolean]>([
  ['that succeeds is called once', [{ result: 'done' }], 1, true],
  ['that fails twice is called until it succeeds', [failed, failed, { result: 'done' }], 3, true],
  ['that always fails is given up after the third call', [], 3, false],
])('a function %s', async (_what, outcomes, calls, succeeds) => {
  const { events, runner } = runnerOf(outcomes);
  const outcome = await invokeAsynchronously(runner, 'failure-recorder', { detail: 1 });
  expect(events).toEqual(Array.from({ length: calls }, () => ({ detail: 1 })));
  expect(outcome.error === undefined).toBe(succeeds);
});
