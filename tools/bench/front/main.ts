/**
 * What the way in costs: requests per second and time of a request for somebody who is logged in, with the authorizer and
 * without it (a program that shows a token of the pool is not sent to oauth2-proxy), and straight at the service; and how
 * long a login takes, with its parts.
 */
import { readFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { obtainTokens } from '../../../local/rehearsal/logins';
import { rehearse } from '../../../local/rehearsal';
import type { Region } from '../../../local/region';
import type { RehearsalResult } from '../../../local/rehearsal/result';
import { throughNetwork } from '../../../local/visitor/through-network';
import { Visitor, type Page } from '../../../local/visitor/visitor';
import { printTable, runBench, say } from '../support/output';
import { median, rounded } from '../support/stats';

interface Row {
  way: string;
  requestsPerSecond: number;
  medianMs: number;
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
      const { rows, logins } = await measure(region, result, requests);
      if (values.json) process.stdout.write(`${JSON.stringify({ rows, logins }, null, 2)}\n`);
      else print(rows, logins);
    },
  });
}

async function measure(
  region: Region,
  result: RehearsalResult,
  requests: number,
): Promise<{ rows: Row[]; logins: Record<string, number> }> {
  const mesh = await region.meshes.start(result.deployment);
  region.directories.people.put(person);
  const host = 'kubeflow.ml.acme.example';
  const logins: Record<string, number[]> = {};
  let visitor = new Visitor(throughNetwork(region.network, region.caPem));
  for (let turn = 0; turn < 10; turn += 1) {
    visitor = new Visitor(throughNetwork(region.network, region.caPem));
    const steps = await timedLogin(visitor, `https://${host}/`);
    for (const [name, ms] of Object.entries(steps)) (logins[name] ??= []).push(ms);
  }
  const outputs = result.outputs as { userPoolId: string; clientId: string };
  const tokens = await obtainTokens(region, outputs, person.account);
  if ('refused' in tokens) throw new Error(tokens.refused);
  const cookie = await visitor.jar.getCookieString(`https://${host}/`);
  const [gateway] = mesh.targets;
  if (gateway === undefined) throw new Error('there is no gateway');
  const ways: [way: string, address: { host: string; port: number }, headers: Record<string, string>][] = [
    ['through the gateway with the authorizer', gateway, { cookie }],
    ['through the gateway with a token of the pool', gateway, { authorization: `Bearer ${tokens.id_token}` }],
    ['the service alone', mesh.dashboard.address, {}],
  ];
  const rows: Row[] = [];
  for (const [way, address, headers] of ways) {
    say(`${way}: ${requests} requests …`);
    rows.push({ way, ...(await load(address, { host, ...headers }, requests)) });
  }
  return {
    rows,
    logins: Object.fromEntries(Object.entries(logins).map(([name, times]) => [name, rounded(median(times))])),
  };
}

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

/** Eight requests at a time over connections that are kept. */
async function load(
  { host, port }: { host: string; port: number },
  headers: Record<string, string>,
  requests: number,
): Promise<Omit<Row, 'way'>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const times: number[] = [];
  let left = requests;
  const one = async (): Promise<void> => {
    const began = performance.now();
    const status = await new Promise<number>((resolve, reject) => {
      httpRequest({ agent, host, port, path: '/', headers }, (response) => {
        response.resume();
        response.on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      })
        .on('error', reject)
        .end();
    });
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
  return { requestsPerSecond: Math.round(requests / seconds), medianMs: rounded(median(times)) };
}

function print(rows: readonly Row[], logins: Readonly<Record<string, number>>): void {
  printTable(
    ['way', 'requests/s', 'median ms'],
    rows.map(({ way, requestsPerSecond, medianMs }) => [way, String(requestsPerSecond), String(medianMs)]),
  );
  const whole = Object.values(logins).reduce((sum, ms) => sum + ms, 0);
  printTable(
    ['a login', 'median ms'],
    [
      ...Object.entries(logins).map(([name, ms]) => [name, String(ms)]),
      ['altogether', String(rounded(whole))],
    ],
  );
}

runBench(main);
