import { RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { Chaos } from '../../local/region';
import { useRegion } from '../support/region';
import { differences, whatIsThere } from '../support/what-is-there';

const region = useRegion();

/** Chosen among the first: faults of many kinds, a killed build among them. */
const seed = 42;

test('a provisioning under passing faults ends as one without, with nothing twice and nothing left over', async () => {
  const { start, finish, clients, document, region: local } = region();
  const before = await whatIsThere(region());
  const chaos = new Chaos(seed);
  Object.assign(local.faults, chaos.faults);

  const executionArn = await start('provision', document);
  let end = await finish(executionArn);
  let redrives = 0;
  for (; end.execution.status === 'FAILED' && redrives < 4; redrives += 1) {
    chaos.redriven();
    await clients.get(SFNClient).send(new RedriveExecutionCommand({ executionArn }));
    end = await finish(executionArn);
  }
  chaos.ended();
  chaos.rest();

  expect({ status: end.execution.status, error: end.execution.error }).toEqual({ status: 'SUCCEEDED' });
  expect(chaos.met.length).toBeGreaterThan(5);
  expect(new Set(chaos.met.map(({ kind }) => kind)).size).toBeGreaterThan(3);
  expect(chaos.met.filter(({ recovery }) => recovery === undefined)).toEqual([]);

  // The same again, with no faults, has nothing to change; and what destroy leaves is what there was before.
  const made = await whatIsThere(region());
  expect(made['userPools']).toHaveLength(1);
  const { execution: again } = await finish(await start('provision', document));
  expect(again.status).toBe('SUCCEEDED');
  expect(differences(made, await whatIsThere(region()))).toEqual([]);
  const { execution: gone } = await finish(await start('destroy', document));
  expect(gone.status).toBe('SUCCEEDED');
  expect(differences(before, await whatIsThere(region()))).toEqual([]);
}, 900_000);
