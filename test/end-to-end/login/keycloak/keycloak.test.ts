import {
  ensureKeycloak,
  keycloakCredentials,
  startKeycloak,
  type Keycloak,
} from '../../../../local/keycloak';
import { progressOn } from '../../../../local/processes/progress';
import { useWayIn, type DirectoryInTest } from '../../../support/way-in';
import { ask } from '../ask';
import { contributorsOfTheDashboard } from '../contributors';
import { identityComesFromTheToken } from '../identity';
import { groupsInEveryNumber } from '../sizes';
import { tenantsAreKeptApart } from '../tenants';

const host = 'sso.acme.example';
const isWanted = process.env['KEYCLOAK'] === '1';
if (!isWanted) process.stderr.write('logins with Keycloak as directory: passed over without KEYCLOAK=1\n');

/** A directory that nobody here wrote, set up as docs/directories/keycloak.md says. */
function keycloak(): DirectoryInTest {
  let running: Keycloak | undefined;
  const started = (): Keycloak => {
    if (running === undefined) throw new Error('Keycloak runs in tests and hooks only');
    return running;
  };
  afterAll(async () => {
    await running?.stop();
  }, 60_000);
  return {
    settings: {
      adfs_url: undefined,
      identity_provider: {
        kind: 'keycloak',
        metadata: `https://${host}/realms/acme/protocol/saml/descriptor`,
      },
    },
    begin: async (region) => {
      const lines: string[] = [];
      running = await startKeycloak({
        home: await ensureKeycloak(progressOn(process.stderr)),
        host,
        onLine: (line) => lines.push(line),
      });
      region.published.set(host, (request) => started().answer(request));
    },
    trust: (userPoolId, cognitoDomain) =>
      started().trust({
        identifier: `urn:amazon:cognito:sp:${userPoolId}`,
        endpoint: `https://${cognitoDomain}/saml2/idpresponse`,
      }),
    put: (person) => started().put(person),
    credentials: keycloakCredentials,
  };
}

(isWanted ? describe : describe.skip)('with Keycloak as directory', () => {
  const wayIn = useWayIn(keycloak());

  test('a person logs in and lands where they wanted to go', async () => {
    const { page } = await wayIn().logIn('ACME\\alice', '/pipelines/some?run=1');
    expect([page.status, `${page.url.pathname}${page.url.search}`]).toEqual([200, '/pipelines/some?run=1']);
    expect(page.trail.map((address) => new URL(address).pathname)).toEqual([
      '/realms/acme/login-actions/authenticate',
      '/saml2/idpresponse',
      '/oauth2/callback',
      '/pipelines/some',
    ]);
  });

  test('it knows the browser at the next login, and asks nothing', async () => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    for (const { key, domain } of await visitor.jar.getCookies(wayIn().url))
      await visitor.jar.setCookie(`${key}=; Max-Age=0; Path=/`, `https://${domain ?? ''}/`);
    // A page would be sent to the login.
    expect((await ask(wayIn(), visitor, '/api/workgroup/env-info')).status).toBe(401);
    const page = await visitor.visit(wayIn().url);
    expect(page.status).toBe(200);
    expect(page.trail.map((address) => new URL(address).pathname)).toContain('/realms/acme/protocol/saml');
  });

  describe('who a visitor is', () => {
    identityComesFromTheToken(wayIn);
  });

  describe('tenants', () => {
    tenantsAreKeptApart(wayIn);
  });

  describe('contributors', () => {
    contributorsOfTheDashboard(wayIn);
  });

  describe('groups', () => {
    groupsInEveryNumber(wayIn);
  });
});
