import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { readFile } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import { people, type WayIn } from '../../support/way-in';
import { ask } from './ask';
import { proxySetting } from './proxy-settings';

const [alice] = people;
/** By which Envoy lets clocks differ (its JWT filter, `clock_skew_seconds`). */
const envoySkewSeconds = 60;

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
}
