/**
 * What the way in costs: requests per second and time of a request for somebody who is logged in, with and without the
 * authorizer (a program that shows a token of the pool is not sent to oauth2-proxy), with and without the policies, and
 * straight at the service, for the dashboard and for a notebook behind its sidecar; and how long a login takes, with its
 * parts and the trigger's share.
 */
import { readFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { functionName } from '../../../core/naming';
import { obtainTokens } from '../../../local/rehearsal/logins';
import { rehearse } from '../../../local/rehearsal';
import type { Region } from '../../../local/region';
import type { RehearsalResult } from '../../../local/rehearsal/result';
import { throughNetwork } from '../../../local/visitor/through-network';
import { Visitor, type Page } from '../../../local/visitor/visitor';
import { printTable, runBench, say } from '../support/output';
import { median, percentile, rounded } from '../support/stats';

interface Row {
  way: string;
  requestsPerSecond: number;
  medianMs: number;
  p99Ms: number;
}

const person = { account: 'ACME\\bench', email: 'bench@acme.example', groups: ['AWS-team-a'] };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { requests: { type: 'string', default: '2000' }, json: { type: 'boolean', default: false } },
  });
  const requests = Number(values.requests);
  if (!Number.isInteger(requests) || requests < 100) throw new Error('--requests from 100 on is expected');
  await rehearse({
    configuration: parse(await readFile('examples/acme.yaml', 'utf8')),
    report: { phase: say, line: () => undefined, step: () => undefined },
    inspect: async (region, result) => {
      const measured = await measure(region, result, requests);
      if (values.json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
      else print(measured);
    },
  });
}

interface Measured {
  rows: Row[];
  /** Medians of ten logins, in milliseconds. */
  logins: Record<string, number>;
}

async function measure(region: Region, result: RehearsalResult, requests: number): Promise<Measured> {
  const mesh = await region.meshes.start(result.deployment);
  region.directories.people.put(person);
  const host = 'kubeflow.ml.acme.example';
  const trigger = timedTrigger(region);
  const logins: Record<string, number[]> = {};
  let visitor = new Visitor(throughNetwork(region.network, region.caPem));
  for (let turn = 0; turn < 10; turn += 1) {
    visitor = new Visitor(throughNetwork(region.network, region.caPem));
    const steps = await timedLogin(visitor, `https://${host}/`);
    for (const [name, ms] of Object.entries(steps)) (logins[name] ??= []).push(ms);
  }
  const notebook = await mesh.notebook('team-a');
  const path = '/notebook/team-a/workspace/';
  const outputs = result.outputs as { userPoolId: string; clientId: string };
  const tokens = await obtainTokens(region, outputs, person.account);
  if ('refused' in tokens) throw new Error(tokens.refused);
  const cookie = await visitor.jar.getCookieString(`https://${host}/`);
  const [gateway] = mesh.targets;
  if (gateway === undefined) throw new Error('there is no gateway');
  const authorization = `Bearer ${tokens.id_token}`;
  const rows: Row[] = [];
  const take = async (way: string, asked: Asked): Promise<void> => {
    say(`${way}: ${requests} requests …`);
    await load({ ...asked, headers: { host, ...asked.headers } }, Math.min(requests, warmUp));
    rows.push({ way, ...(await load({ ...asked, headers: { host, ...asked.headers } }, requests)) });
  };
  await take('dashboard: gateway, policies, authorizer', { ...gateway, path: '/', headers: { cookie } });
  await take('dashboard: gateway, policies', { ...gateway, path: '/', headers: { authorization } });
  await take('notebook: gateway, sidecar, policies, authorizer', { ...gateway, path, headers: { cookie } });
  await take('notebook: gateway, sidecar, policies', { ...gateway, path, headers: { authorization } });
  await withoutPolicies(region, result.deployment);
  await take('dashboard: gateway', { ...gateway, path: '/', headers: { authorization } });
  await take('dashboard: alone', { ...mesh.dashboard.address, path: '/', headers: {} });
  await take('notebook: alone', { ...notebook.program.address, path, headers: {} });
  return {
    rows: rows.sort((a, b) => a.way.localeCompare(b.way)),
    logins: {
      ...Object.fromEntries(Object.entries(logins).map(([name, times]) => [name, rounded(median(times))])),
      [triggerShare]: rounded(median(trigger)),
    },
  };
}

/** So many requests are made before those that are counted. */
const warmUp = 200;
const triggerShare = 'the trigger, of that of Cognito';

