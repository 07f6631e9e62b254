import fc from '../../support/fast-check';
import { stories } from './stories';
import { TwoDeployments } from './two-deployments';

/**
 * Whatever provisionings, destroys, resyncs, plans, retries, redrives and stops of two deployments come in whatever order, with
 * logins, changes of the directory and faults in between (docs/adr/0144-schedules-on-a-virtual-clock.md). A change is judged by
 * 200 stories; SCHEDULES is how many are played, as every night. They are played in two halves, for two cores: one draws
 * stories from the seed of the properties, the other from the number after it.
 */
export function playSchedules(half: 'first' | 'second'): void {
  const numRuns = Math.ceil(Number(process.env['SCHEDULES'] ?? 200) / 2);
  const seed = (fc.readConfigureGlobal().seed ?? 0) + (half === 'first' ? 0 : 1);
  const account = new TwoDeployments();
  afterAll(() => {
    account.close();
  });

  test(
    'one execution at a time writes, nothing goes that nobody confirmed, no deployment touches the other, access is what the directory says',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories, async (story) => {
          expect(await account.play(story)).toEqual([]);
        }),
        { numRuns, seed },
      );
    },
    numRuns * 6_000 + 120_000,
  );
}
