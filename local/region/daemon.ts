/**
 * The process of a region that stays up (`local up`): it serves until it is told to end, and says on standard output,
 * one JSON document a line, what it is doing.
 */
import { setInterval } from 'node:timers';
import { messageOf } from '../../core/errors';
import { productVersion } from '../../core/product-version';
import { operator } from './operator';
import { startRegion } from './start-region';
import { publishConnection, withdrawConnection } from './connection';

/** What the daemon tells the process that started it. */
export type DaemonMessage =
  { progress: string; isPassing?: boolean } | { ready: string } | { failed: string };

/** How it is to run; given as JSON in its only argument. */
export interface DaemonOptions {
  dir: string;
  accountId: string;
  region: string;
  clock: 'virtual' | 'real';
  port?: number;
}

function send(message: DaemonMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function main(options: DaemonOptions): Promise<void> {
  // Who started it goes away; what it would still say then goes nowhere.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const region = await startRegion({
    ...options,
    // It is to take any configuration; roles of namespaces under this path.
    context: { archiveBuckets: '*', namespaceRolePaths: '/kubeflow-teams/' },
    onProgress: (progress, isPassing) => {
      send({ progress, ...(isPassing === true ? { isPassing } : {}) });
    },
  });
  publishConnection({
    endpoint: region.gateway.endpoint,
    region: options.region,
    accountId: options.accountId,
    credentials: operator,
    pid: process.pid,
    dir: options.dir,
    startedAt: new Date().toISOString(),
    clock: options.clock,
    version: productVersion,
  });
  const alive = setInterval(() => undefined, 60_000);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    clearInterval(alive);
    withdrawConnection(process.pid);
    void region.stop().then(() => {
      process.exit(0);
    });
  };
  // Not `once`: libraries that watch for signals, too, end the process where they find no other listener any more.
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  send({ ready: region.gateway.endpoint });
}

main(JSON.parse(process.argv[2] ?? '{}') as DaemonOptions).catch((error: unknown) => {
  send({ failed: messageOf(error) });
  process.exit(1);
});
