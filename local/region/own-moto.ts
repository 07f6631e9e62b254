import { join } from 'node:path';
import { startMoto, type Moto } from '../moto/moto';
import type { StopStack } from '../processes/stop-stack';
import type { GatewayOptions } from './gateway/gateway';
import { RequestJournal } from './gateway/journal';
import type { Logs } from './logs';
import type { RegionOptions } from './region-options';

/** Starts moto. One that is still starting when something beside it fails is waited for and stopped, too. */
export async function startOwnMoto(accountId: string, logs: Logs, stops: StopStack): Promise<Moto> {
  const starting = startMoto({
    accountId,
    // As long as it takes to be seen that it is waited for.
    databaseSeconds: 1,
    progress: (line) => {
      logs.write('moto', line);
    },
  });
  stops.defer(async () => {
    const running = await starting.catch(() => undefined);
    await running?.stop();
  });
  return starting;
}

/** The ids of a second region of the account are made up by numbers from here on. */
const sharedSeeds = 1_000_000;

/** Remembers what moto was asked to change, so that a region that comes up again has it. */
export function openJournal(options: RegionOptions, moto: Moto): NonNullable<GatewayOptions['journal']> {
  // moto keeps some resources by their ids alone: the regions of an account must not make up the same ones.
  const firstSeed = options.moto === undefined ? 0 : sharedSeeds;
  const requests = new RequestJournal({
    file: join(options.dir, 'changes.jsonl'),
    seed: (seed) => moto.seed(firstSeed + seed),
  });
  if (requests.size > 0) options.onProgress(`restoring what an earlier run left: ${requests.size} changes`);
  return {
    requests,
    // What the others keep, they keep themselves. Messages are not kept: who asks for one waits for it, and others would
    // wait with him.
    covers: ({ service, operation }) =>
      !['states', 'codebuild', 'sts', 'events', 'cloudformation'].includes(service) &&
      !/^(?:Receive|Delete)Message$/.test(operation),
  };
}
