import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { pageSize } from '../../../adapters/aws/pool-user';
import { poolPagesPerSecond, userListingQuota } from '../../../adapters/aws/pool-users';
import { makeTenants, startBenchCluster, type BenchCluster } from '../support/cluster';
import { atLeast, atMost, printTable, printVerdicts, runBench, say, type Verdict } from '../support/output';
import { median, rounded } from '../support/stats';
import type { PassOrder, PassResult } from './pass';
import { drift, grantsPerUser, makeGrants } from './population';

interface Row {
  readonly users: number;
  readonly pass: 'nothing changes' | 'repairs drift';
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly reads: number;
  readonly writes: number;
  readonly kept: number;
  readonly created: number;
  readonly repaired: number;
  readonly removed: number;
}

/** What is measured: several sizes, the smallest first. */
interface Plan {
  readonly sizes: readonly number[];
  readonly namespaces: number;
  /** Lists made by the bench, in place of an API server's: for sizes whose objects take hours to make. */
  readonly isGenerated: boolean;
}

/** The limits of a pass: its goal in seconds, and half of the memory of its function (tasks/resync/deployment.ts). */
const limits = { seconds: 60, mb: 512, growthMb: 128 };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      users: { type: 'string', default: '1000,10000' },
      namespaces: { type: 'string', default: '1000' },
      generated: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const sizes = values.users.split(',').map(Number);
  const namespaces = Number(values.namespaces);
  const areGrowing = sizes.every((size, index) => size > (sizes[index - 1] ?? 99));
  if (!sizes.every(Number.isInteger) || !areGrowing || !Number.isInteger(namespaces) || namespaces < 50) {
    throw new Error(
      '--users with growing sizes from 100 and --namespaces from 50 on are expected, such as --users 1000,10000 --namespaces 1000',
    );
  }
  const plan: Plan = { sizes, namespaces, isGenerated: values.generated };
  const folder = await mkdtemp(join(tmpdir(), 'kfe-pass-'));
  const cluster = plan.isGenerated ? undefined : await startBenchCluster();
  try {
    const script = await bundlePass(folder);
    const { rows, broken } =
      cluster === undefined
        ? { rows: await measureGenerated(script, plan), broken: 0 }
        : await measure(cluster, script, plan);
    const verdicts = judge(rows, broken);
    const cognito = sizes.map((users) => ({ users, ...directorySeconds(users) }));
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ ...plan, grantsPerUser, rows, cognito, verdicts }, null, 2)}\n`,
      );
    else print(rows, cognito, verdicts);
    if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
  } finally {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureGenerated(script: string, { sizes, namespaces }: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const users of sizes) {
    say(`${users} users with ${grantsPerUser} grants each, in lists that are generated …`);
    const order = {
      endpoint: 'https://generated',
      caPem: '',
      token: '',
      users,
      namespaces,
      isGenerated: true,
    };
    rows.push(rowOf(users, 'nothing changes', await runPass(script, order)));
  }
  return rows;
}

async function measure(cluster: BenchCluster, script: string, { sizes, namespaces }: Plan) {
  say(`${namespaces} namespaces: making them …`);
  await makeTenants(cluster, 0, namespaces);
  const { endpoint, caPem, adminToken: token } = cluster.controlPlane;
  const pass = (users: number) =>
    runPass(script, { endpoint, caPem, token, users, namespaces, isGenerated: false });
  const rows: Row[] = [];
  let made = 0;
  for (const size of sizes) {
    say(`${size} users with ${grantsPerUser} grants each: making their objects …`);
    for (let to = made; made < size; made = to) {
      to = Math.min(size, made + 5_000);
      await makeGrants(cluster.profileManager, made, to, namespaces);
      if (to < size) say(`… of ${to}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    rows.push(rowOf(size, 'nothing changes', await medianPass(() => pass(size))));
  }
  const users = sizes.at(-1) ?? 0;
  const broken = await drift(cluster.admin, users, namespaces);
  say(`${broken} grants broken: repairing …`);
  rows.push(rowOf(users, 'repairs drift', await pass(users)));
  rows.push(rowOf(users, 'nothing changes', await pass(users)));
  return { rows, broken };
}

