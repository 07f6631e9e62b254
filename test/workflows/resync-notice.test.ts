import { EventBus } from '../../local/region/events/bus';
import { ruleNames } from '../../infra/names';
import { synthesizeForTest } from '../infra/synthesis';
import { dryRun } from './dry-run';
import { target } from './samples';

/** What the topic of the stack gets after a resync with these warnings, and what EventBridge could not deliver. */
async function mailed(warnings: readonly string[]): Promise<{ mails: unknown[]; failures: unknown[] }> {
  const run = await dryRun(
    'resync',
    {},
    {
      'List deployments': { deployments: [target], busy: [] },
      'Record resync': { deployment: 'acme', status: 'succeeded', reason: '', warnings },
    },
  );
  expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
  const published = run.events['Publish resync'] as {
    Source: string;
    DetailType: string;
    Detail: Record<string, unknown>;
  };
  const mails: unknown[] = [];
  const failures: unknown[] = [];
  const bus = new EventBus({
    accountId: '111122223333',
    region: 'eu-central-1',
    rules: synthesizeForTest().deployed.rules.filter(({ name }) => name === ruleNames.warning),
    deliver: (_, input) => {
      mails.push(input);
      return Promise.resolve();
    },
    onFailure: (_, error) => failures.push(error),
  });
  bus.put({ source: published.Source, 'detail-type': published.DetailType, detail: published.Detail });
  await bus.settled();
  return { mails, failures };
}

test('people are told of every warning, whatever characters are in it', async () => {
  const { mails, failures } = await mailed([
    'what is assumed of AWS does not hold: groups-encoding ("a\\b"),\nread as one group',
    'the record auth.acme.example was replaced',
  ]);
  expect(failures).toEqual([]);
  expect(mails).toEqual([
    expect.stringContaining(
      "found what needs a look: what is assumed of AWS does not hold: groups-encoding ('a'b'), read as one group; " +
        'the record auth.acme.example was replaced. Runbook',
    ),
  ]);
});

test('a single warning is told, and where there is none nobody is', async () => {
  expect((await mailed(['3 Profiles have no quota'])).mails).toEqual([
    expect.stringContaining('a look: 3 Profiles have no quota. Runbook'),
  ]);
  expect(await mailed([])).toEqual({ mails: [], failures: [] });
});
