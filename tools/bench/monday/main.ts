import {
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { parseArgs } from 'node:util';
import { resources } from '../../../adapters/kubernetes/resources';
import type { ObjectMeta } from '../../../adapters/kubernetes/types';
import { customAttributes } from '../../../core/saml/directory-kinds';
import { functionSpec, type FunctionFile } from '../../../infra/functions';
import { userLabel } from '../../../isolation/contributor';
import { currentIstioApi } from '../../../isolation/istio-api';
import { FunctionRunner, type Served } from '../../../local/region/functions/function-runner';
import { benchUser, makeGrants } from '../resync/population';
import { makeTenants, tenantName, type BenchCluster } from '../support/cluster';
import {
  benchAccount,
  benchDeployment,
  benchRegion,
  startDeployedFunctions,
  type DeployedFunctions,
} from '../support/deployed-functions';
import { loginEvent } from '../support/login-event';
import { atLeast, atMost, printTable, printVerdicts, runBench, say, type Verdict } from '../support/output';
import { percentile, rounded } from '../support/stats';
import { useOf } from './api-server';
import { arrivals, mondayUser, morning, namespacesOf, type Login } from './schedule';
import { seedMorning, sleepUntil, type SeedMorning } from './seed-morning';

/** What the morning came to. */
interface Morning {
  readonly logins: number;
  readonly changedLogins: number;
  readonly coldStarts: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** What the slowest hundredth spent its time in, in milliseconds on average. */
  readonly slowest: { readonly waitedMs: number; readonly startedMs: number; readonly ranMs: number };
  /** 99 of 100 of the logins that met a warm instance, in milliseconds. */
  readonly warmP99Ms: number;
  readonly refused: number;
  /** Of the API server, by its audit log; the resync's included. */
  readonly reads: number;
  readonly writes: number;
  /** Answers of the API server that it is too busy (429). */
  readonly busyAnswers: number;
  readonly resync: { readonly ms: number; readonly failed: boolean };
  readonly apiServer: { readonly cpuSeconds: number; readonly memoryMb: number };
  /** Objects that the directory asks for and the cluster does not have, and the other way round. */
  readonly lost: number;
  readonly wrong: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      users: { type: 'string', default: '2000' },
      namespaces: { type: 'string', default: '1000' },
      minutes: { type: 'string', default: '5' },
      'seed-seconds': { type: 'string', default: '30' },
      arrivals: { type: 'string', default: 'rush' },
      // Lambda starts as many as there are events, each on a processor of its own; here all share the machine's.
      'most-instances': { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
    },
  });
  const [users, namespaces, minutes, seedSeconds] = [
    values.users,
    values.namespaces,
    values.minutes,
    values['seed-seconds'],
  ].map(Number) as [number, number, number, number];
  const comes = arrivals.find((known) => known === values.arrivals);
  const mostInstances = Number(values['most-instances']);
  if (comes === undefined || !(mostInstances >= 1)) {
    throw new Error(`--arrivals ${arrivals.join(' or ')} and --most-instances from 1 are expected`);
  }
  if (!(users >= 10 && namespaces >= 50 && minutes > 0 && minutes <= 60 && seedSeconds >= 0)) {
    throw new Error(
      '--users from 10, --namespaces from 50, --minutes up to 60 and --seed-seconds are expected',
    );
  }
  const before = Array.from({ length: users }, (_, index) => benchUser(index, namespaces));
  const functions = await startDeployedFunctions(before);
  try {
    const { cluster } = functions;
    say(`${namespaces} namespaces and the grants of ${users} users: making them …`);
    await makeTenants(cluster, 0, namespaces);
    await makeGrants(cluster.profileManager, 0, users, namespaces);
    await sleepUntil(performance.now() + 4_000);
    const logins = morning(users, namespaces, minutes, comes);
    say(`${logins.length} logins within ${minutes} minutes …`);
    const ours = await runMorning(functions, logins, { users, namespaces, minutes, mostInstances });
    say(`the algorithm that this replaces, for ${seedSeconds} seconds of the same morning …`);
    const seed = seedSeconds === 0 ? undefined : await seedMorning(cluster, logins, seedSeconds);
    const verdicts = judge(ours);
    if (values.json) process.stdout.write(`${JSON.stringify({ ours, seed, verdicts }, null, 2)}\n`);
    else print(ours, seed, verdicts);
    if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
  } finally {
    await functions.stop();
  }
}

