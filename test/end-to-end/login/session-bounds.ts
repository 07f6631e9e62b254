import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { readFile } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import { objectGuid } from '../../../local/adfs/people';
import { waitFor } from '../../../local/processes/wait-for';
import { people, type WayIn } from '../../support/way-in';
import { ask, expectStatus, notebook } from './ask';
import { proxySetting, withProxySettings } from './proxy-settings';

const [alice] = people;
/** By which Envoy lets clocks differ (its JWT filter, `clock_skew_seconds`). */
const envoySkewSeconds = 60;
/** Validities in the test, in seconds; their proportions are those of the product. */
const short = { refresh: 12, id: 4, proxy: '2s' } as const;

/** How long what the directory has taken away goes on, against what docs/adr/0070-bounds-of-sessions.md says. */
export function sessionsAreBounded(wayIn: () => WayIn): void {
  async function clientOfPool(): Promise<UserPoolClientType> {
    const { clients, outputs } = wayIn();
    const { UserPoolClient: client = {} } = await clients
      .get(CognitoIdentityProviderClient)
      .send(
        new DescribeUserPoolClientCommand({ UserPoolId: outputs.userPoolId, ClientId: outputs.clientId }),
      );
    return client;
  }

  /** An update leaves out nothing, or Cognito puts the default there. */
  async function updateClient(client: UserPoolClientType, changes: object): Promise<void> {
    const readOnly = new Set(['ClientSecret', 'CreationDate', 'LastModifiedDate']);
    const settings = Object.fromEntries(Object.entries(client).filter(([name]) => !readOnly.has(name)));
    const { UserPoolId, ClientId } = client;
    await wayIn()
      .clients.get(CognitoIdentityProviderClient)
      .send(new UpdateUserPoolClientCommand({ ...settings, UserPoolId, ClientId, ...changes }));
  }

  test('what is configured is the bound that the documents state', async () => {
    const client = await clientOfPool();
    expect(client.TokenValidityUnits).toEqual({
      RefreshToken: 'minutes',
      AccessToken: 'minutes',
      IdToken: 'minutes',
    });
    const bound = (client.RefreshTokenValidity ?? 0) + (client.IdTokenValidity ?? 0);
    expect(await readFile('docs/adr/0070-bounds-of-sessions.md', 'utf8')).toContain(
      `at most ${bound} minutes after the last time that the browser was at\nADFS`,
    );
    const refresh = Number(/^(\d+)m$/.exec((await proxySetting(wayIn(), 'cookie_refresh')) ?? '')?.[1]);
    expect(refresh).toBeGreaterThan(0);
    // Or requests would come with a token that is over.
    expect(refresh).toBeLessThan(client.IdTokenValidity ?? 0);
  });

  test('the tokens live as long as is configured, and not longer at the gateway than clocks may differ', async () => {
    const { region } = wayIn();
    const client = await clientOfPool();
    const life = (client.IdTokenValidity ?? 0) * 60;
    const statusOfAge = async (seconds: number): Promise<number> => {
      region.cognitoFront.clockSkewMs = -seconds * 1000;
      try {
        const tokens = await wayIn().tokens(alice.account);
        const { iat = 0, exp = 0 } = decodeJwt(tokens.id_token);
        expect(exp - iat).toBe(life);
        const authorization = `Bearer ${tokens.id_token}`;
        return (await ask(wayIn(), wayIn().visitor(), '/', { authorization })).status;
      } finally {
        region.cognitoFront.clockSkewMs = 0;
      }
    };
    expect(await statusOfAge(life / 2)).toBe(200);
    expect([401, 403]).toContain(await statusOfAge(life + envoySkewSeconds + 1));
  });

  test('who left a group has the grant until the bound at the latest, when the browser is at the directory again', async () => {
    const { logIn, mesh } = wayIn();
    const client = await clientOfPool();
    await mesh.notebook('team-a');
    const seconds = { RefreshToken: 'seconds', AccessToken: 'seconds', IdToken: 'seconds' };
    await updateClient(client, {
      RefreshTokenValidity: short.refresh,
      AccessTokenValidity: short.id,
      IdTokenValidity: short.id,
      TokenValidityUnits: seconds,
    });
    try {
      await withProxySettings(
        wayIn(),
        { cookie_refresh: short.proxy, cookie_expire: `${short.refresh}s` },
        async () => {
          const { visitor } = await logIn(alice.account);
          const loggedInBy = Date.now();
          await wayIn().put({ ...alice, groups: ['AWS-team-b-viewers'] });
          await expectStatus(wayIn(), visitor, notebook('team-a'), 200);
          // Goes on asking, as an open page does: so the session is refreshed as often as it can be.
          const passed: number[] = [];
          await waitFor(
            async () => {
              const askedAt = Date.now();
              const { status } = await ask(wayIn(), visitor, notebook('team-a'));
              if (status === 200) passed.push(askedAt);
              // To the login.
              return status === 302;
            },
            { what: 'the session to end', timeoutMs: 60_000, intervalMs: 200 },
          );
          const last = passed.at(-1) ?? 0;
          // Longer than one token: it was refreshed.
          expect(last).toBeGreaterThan(loggedInBy + short.id * 1000);
          // Times in tokens are whole seconds.
          expect(last).toBeLessThan(loggedInBy + (short.refresh + short.id + 1) * 1000);
          // The browser goes to ADFS, which knows it and asks nothing; what it says now takes the grant away.
          const page = await visitor.visit(`${wayIn().url}/`);
          expect(page.trail.map((address) => new URL(address).pathname)).toContain('/saml2/idpresponse');
          expect(page.status).toBe(200);
          await expectStatus(wayIn(), visitor, notebook('team-a'), 403);
        },
      );
    } finally {
      await updateClient(client, {});
      await wayIn().put(alice);
      await logIn(alice.account);
    }
  });

  test('who is disabled in the pool is out of every namespace after the re-sync, an open session or not', async () => {
    const { clients, logIn, mesh, outputs, runWorkflow } = wayIn();
    const key = {
      UserPoolId: outputs.userPoolId,
      Username: `ADFS_${objectGuid(alice.account)}`.toLowerCase(),
    };
    const cognito = clients.get(CognitoIdentityProviderClient);
    await mesh.notebook('team-a');
    const { visitor } = await logIn(alice.account);
    await expectStatus(wayIn(), visitor, notebook('team-a'), 200);
    await cognito.send(new AdminDisableUserCommand(key));
    try {
      // Nobody has told the cluster yet.
      expect((await ask(wayIn(), visitor, notebook('team-a'))).status).toBe(200);
      expect(await runWorkflow('resync', {})).toMatchObject({ status: 'SUCCEEDED' });
      await expectStatus(wayIn(), visitor, notebook('team-a'), 403);
      expect((await logIn(alice.account)).page.status).toBe(403);
    } finally {
      await cognito.send(new AdminEnableUserCommand(key));
    }
    const { visitor: again } = await logIn(alice.account);
    await expectStatus(wayIn(), again, notebook('team-a'), 200);
  });
}
