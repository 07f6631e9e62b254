import { setImmediate } from 'node:timers/promises';
import { createVirtualClock } from 'step-functions-local';
import { Logger } from '@aws-lambda-powertools/logger';
import type { AwsClients } from '../../../adapters/aws/clients';
import { World } from './world';

test('a world at rest waits for work that goes on, and not for what was killed meanwhile', async () => {
  const clock = createVirtualClock();
  const stage = {
    clock,
    // Nothing runs.
    service: undefined as never,
    clients: {} as AwsClients,
    logger: new Logger({ logLevel: 'SILENT' }),
  };
  const world = new World(stage, { deeds: [], members: [], faults: [], clusterFaults: [], seed: 0 });
  const ended: string[] = [];
  const works = Promise.withResolvers<undefined>();
  world.begin(works.promise);
  const killed = world.begin(new Promise(() => undefined));
  const rest = world.rest().then(() => ended.push('rest'));
  killed();
  await setImmediate();
  expect(ended).toEqual([]);
  works.resolve(undefined);
  await rest;
  expect(ended).toEqual(['rest']);
  clock.close();
});
