import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { makeTenants, startBenchCluster, type BenchCluster } from '../support/cluster';
import { atLeast, atMost, printTable, printVerdicts, runBench, say, type Verdict } from '../support/output';
import { median, rounded } from '../support/stats';
import type { PassOrder, PassResult } from './pass';
import { drift, grantsPerUser, makeGrants } from './population';

interface Row {
  readonly users: number;
  readonly pass: 'nothing changes' | 'repairs drift';
  readonly ms: number;
  readonly peakMb: number;
  readonly reads: number;
  readonly writes: number;
  readonly kept: number;
  readonly created: number;
  readonly repaired: number;
  readonly removed: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      users: { type: 'string', default: '10000' },
      namespaces: { type: 'string', default: '1000' },
      json: { type: 'boolean', default: false },
    },
  });
  const users = Number(values.users);
  const namespaces = Number(values.namespaces);
  if (!Number.isInteger(users) || users < 100 || !Number.isInteger(namespaces) || namespaces < 50) {
    throw new Error(
      '--users from 100 and --namespaces from 50 on are expected, such as --users 10000 --namespaces 1000',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'kfe-pass-'));
  const cluster = await startBenchCluster();
  try {
    const { rows, broken } = await measure(cluster, await bundlePass(folder), users, namespaces);
    const verdicts = judge(rows, broken);
    if (values.json)
      process.stdout.write(`${JSON.stringify({ namespaces, grantsPerUser, rows, verdicts }, null, 2)}\n`);
    else print(rows, verdicts);
    if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(cluster: BenchCluster, script: string, users: number, namespaces: number) {
  say(`${namespaces} namespaces: making them …`);
  await makeTenants(cluster, 0, namespaces);
  const small = Math.max(100, Math.floor(users / 10));
  const rows: Row[] = [];
  let made = 0;
  for (const size of [small, users]) {
    say(`${size} users with ${grantsPerUser} grants each: making their objects …`);
    await makeGrants(cluster.profileManager, made, size, namespaces);
    made = size;
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    rows.push(rowOf(size, 'nothing changes', await medianPass(cluster, script, size, namespaces)));
  }
  const broken = await drift(cluster.admin, users, namespaces);
  say(`${broken} grants broken: repairing …`);
  rows.push(rowOf(users, 'repairs drift', await runPass(cluster, script, users, namespaces)));
  rows.push(rowOf(users, 'nothing changes', await runPass(cluster, script, users, namespaces)));
  return { rows, broken };
}

/** One file for the pass, as one that deploys: what it takes to compile the sources is nobody's resync. */
async function bundlePass(folder: string): Promise<string> {
  const outfile = join(folder, 'pass.js');
  await build({
    entryPoints: [join(__dirname, 'pass.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
  });
  return outfile;
}

/** Three passes that change nothing: the time in the middle, the largest memory. */
async function medianPass(
  cluster: BenchCluster,
  script: string,
  users: number,
  namespaces: number,
): Promise<PassResult> {
  const passes: PassResult[] = [];
  for (let pass = 0; pass < 3; pass += 1) passes.push(await runPass(cluster, script, users, namespaces));
  const [first] = passes;
  if (first === undefined) throw new Error('no pass was made');
  return {
    ms: median(passes.map(({ ms }) => ms)),
    peakMb: Math.max(...passes.map(({ peakMb }) => peakMb)),
    summary: first.summary,
  };
}

async function runPass(
  { controlPlane }: BenchCluster,
  script: string,
  users: number,
  namespaces: number,
): Promise<PassResult> {
  const { endpoint, caPem, adminToken: token } = controlPlane;
  const order: PassOrder = { endpoint, caPem, token, users, namespaces };
  const env = { PATH: process.env['PATH'], PASS_ORDER: JSON.stringify(order) };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  return JSON.parse(stdout) as PassResult;
}

function rowOf(users: number, pass: Row['pass'], { ms, peakMb, summary }: PassResult): Row {
  const { requests, kept, created, repaired, removed } = summary;
  return {
    users,
    pass,
    ms: rounded(ms),
    peakMb: rounded(peakMb),
    reads: requests.read,
    writes: requests.write,
    kept,
    created,
    repaired,
    removed,
  };
}

function judge(rows: readonly Row[], broken: number): Verdict[] {
  const [small, large, repair, after] = rows;
  if (small === undefined || large === undefined || repair === undefined || after === undefined) return [];
  // Each list is fetched in pages of 2,000 objects; what grows with the users is the pages alone.
  const pages = Math.ceil((large.users * grantsPerUser) / 2_000) * 2;
  return [
    atMost(`seconds of a pass that changes nothing, ${large.users} users`, rounded(large.ms / 1000), 15),
    atMost('MB of a pass that changes nothing', large.peakMb, 512),
    atMost('writes of a pass that changes nothing', large.writes, 0),
    atMost('reads of a pass that changes nothing (pages and a constant)', large.reads, pages + 6),
    atLeast('grants repaired', repair.created + repair.repaired, broken),
    atMost('writes of the pass after the repair', after.writes, 0),
    atMost(`growth from ${small.users} to ${large.users} users`, rounded(large.ms / small.ms), 12),
  ];
}

function print(rows: readonly Row[], verdicts: readonly Verdict[]): void {
  printTable(
    ['users', 'pass', 'ms', 'peak MB', 'reads', 'writes', 'kept', 'created', 'repaired', 'removed'],
    rows.map((row) => [
      row.users,
      row.pass,
      row.ms,
      row.peakMb,
      row.reads,
      row.writes,
      row.kept,
      row.created,
      row.repaired,
      row.removed,
    ]),
  );
  printVerdicts(verdicts);
}

runBench(main);
