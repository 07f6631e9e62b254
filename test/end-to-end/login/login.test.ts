import {
  AdminDisableUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { objectGuid } from '../../../local/adfs/people';
import { waitFor } from '../../../local/processes/wait-for';
import { useWayIn } from '../../support/way-in';
import { ask } from './ask';
import { closedNeverOpen } from './broken-ways';
import { contributorsOfTheDashboard } from './contributors';
import { verifiedFromOutside } from './endpoint-from-outside';
import { rehearsedLogins } from './rehearsed';
import { sessionsAreBounded } from './session-bounds';
import { triggerInTrouble } from './troubled-trigger';
import { withProxySettings } from './proxy-settings';
import { inARealBrowser } from './browser';
import { identityComesFromTheToken } from './identity';
import { openedInABrowser } from './opened';
import { tokensOfAnotherPool } from './other-pool';
import { pipelinesPageIsBounded } from './pipelines-page';
import { programsShowTokens } from './programs';
import { groupsInEveryNumber } from './sizes';
import { tenantsAreKeptApart } from './tenants';

// One deployment for all: it takes two minutes.
const wayIn = useWayIn();

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

test('without a session a page is sent to the login, and a background request is refused', async () => {
  const visitor = wayIn().visitor();
  const page = await visitor.visit(wayIn().url, { follow: false });
  expect(page.status).toBe(302);
  const login = new URL(page.headers.get('location') ?? '');
  expect(login.pathname).toBe('/oauth2/authorize');
  expect(login.searchParams.get('identity_provider')).toBe('ADFS');
  expect(login.searchParams.get('code_challenge_method')).toBe('S256');
  expect((await ask(wayIn(), visitor, '/api/workgroup/env-info')).status).toBe(401);
});

describe('who a visitor is', () => {
  identityComesFromTheToken(wayIn);
});

describe('another pool of the region', () => {
  tokensOfAnotherPool(wayIn);
});

describe('tenants', () => {
  tenantsAreKeptApart(wayIn);
});

describe('contributors', () => {
  contributorsOfTheDashboard(wayIn);
});

describe('sessions', () => {
  sessionsAreBounded(wayIn);
});

describe('programs', () => {
  programsShowTokens(wayIn);
});

describe('the page of Pipelines', () => {
  pipelinesPageIsBounded(wayIn);
});

describe('groups', () => {
  groupsInEveryNumber(wayIn);
});

describe('in a real browser', () => {
  inARealBrowser(wayIn);
});

describe('sample users of a rehearsal', () => {
  rehearsedLogins(wayIn);
});

describe('opened by the command', () => {
  openedInABrowser(wayIn);
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
  await withProxySettings(wayIn(), { cookie_refresh: '8s' }, async () => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    const refreshed = async (): Promise<boolean> =>
      (await ask(wayIn(), visitor, '/')).headers
        .getSetCookie()
        .some((cookie) => cookie.startsWith('oauth2_proxy_kubeflow'));
    expect(await refreshed()).toBe(false);
    // A session's age is counted from the whole second, so that it may be up to a second older than oauth2-proxy says.
    await waitFor(refreshed, { what: 'the session to be refreshed', timeoutMs: 60_000, intervalMs: 500 });
    expect(await refreshed()).toBe(false);
  });
});

describe('the trigger', () => {
  triggerInTrouble(wayIn);
});

describe('verified from outside', () => {
  verifiedFromOutside(wayIn);
});

describe('parts that are away', () => {
  closedNeverOpen(wayIn);
});
