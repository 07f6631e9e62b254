import {
  AdminDeleteUserCommand,
  CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { parseSamlMetadata, whyNotValidAt } from '../../../core/saml/saml-metadata';
import { directories, type DirectoryKind } from '../../../core/saml/directory-kinds';
import { readLogin, type PreTokenEvent } from '../../../lambda/profile-manager/event';
import { callback, setUpLogin, type LoginInTest } from '../../support/login';
import { useMoto } from '../../support/moto';

const moto = useMoto();
const cognito = () => moto.lookingClients.get(CognitoIdentityProviderClient);
const account = 'ACME\\alice';
const ids = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'];

async function logIn(kind: DirectoryKind, groups: readonly string[]): Promise<LoginInTest> {
  const login = await setUpLogin(cognito(), {}, kind);
  login.people.put({ account, email: 'alice@acme.example', groups });
  await again(login);
  return login;
}

async function again(login: LoginInTest): Promise<void> {
  const { url } = await login.signIn(login.visitor(), account);
  expect([`${url.origin}${url.pathname}`, url.searchParams.get('error_description')]).toEqual([
    callback,
    null,
  ]);
}

/** What the profile manager reads of the last event. */
const lastLogin = ({ events }: LoginInTest) => readLogin(events.at(-1) as unknown as PreTokenEvent);

test.each<[DirectoryKind, string, string]>([
  ['adfs', 'AWS-a', '[AWS-a,kubeflow-everybody]'],
  ['entra', ids[0] ?? '', ids[0] ?? ''],
  ['okta', 'AWS-a', '[AWS-a,kubeflow-everybody]'],
  ['keycloak', 'AWS-a', '[AWS-a,kubeflow-everybody]'],
  ['saml', 'AWS-a', '[AWS-a,kubeflow-everybody]'],
])(
  '%s: metadata that a preflight takes, a signed assertion, and the groups as the pool has them',
  async (kind, group, attribute) => {
    const login = await logIn(kind, [group]);
    const { IdentityProvider: provider } = await cognito().send(
      new DescribeIdentityProviderCommand({
        UserPoolId: login.poolId,
        ProviderName: directories[kind].providerName,
      }),
    );
    const { MetadataURL: url = '' } = provider?.ProviderDetails ?? {};
    const metadata = parseSamlMetadata(await (await login.adfs.answer(new Request(url))).text());
    expect(whyNotValidAt(metadata, new Date())).toBeUndefined();
    expect(lastLogin(login)).toMatchObject({
      email: 'alice@acme.example',
      groupsAttribute: attribute,
      groupsLeftOut: false,
    });
    expect(login.events.at(-1)).toMatchObject({
      userName: expect.stringMatching(new RegExp(`^${directories[kind].providerName}_`, 'i')) as string,
      request: { userAttributes: { email_verified: 'true' } },
    });
  },
);

test('Okta sends what its filter lets through alone', async () => {
  const login = await logIn('okta', ['AWS-a', 'Printers']);
  expect(lastLogin(login)?.groupsAttribute).toBe('[AWS-a,kubeflow-everybody]');
});

test('Entra ID sends every group by its id', async () => {
  const login = await logIn('entra', ids);
  expect(lastLogin(login)?.groupsAttribute).toBe(`[${ids.join(',')}]`);
});

describe('more groups than Entra ID sends', () => {
  const many = Array.from(
    { length: 151 },
    (_, index) => `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
  );

  test('at a first login there is a link in their place, which the trigger sees', async () => {
    const login = await logIn('entra', many);
    expect(lastLogin(login)).toMatchObject({ groupsAttribute: undefined, groupsLeftOut: true });
  });

  test('at a later one the former groups still stand beside it: they are not believed, until the user is re-created', async () => {
    const login = await logIn('entra', ids);
    login.people.put({ account, email: 'alice@acme.example', groups: many });
    await again(login);
    expect(lastLogin(login)).toMatchObject({ groupsAttribute: `[${ids.join(',')}]`, groupsLeftOut: true });
    // The link stays as every attribute does that is no longer sent.
    login.people.put({ account, email: 'alice@acme.example', groups: ids });
    await again(login);
    expect(lastLogin(login)).toMatchObject({ groupsLeftOut: true });
    const Username = login.events.at(-1)?.userName;
    await cognito().send(new AdminDeleteUserCommand({ UserPoolId: login.poolId, Username }));
    await again(login);
    expect(lastLogin(login)).toMatchObject({ groupsAttribute: `[${ids.join(',')}]`, groupsLeftOut: false });
  });

  test('between 56 and 150 of them Cognito itself refuses what does not fit', async () => {
    const login = await logIn('entra', ids);
    login.people.put({ account, email: 'alice@acme.example', groups: many.slice(0, 60) });
    const { url } = await login.signIn(login.visitor(), account);
    expect(url.searchParams.get('error_description')).toMatch(/custom:groups.*2048/);
  });
});
