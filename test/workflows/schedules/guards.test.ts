import { GrantObjects } from '../../../isolation/grant-objects';
import fc from '../../support/fast-check';
import type { Guard } from './state-work';
import { stories, type Deed, type Story } from './stories';
import { TwoDeployments } from './two-deployments';

/**
 * What guards two deployments, switched off: the schedules must see it. Each has a story that shows it, such as a failure of
 * the property shrinks to; the night (SCHEDULES) looks for one by itself, and has it shrunk.
 */
const isNight = process.env['SCHEDULES'] !== undefined;

const storyOf = (deeds: Story['deeds'], seed: number): Story => ({
  deeds,
  members: [['acme-alpha'], [], []],
  faults: [],
  clusterFaults: [],
  seed,
});
const provision = { do: 'provision', deployment: 0 } as const;
const destroy = { do: 'destroy', deployment: 0, by: 'configuration' } as const;
const logIn: Deed = { do: 'log in', deployment: 0, person: 0, process: 0, killedAt: 0 };

interface Case {
  readonly guard: Guard | 'removals';
  readonly story: Story;
  readonly seen: RegExp;
}
const cases: readonly Case[] = [
  {
    guard: 'the lock',
    story: storyOf(
      [
        { ...provision, after: 0 },
        { ...provision, after: 16 },
      ],
      0,
    ),
    seen: /makes [\w-]+ while .+ has the lock/,
  },
  {
    guard: 'outdated executions',
    // The destroy is refused, since the provisioning was quicker at the lock; a week later somebody redrives it.
    story: storyOf(
      [
        { ...destroy, after: 0 },
        { ...provision, after: 0 },
        { do: 'redrive', which: 0, after: 1_200 },
      ],
      0,
    ),
    seen: /takes away what nobody has confirmed since it was provisioned/,
  },
  {
    guard: 'removals',
    story: storyOf(
      [
        { ...provision, after: 0 },
        { ...logIn, after: 1_200 },
        { do: 'move', person: 0, groups: [], after: 60 },
        { ...logIn, after: 0 },
      ],
      0,
    ),
    seen: /bindings of acme: .*alice@example.com edit alpha.*; and the directory says: $/m,
  },
];

const accounts: TwoDeployments[] = [];
afterEach(() => {
  for (const account of accounts.splice(0)) account.close();
  jest.restoreAllMocks();
});

function accountWithout(guard: Case['guard'] | undefined): TwoDeployments {
  if (guard === 'removals') jest.spyOn(GrantObjects.prototype, 'remove').mockResolvedValue();
  const account = new TwoDeployments(guard === undefined || guard === 'removals' ? {} : { without: guard });
  accounts.push(account);
  return account;
}

test.each(cases)('a story shows that $guard is switched off', async ({ guard, story, seen }) => {
  expect((await accountWithout(guard).play(story)).join('\n')).toMatch(seen);
});

test.each(cases)('the same story is no harm with $guard', async ({ story }) => {
  expect(await accountWithout(undefined).play(story)).toEqual([]);
});

if (isNight)
  test.each(cases.filter(({ guard }) => guard !== 'outdated executions'))(
    'without $guard a schedule fails, and shrinks to a short story',
    async ({ guard }) => {
      const account = accountWithout(guard);
      const { failed, counterexample } = await fc.check(
        fc.asyncProperty(stories, async (story) => {
          expect(await account.play(story)).toEqual([]);
        }),
        { numRuns: 2_000 },
      );
      expect(failed).toBe(true);
      expect(counterexample?.[0].deeds.length).toBeLessThanOrEqual(7);
    },
    900_000,
  );