async function runMorning(
  functions: DeployedFunctions,
  logins: readonly Login[],
  size: { users: number; namespaces: number; minutes: number; mostInstances: number },
): Promise<Morning> {
  const { cluster, userPoolId } = functions;
  const { controlPlane } = cluster;
  const runner = startRunner(functions, size.mostInstances);
  const pid = controlPlane.pids['kube-apiserver'] ?? 0;
  const mark = await controlPlane.audit.mark();
  const used = await useOf(pid);
  const times: number[] = [];
  const refused: Login[] = [];
  const login = async (next: Login) => {
    const { user, changed } = next;
    // The directory's answer is in the pool before Cognito calls its trigger.
    if (changed) await putGroups(functions, user.userName, user.groupsAttribute ?? '');
    const beganAt = performance.now();
    const { error } = await runner.runner.invoke('profile-manager', loginEvent(userPoolId, user));
    times.push(performance.now() - beganAt);
    if (error !== undefined) refused.push(next);
  };
  try {
    const startedAt = performance.now();
    const middle = sleepUntil(startedAt + size.minutes * 30_000).then(() => resync(functions, runner.runner));
    const running: Promise<void>[] = [];
    for (const next of logins) {
      await sleepUntil(startedAt + next.atMs);
      running.push(login(next));
    }
    await Promise.all(running);
    const resynced = await middle;
    // Who was refused comes again, as the page says; this is not part of the times.
    for (const { user } of refused)
      await runner.runner.invoke('profile-manager', loginEvent(userPoolId, user));
    const after = await useOf(pid);
    const events = await controlPlane.audit.since(mark);
    const counts = await controlPlane.audit.countSince(mark);
    return {
      logins: logins.length,
      changedLogins: logins.filter(({ changed }) => changed).length,
      coldStarts: runner.started(),
      p50Ms: rounded(percentile(times, 0.5)),
      p99Ms: rounded(percentile(times, 0.99)),
      maxMs: rounded(Math.max(...times)),
      ...partsOf(runner.served.slice(0, logins.length)),
      refused: refused.length,
      reads: counts.reads,
      writes: counts.writes,
      busyAnswers: events.filter(({ code }) => code === 429).length,
      resync: resynced,
      apiServer: {
        cpuSeconds: rounded(after.cpuSeconds - used.cpuSeconds),
        memoryMb: rounded(after.memoryMb),
      },
      ...(await compare(cluster, size)),
    };
  } finally {
    await runner.runner.stop();
  }
}

/** Runs the bundles as Lambda does, up to a bound: an instance handles one event at a time, who finds none idle starts one. */
function startRunner({ bundleOf, environment }: DeployedFunctions, mostInstances: number) {
  const deployed = (file: FunctionFile) => ({
    file,
    name: file,
    arn: `arn:aws:lambda:${benchRegion}:${benchAccount}:function:${file}`,
    assetDir: bundleOf(file),
    handler: 'index.handler',
    environment: {},
    roleArn: '',
    timeoutSeconds: functionSpec(file).timeoutSeconds,
    memoryMb: functionSpec(file).memoryMb,
  });
  let started = 0;
  const served: Served[] = [];
  const runner = new FunctionRunner({
    functions: [deployed('profile-manager'), deployed('reconcile-access')],
    // Asked for once by each instance.
    runtimeEnvironment: ({ name }) => {
      if (name === 'profile-manager') started += 1;
      return { ...environment };
    },
    onLine: () => undefined,
    onServed: (name, parts) => {
      if (name === 'profile-manager') served.push(parts);
    },
    mostInstances,
  });
  return { runner, served, started: () => started };
}

/** What the slowest spent their time in, and how slow the warm ones were. */
function partsOf(served: readonly Served[]): Pick<Morning, 'slowest' | 'warmP99Ms'> {
  const total = ({ waitedMs, startedMs, ranMs }: Served) => waitedMs + startedMs + ranMs;
  const slowest = served.toSorted((a, b) => total(b) - total(a)).slice(0, Math.ceil(served.length / 100));
  const mean = (part: keyof Served) =>
    rounded(slowest.reduce((sum, parts) => sum + parts[part], 0) / Math.max(1, slowest.length));
  const warm = served.filter(({ startedMs }) => startedMs < 1).map(total);
  return {
    slowest: { waitedMs: mean('waitedMs'), startedMs: mean('startedMs'), ranMs: mean('ranMs') },
    warmP99Ms: rounded(percentile(warm, 0.99)),
  };
}

