import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { logIn, type LoginTarget } from '../../../local/rehearsal/logins';
import type { Region } from '../../../local/region';
import { useMoto } from '../../support/moto';

const moto = useMoto();

test.each([
  [
    'all of them, where the client names none',
    undefined,
    ['custom:groups', 'email', 'email_verified', 'sub'],
  ],
  ['those alone that the client may read', ['email'], ['email', 'sub']],
])('the trigger of a login sees %s', async (_what, ReadAttributes, expected) => {
  const cognito = moto.lookingClients.get(CognitoIdentityProviderClient);
  const { UserPool: pool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'acme' }));
  const userPoolId = pool?.Id ?? '';
  const { UserPoolClient: client } = await cognito.send(
    new CreateUserPoolClientCommand({ UserPoolId: userPoolId, ClientName: 'acme', ReadAttributes }),
  );
  const seen: string[] = [];
  const region = {
    options: { region: moto.region },
    clients: { cognito },
    functions: {
      invoke: async (_name: string, event: { request: { userAttributes: object } }) => {
        seen.push(...Object.keys(event.request.userAttributes));
        return Promise.resolve({ result: {} });
      },
    },
  } as unknown as Region;
  const cluster = {
    audit: { mark: async () => Promise.resolve(0), since: async () => Promise.resolve([]) },
    client: { list: async () => Promise.resolve([]) },
  } as unknown as LoginTarget['cluster'];
  await logIn(
    region,
    { userPoolId, clientId: client?.ClientId ?? '', cluster, profileManager: 'profile-manager' },
    { userName: 'ada', email: 'ada@acme.example', groups: ['admins'] },
  );
  expect(seen.filter((name) => !name.startsWith('cognito:')).sort()).toEqual(expected);
});
