import { request as httpRequest } from 'node:http';
import {
  AdminDisableUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { objectGuid } from '../../../local/adfs/people';
import { waitFor } from '../../../local/processes/wait-for';
import { reviewAccess } from '../../../local/rehearsal/review-access';
import type { KubeObject } from '../../../local/kubernetes/kube-client';
import type { Page, Visitor } from '../../../local/visitor/visitor';
import { inARealBrowser } from './browser';
import { people, useWayIn } from '../../support/way-in';

interface Arrival {
  service: string;
  path: string;
  headers: Record<string, string[]>;
}

const wayIn = useWayIn();
const json = { accept: 'application/json' };
const notebook = (namespace: string): string => `/notebook/${namespace}/workspace/`;

/** Asks as a script of the page would. */
async function ask(visitor: Visitor, path: string, headers: Record<string, string> = {}): Promise<Page> {
  return visitor.visit(`${wayIn().url}${path}`, { headers: { ...json, ...headers }, follow: false });
}

/** What Envoy answers once istiod has told it of a change. */
async function expectStatus(visitor: Visitor, path: string, status: number): Promise<void> {
  await waitFor(async () => (await ask(visitor, path)).status === status, {
    what: `${path} to answer ${status}`,
  });
}

const arrivalOf = (page: Page): Arrival => JSON.parse(page.text) as Arrival;

/** Istio hands a claim that is a list on as JSON in base64. */
const groupsOf = ({ 'kubeflow-groups': [value = ''] = [] }: Arrival['headers']): unknown =>
  JSON.parse(Buffer.from(value, 'base64').toString('utf8'));

test('a person logs in at the directory and lands where they wanted to go', async () => {
  const { page } = await wayIn().logIn('ACME\\alice', '/pipelines/some?run=1#x');
  expect(page.status).toBe(200);
  expect(`${page.url.pathname}${page.url.search}`).toBe('/pipelines/some?run=1');
  expect(page.text).toContain('alice@acme.example');
  expect(page.trail.map((address) => new URL(address).pathname)).toEqual([
    '/adfs/ls/',
    '/saml2/idpresponse',
    '/oauth2/callback',
    '/pipelines/some',
  ]);
});

test('what stands behind gets who it is, and neither the session nor a token', async () => {
  const { visitor } = await wayIn().logIn('ACME\\alice');
  const { headers } = arrivalOf(await ask(visitor, '/', { cookie: 'own=1' }));
  expect(headers).toMatchObject({ 'kubeflow-userid': ['alice@acme.example'] });
  expect(headers['cookie']).toEqual(['own=1']);
  expect(headers).not.toHaveProperty('authorization');
  expect(groupsOf(headers)).toEqual(['AWS-team-a', 'AWS-team-b-viewers', 'kubeflow-everybody']);
});

test('without a session a page is sent to the login, and a background request is refused', async () => {
  const visitor = wayIn().visitor();
  const page = await visitor.visit(wayIn().url, { follow: false });
  expect(page.status).toBe(302);
  const login = new URL(page.headers.get('location') ?? '');
  expect(login.pathname).toBe('/oauth2/authorize');
  expect(login.searchParams.get('identity_provider')).toBe('ADFS');
  expect(login.searchParams.get('code_challenge_method')).toBe('S256');
  expect((await ask(visitor, '/api/workgroup/env-info')).status).toBe(401);
});

test.each([
  [{ 'kubeflow-userid': 'bob@acme.example' }],
  [{ 'Kubeflow-UserID': 'bob@acme.example', 'kubeflow-groups': 'team-b' }],
  [{ kubeflow_userid: 'bob@acme.example' }],
  [{ 'x-auth-request-email': 'bob@acme.example', 'x-auth-request-user': 'bob' }],
  [{ 'x-forwarded-email': 'bob@acme.example', 'x-forwarded-access-token': 'x' }],
])('who a visitor is comes from the token alone, whatever is sent along: %p', async (forged) => {
  const { visitor } = await wayIn().logIn('ACME\\alice');
  const page = await ask(visitor, '/', forged);
  const { headers } = arrivalOf(page);
  expect(headers['kubeflow-userid']).toEqual(['alice@acme.example']);
  expect(headers).not.toHaveProperty('kubeflow_userid');
  expect(groupsOf(headers)).not.toContain('team-b');
  // Nobody gets in by them without a session either.
  expect((await ask(wayIn().visitor(), '/', forged)).status).not.toBe(200);
});

test.each(['Bearer x.y.z', 'Basic Ym9iOmJvYg==', 'Bearer '])(
  'an Authorization header that is no token of the pool lets nobody in: %p',
  async (authorization) => {
    const page = await ask(wayIn().visitor(), '/', { authorization });
    expect([401, 403]).toContain(page.status);
  },
);

test.each([
  '/oauth2/../',
  '/oauth2/%2e%2e/',
  '/oauth2//../api/x',
  '/oauth2/..%2f',
  '//oauth2/x',
  '/Oauth2/x',
  '/oauth2%2f..%2f',
])("no spelling of the login's open path leads to a service: %p", async (path) => {
  const before = wayIn().mesh.dashboard.arrivals.length;
  await ask(wayIn().visitor(), path);
  expect(wayIn().mesh.dashboard.arrivals).toHaveLength(before);
});

test("a tenant's notebook is reached by whom the directory grants it, and by nobody else", async () => {
  const { cluster, mesh, logIn } = wayIn();
  for (const { account } of people) await logIn(account);
  await mesh.notebook('team-a');
  await mesh.notebook('team-b');
  const rows = await reviewAccess(
    cluster,
    people.map(({ email, groups }) => ({ userName: email, email, groups: [...groups] })),
  );
  for (const { account, email } of people) {
    const { visitor } = await logIn(account);
    for (const namespace of ['team-a', 'team-b']) {
      const allowed = rows.find(
        (row) =>
          row.user === email && row.namespace === namespace && row.verb === 'get' && row.resource === 'pods',
      )?.allowed;
      await expectStatus(visitor, notebook(namespace), allowed === true ? 200 : 403);
    }
  }
  expect((await ask(wayIn().visitor(), notebook('team-a'))).status).not.toBe(200);
});

test('past the gateway a notebook lets nobody in, from outside or from another tenant', async () => {
  const { mesh } = wayIn();
  const [a, b] = await Promise.all([mesh.notebook('team-a'), mesh.notebook('team-b')]);
  const forged = { 'kubeflow-userid': 'alice@acme.example', ...json };
  const before = a.program.arrivals.length;
  const direct = await fetch(`http://${a.proxy.address}:8888${notebook('team-a')}`, { headers: forged });
  expect(direct.status).toBe(403);
  // Out of another tenant's sidecar, with that one's own certificate.
  const answer = await new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(b.outgoing);
    httpRequest(
      {
        hostname,
        port,
        path: notebook('team-a'),
        headers: { host: 'workspace.team-a.svc.cluster.local', ...forged },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });
  expect(answer).toBe(403);
  expect(a.program.arrivals).toHaveLength(before);
});

test('whoever leaves a group is refused from the next login on', async () => {
  const { region, logIn, mesh } = wayIn();
  await mesh.notebook('team-a');
  const first = await logIn('ACME\\alice', notebook('team-a'));
  expect(first.page.status).toBe(200);
  const [alice] = people;
  region.directories.people.put({ ...alice, groups: ['AWS-team-b-viewers'] });
  const later = await logIn('ACME\\alice');
  // The grant is the cluster's: an older session has lost it, too, as soon as Envoy has heard.
  for (const visitor of [later.visitor, first.visitor]) await expectStatus(visitor, notebook('team-a'), 403);
  region.directories.people.put(alice);
  const again = await logIn('ACME\\alice');
  await expectStatus(again.visitor, notebook('team-a'), 200);
});

test('logging out ends the session, and the next login asks the directory again', async () => {
  const { logIn, mesh, url } = wayIn();
  const { visitor } = await logIn('ACME\\bob');
  const signOut = /href="([^"]*)"/.exec((await visitor.visit(url)).text)?.[1] ?? '';
  const out = await visitor.visit(new URL(signOut.replaceAll('&#38;', '&'), url));
  // Cognito sends the browser back to Kubeflow, which asks for the login: ADFS still knows the browser.
  expect(out.trail.map((address) => new URL(address).pathname)).toEqual(
    expect.arrayContaining([
      '/oauth2/sign_out',
      '/logout',
      '/oauth2/authorize',
      '/adfs/ls/',
      '/oauth2/callback',
    ]),
  );
  expect(mesh.dashboard.arrivals.at(-1)?.headers['kubeflow-userid']).toEqual(['bob@acme.example']);
});