/** Takes the time of every call of the trigger, in milliseconds, from now on. */
function timedTrigger({ faults }: Region): number[] {
  const times: number[] = [];
  const name = functionName('profile-manager');
  let began = 0;
  faults.function = (called) => {
    if (called === name) began = performance.now();
    return undefined;
  };
  faults.answer = (called) => {
    if (called === name) times.push(performance.now() - began);
    return undefined;
  };
  return times;
}

/**
 * Takes every policy out of the cluster; who it is is read from tokens as before. Those of a tenant come back by the profile
 * controller, so that only what is not a tenant's is measured without.
 */
async function withoutPolicies(region: Region, deployment: string): Promise<void> {
  const cluster = region.clusters.find(deployment);
  const kind = 'authorizationpolicies.security.istio.io';
  await cluster?.kubectl(['delete', kind, '--all', '--all-namespaces']);
  await delay(untilEnvoyKnowsMs);
}

/** istiod tells a change after 20 ms (`local/mesh/istiod.ts`). */
const untilEnvoyKnowsMs = 3000;

/** A login step by step, each from its request to its answer, in milliseconds. */
async function timedLogin(visitor: Visitor, url: string): Promise<Record<string, number>> {
  const steps: Record<string, number> = {};
  const timed = async (name: string, work: () => Promise<Page>): Promise<Page> => {
    const began = performance.now();
    const page = await work();
    steps[name] = performance.now() - began;
    return page;
  };
  const signIn = await timed('to the page of the directory', () => visitor.visit(url));
  const cognito = await timed('sign in, and the assertion', () =>
    visitor.visit(signIn.url, {
      method: 'POST',
      body: new URLSearchParams({ UserName: person.account }).toString(),
      follow: false,
    }),
  );
  const field = (name: string): string =>
    (new RegExp(`name="${name}" value="([^"]*)"`).exec(cognito.text)?.[1] ?? '').replace(
      /&#(\d+);/g,
      (_, code) => String.fromCharCode(Number(code)),
    );
  const action = /action="([^"]*)"/.exec(cognito.text)?.[1] ?? '';
  const code = await timed('Cognito, with the trigger', () =>
    visitor.visit(
      action.replace(/&#(\d+);/g, (_, each) => String.fromCharCode(Number(each))),
      {
        method: 'POST',
        body: new URLSearchParams({
          SAMLResponse: field('SAMLResponse'),
          RelayState: field('RelayState'),
        }).toString(),
        follow: false,
      },
    ),
  );
  await timed('the code for a session, and the page', () =>
    visitor.visit(code.headers.get('location') ?? ''),
  );
  return steps;
}

/** What is asked again and again. */
interface Asked {
  host: string;
  port: number;
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** One request. */
async function statusOf({ host, port, path, headers }: Asked, agent?: Agent): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    httpRequest({ ...(agent !== undefined && { agent }), host, port, path, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Eight requests at a time over connections that are kept. */
async function load(asked: Asked, requests: number): Promise<Omit<Row, 'way'>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const times: number[] = [];
  let left = requests;
  const one = async (): Promise<void> => {
    const began = performance.now();
    const status = await statusOf(asked, agent);
    if (status !== 200) throw new Error(`the answer was ${status}`);
    times.push(performance.now() - began);
  };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await one();
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return {
    requestsPerSecond: Math.round(requests / seconds),
    medianMs: rounded(median(times)),
    p99Ms: rounded(percentile(times, 0.99)),
  };
}

function print({ rows, logins }: Measured): void {
  const alone = (way: string): number =>
    rows.find((row) => row.way === `${way.split(':')[0] ?? ''}: alone`)?.medianMs ?? 0;
  printTable(
    ['way', 'requests/s', 'median ms', 'added ms', '99 of 100 ms'],
    rows.map(({ way, requestsPerSecond, medianMs, p99Ms }) => [
      way,
      String(requestsPerSecond),
      String(medianMs),
      String(rounded(medianMs - alone(way))),
      String(p99Ms),
    ]),
  );
  const whole = Object.entries(logins).reduce(
    (sum, [name, ms]) => (name === triggerShare ? sum : sum + ms),
    0,
  );
  printTable(
    ['a login', 'median ms'],
    [
      ...Object.entries(logins).map(([name, ms]) => [name, String(ms)]),
      ['altogether', String(rounded(whole))],
    ],
  );
}

runBench(main);
