import { parseArgs } from 'node:util';
import { makeTenants, startBenchCluster } from '../support/cluster';
import { atLeast, atMost, printTable, printVerdicts, runBench, say, type Verdict } from '../support/output';
import { rounded } from '../support/stats';
import { measureColdStart, type ColdStart } from './cold-start';
import {
  measureGain,
  measureRawReads,
  measureSeedGain,
  measureSeedUnchanged,
  measureUnchanged,
  type Measured,
} from './measure';

/** Grants that the measured login gains, where there are as many namespaces. */
const gainedGrants = 20;

interface Row {
  readonly namespaces: number;
  readonly unchanged: Measured;
  readonly seedUnchanged: Measured;
  readonly unchangedRatio: number;
  /** An unchanged login and its two reads alone, in turn, in milliseconds. */
  readonly limit: { readonly loginMs: number; readonly readsMs: number };
  readonly gained: number;
  readonly gain: Measured;
  readonly seedGain: Measured;
  readonly gainRatio: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      namespaces: { type: 'string', default: '10,100,1000' },
      rounds: { type: 'string', default: '101' },
      json: { type: 'boolean', default: false },
    },
  });
  const sizes = values.namespaces.split(',').map(Number);
  if (sizes.some((size, index) => !Number.isInteger(size) || size < 5 || size <= (sizes[index - 1] ?? 0))) {
    throw new Error(
      `--namespaces ${values.namespaces}: rising whole numbers from 5 on are expected, such as 10,100,1000`,
    );
  }
  const rounds = Number(values.rounds);
  say('cold start of the deployed bundle …');
  const coldStart = await measureColdStart();
  const rows = await measureSizes(sizes, rounds);
  const verdicts = judge(rows, coldStart);
  if (values.json) process.stdout.write(`${JSON.stringify({ rows, coldStart, verdicts }, null, 2)}\n`);
  else print(rows, coldStart, verdicts);
  if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
}

async function measureSizes(sizes: readonly number[], rounds: number): Promise<Row[]> {
  const cluster = await startBenchCluster();
  const rows: Row[] = [];
  try {
    let made = 0;
    for (const namespaces of sizes) {
      say(`${namespaces} namespaces: making them …`);
      await makeTenants(cluster, made, namespaces);
      made = namespaces;
      // The API server's caches and the collector of garbage come to rest.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      const gained = Math.min(gainedGrants, namespaces);
      say(`${namespaces} namespaces: measuring …`);
      const unchanged = await measureUnchanged(cluster.profileManager, rounds);
      const limit = await measureRawReads(cluster.profileManager, rounds);
      const gain = await measureGain(cluster.profileManager, gained, Math.ceil(rounds / 14));
      const seedUnchanged = await measureSeedUnchanged(cluster.admin, 3);
      const seedGain = await measureSeedGain(cluster.admin, gained, 3);
      rows.push({
        namespaces,
        unchanged,
        seedUnchanged,
        unchangedRatio: rounded(seedUnchanged.ms / unchanged.ms),
        limit,
        gained,
        gain,
        seedGain,
        gainRatio: rounded(seedGain.ms / gain.ms),
      });
    }
  } finally {
    await cluster.stop();
  }
  return rows;
}

/** What the profile manager is held to. Ratios are asked for at 1,000 namespaces, and growth from 10 to 1,000. */
function judge(rows: readonly Row[], coldStart: ColdStart): Verdict[] {
  const verdicts = rows.flatMap(({ namespaces, unchanged, limit, gain, gained }) => [
    atMost(`reads of a login that changes nothing, ${namespaces} namespaces`, unchanged.requests.read, 3),
    atMost(`writes of a login that changes nothing, ${namespaces} namespaces`, unchanged.requests.write, 0),
    atMost(
      `a login that changes nothing over its two reads alone, ${namespaces} namespaces`,
      rounded(limit.loginMs / limit.readsMs),
      2,
    ),
    atMost(`reads of a login that gains ${gained} grants, ${namespaces} namespaces`, gain.requests.read, 3),
    atMost(
      `writes of a login that gains ${gained} grants, ${namespaces} namespaces`,
      gain.requests.write,
      2 * gained,
    ),
  ]);
  const large = rows.find(({ namespaces }) => namespaces >= 1000);
  const small = rows[0];
  if (large !== undefined) {
    const at = `at ${large.namespaces} namespaces`;
    verdicts.push(atLeast(`times faster than the seed, nothing changes, ${at}`, large.unchangedRatio, 50));
    verdicts.push(
      atLeast(`times faster than the seed, ${large.gained} grants gained, ${at}`, large.gainRatio, 20),
    );
    if (small !== undefined && small !== large) {
      const growth = rounded(large.unchanged.ms / small.unchanged.ms);
      verdicts.push(atMost(`times slower ${at} than at ${small.namespaces}, nothing changes`, growth, 2));
    }
  }
  verdicts.push(atMost('cold start to the first answer, ms', coldStart.ms, 1000));
  verdicts.push(atMost('size of the bundle, bytes', coldStart.bundleBytes, 1_000_000));
  return verdicts;
}

function print(rows: readonly Row[], coldStart: ColdStart, verdicts: readonly Verdict[]): void {
  const cell = ({ ms, requests }: Measured) => `${ms} ms (${requests.read} r, ${requests.write} w)`;
  printTable(
    ['namespaces', 'unchanged', 'its reads alone', 'seed', 'ratio', 'gain', 'seed', 'ratio'],
    rows.map((row) => [
      row.namespaces,
      cell(row.unchanged),
      `${row.limit.readsMs} ms`,
      cell(row.seedUnchanged),
      row.unchangedRatio,
      cell(row.gain),
      cell(row.seedGain),
      row.gainRatio,
    ]),
  );
  process.stdout.write(`cold start ${coldStart.ms} ms, bundle ${coldStart.bundleBytes} bytes\n`);
  printVerdicts(verdicts);
}

runBench(main);