test('a user who is disabled in the pool is not let in', async () => {
  const { clients, outputs, logIn } = wayIn();
  await logIn('ACME\\carol');
  await clients.get(CognitoIdentityProviderClient).send(
    new AdminDisableUserCommand({
      UserPoolId: outputs.userPoolId,
      Username: `ADFS_${objectGuid('ACME\\carol')}`.toLowerCase(),
    }),
  );
  const { page } = await logIn('ACME\\carol');
  expect(page.status).toBe(403);
  expect(page.url.pathname).toBe('/oauth2/callback');
});

test('a session is refreshed when its time has come and not at every request, and the browser gets the new one', async () => {
  const { cluster, mesh, logIn } = wayIn();
  const path = '/api/v1/namespaces/oauth2-proxy';
  const maps = await cluster.client.list<KubeObject & { data?: Record<string, string> }>(
    `${path}/configmaps`,
  );
  const found = maps.find(({ data = {} }) => data['oauth2_proxy.cfg']?.includes('cookie_refresh') === true);
  const file = found?.data?.['oauth2_proxy.cfg'] ?? '';
  const write = async (text: string): Promise<void> => {
    await cluster.client.json({
      path: `${path}/configmaps/${found?.metadata.name ?? ''}`,
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { data: { 'oauth2_proxy.cfg': text } },
    });
    await mesh.restartAuthorizer();
  };
  await write(file.replace(/cookie_refresh = .*/, 'cookie_refresh = "5s"'));
  try {
    const { visitor } = await logIn('ACME\\alice');
    const refreshed = async (): Promise<boolean> =>
      (await ask(visitor, '/')).headers
        .getSetCookie()
        .some((cookie) => cookie.startsWith('oauth2_proxy_kubeflow'));
    expect(await refreshed()).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 5500));
    expect(await refreshed()).toBe(true);
    expect(await refreshed()).toBe(false);
  } finally {
    await write(file);
  }
});

describe('in a real browser', () => {
  inARealBrowser(wayIn);
});

test('while the authorizer is away nobody gets in, with a session or without', async () => {
  const { mesh, logIn, visitor } = wayIn();
  const { visitor: known } = await logIn('ACME\\alice');
  await mesh.authorizer.stop();
  const before = mesh.dashboard.arrivals.length;
  expect([403, 503]).toContain((await ask(known, '/')).status);
  expect([403, 503]).toContain((await ask(visitor(), '/')).status);
  expect(mesh.dashboard.arrivals).toHaveLength(before);
});