async function putGroups(
  { clients, userPoolId }: DeployedFunctions,
  userName: string,
  groups: string,
): Promise<void> {
  await clients.get(CognitoIdentityProviderClient).send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId: userPoolId,
      Username: userName,
      UserAttributes: [{ Name: customAttributes.groups, Value: groups }],
    }),
  );
}

async function resync({ userPoolId }: DeployedFunctions, runner: FunctionRunner): Promise<Morning['resync']> {
  const deployment = { name: benchDeployment, region: benchRegion, accountId: benchAccount, tags: {} };
  const beganAt = performance.now();
  const { error } = await runner.invoke('reconcile-access', { deployment, userPoolId });
  return { ms: rounded(performance.now() - beganAt), failed: error !== undefined };
}

/** What the cluster holds, object by object, beside what the directory says: written here, not by the engine. */
async function compare(
  { admin }: BenchCluster,
  { users, namespaces }: { users: number; namespaces: number },
): Promise<{ lost: number; wrong: number }> {
  const wanted = new Set<string>();
  for (let index = 0; index < users; index += 1) {
    const { email = '' } = mondayUser(index, namespaces);
    for (const namespace of namespacesOf(index, namespaces)) {
      wanted.add(`binding ${tenantName(namespace)} ${email}`).add(`policy ${tenantName(namespace)} ${email}`);
    }
  }
  const nameOf = (part: string, metadata: ObjectMeta | undefined) =>
    `${part} ${metadata?.namespace ?? ''} ${metadata?.annotations?.['user'] ?? ''}`;
  const query = { labelSelector: userLabel, pageSize: 2_000 };
  const lists = await Promise.all([
    admin.reduceList(resources.roleBindings, query, ({ metadata }) => nameOf('binding', metadata)),
    admin.reduceList(currentIstioApi.type, query, ({ metadata }) => nameOf('policy', metadata)),
  ]);
  const held = lists.flatMap(({ items }) => items);
  const wrong = held.filter((name) => !wanted.delete(name)).length;
  return { lost: wanted.size, wrong };
}

function judge(ours: Morning): Verdict[] {
  return [
    atMost('99 of 100 logins within, ms', ours.p99Ms, 500),
    atMost('logins refused', ours.refused, 0),
    atMost('objects lost afterwards', ours.lost, 0),
    atMost('objects that nobody is granted afterwards', ours.wrong, 0),
    atMost('answers of the API server that it is too busy', ours.busyAnswers, 0),
    atMost('resyncs in the middle that failed', ours.resync.failed ? 1 : 0, 0),
    atLeast('cold starts, so that some were measured', ours.coldStarts, 1),
  ];
}

function print(ours: Morning, seed: SeedMorning | undefined, verdicts: readonly Verdict[]): void {
  const rows: [string, string | number, string | number][] = [
    ['logins', ours.logins, seed?.logins ?? ''],
    ['of them with other groups', ours.changedLogins, ''],
    ['answered within the 5 s that Cognito waits', ours.logins - ours.refused, seed?.inTime ?? ''],
    ['half within, ms', ours.p50Ms, seed?.p50Ms ?? ''],
    ['99 of 100 within, ms', ours.p99Ms, seed?.p99Ms ?? ''],
    ['slowest, ms', ours.maxMs, ''],
    ['of the slowest hundredth: waited for an instance, ms', ours.slowest.waitedMs, ''],
    ['of the slowest hundredth: its instance started, ms', ours.slowest.startedMs, ''],
    ['of the slowest hundredth: the function ran, ms', ours.slowest.ranMs, ''],
    ['99 of 100 of those that met a warm instance, ms', ours.warmP99Ms, ''],
    ['functions started cold', ours.coldStarts, ''],
    ['reads of the API server', ours.reads, seed?.reads ?? ''],
    ['writes', ours.writes, seed?.writes ?? ''],
    ['resync in the middle, ms', ours.resync.ms, ''],
    ['API server: CPU seconds', ours.apiServer.cpuSeconds, ''],
    ['API server: MB', ours.apiServer.memoryMb, ''],
  ];
  printTable(['', 'this', `the seed's algorithm, ${seed?.seconds ?? 0} s of it`], rows);
  printVerdicts(verdicts);
}

runBench(main);