/** What Cognito's quota makes of reading the directory, at the pace of the product. */
function directorySeconds(users: number): { pages: number; seconds: number; quotaSeconds: number } {
  const pages = Math.ceil(users / pageSize);
  return {
    pages,
    seconds: rounded(pages / poolPagesPerSecond),
    quotaSeconds: rounded(pages / userListingQuota),
  };
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
async function medianPass(run: () => Promise<PassResult>): Promise<PassResult> {
  const passes: PassResult[] = [];
  for (let pass = 0; pass < 3; pass += 1) passes.push(await run());
  const [first] = passes;
  if (first === undefined) throw new Error('no pass was made');
  return {
    ms: median(passes.map(({ ms }) => ms)),
    cpuMs: median(passes.map(({ cpuMs }) => cpuMs)),
    peakMb: Math.max(...passes.map(({ peakMb }) => peakMb)),
    summary: first.summary,
  };
}

async function runPass(script: string, order: PassOrder): Promise<PassResult> {
  const env = { PATH: process.env['PATH'], PASS_ORDER: JSON.stringify(order) };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  return JSON.parse(stdout) as PassResult;
}

function rowOf(users: number, pass: Row['pass'], { ms, cpuMs, peakMb, summary }: PassResult): Row {
  const { requests, kept, created, repaired, removed } = summary;
  return {
    users,
    pass,
    ms: rounded(ms),
    cpuMs: rounded(cpuMs),
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
  const repair = rows.find(({ pass }) => pass === 'repairs drift');
  const unchanged = rows.filter(({ pass }) => pass === 'nothing changes');
  const still = repair === undefined ? unchanged : unchanged.slice(0, -1);
  const [small, large] = [still[0], still.at(-1)];
  if (small === undefined || large === undefined) return [];
  // Each list is fetched in pages of 2,000 objects; what grows with the users is the pages alone.
  const pages = Math.ceil((large.users * grantsPerUser) / 2_000) * 2;
  const after = unchanged.at(-1);
  return [
    atMost(
      `seconds of a pass that changes nothing, ${large.users} users`,
      rounded(large.ms / 1000),
      limits.seconds,
    ),
    atMost('MB of a pass that changes nothing', large.peakMb, limits.mb),
    atMost(
      `MB more for ${large.users} users than for ${small.users}`,
      rounded(large.peakMb - small.peakMb),
      limits.growthMb,
    ),
    atMost('writes of a pass that changes nothing', large.writes, 0),
    // The other lists have an object for each namespace, or none.
    atMost('reads of a pass that changes nothing (pages and a constant)', large.reads, pages + 12),
    ...(repair === undefined || after === undefined
      ? []
      : [
          atLeast('grants repaired', repair.created + repair.repaired, broken),
          atMost('writes of the pass after the repair', after.writes, 0),
        ]),
  ];
}

function print(
  rows: readonly Row[],
  cognito: readonly { users: number; pages: number; seconds: number; quotaSeconds: number }[],
  verdicts: readonly Verdict[],
): void {
  const head = [
    'users',
    'pass',
    'ms',
    'CPU ms',
    'peak MB',
    'reads',
    'writes',
    'kept',
    'created',
    'repaired',
    'removed',
  ];
  printTable(
    head,
    rows.map((row) => [
      row.users,
      row.pass,
      row.ms,
      row.cpuMs,
      row.peakMb,
      row.reads,
      row.writes,
      row.kept,
      row.created,
      row.repaired,
      row.removed,
    ]),
  );
  printTable(
    [
      'users',
      'pages of Cognito',
      `at ${poolPagesPerSecond} a second, s`,
      `at the quota of ${userListingQuota}, s`,
    ],
    cognito.map(({ users, pages, seconds, quotaSeconds }) => [users, pages, seconds, quotaSeconds]),
  );
  printVerdicts(verdicts);
}

runBench(main);
