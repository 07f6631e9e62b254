import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentedRules } from '../../../local/adfs';
import { parseSamlMetadata } from '../../../core/saml/saml-metadata';
import { adfsHost, callback, cognitoDomain, setUpLogin, type LoginInTest } from '../../support/login';
import { useMoto } from '../../support/moto';

const moto = useMoto();
let login: LoginInTest;

beforeEach(async () => {
  login = await setUpLogin(moto.lookingClients.get(CognitoIdentityProviderClient));
  login.people.put({ account: 'ACME\\alice', email: 'alice@acme.example', groups: ['AWS-a'] });
});

test('the rules that the document shows are those that are tried here', async () => {
  const document = await readFile(join(__dirname, '../../../docs/adfs.md'), 'utf8');
  const shown = [...document.matchAll(/^ {3}```\n([\s\S]*?)^ {3}```$/gm)].map(([, text = '']) =>
    text.replace(/^ {3}/gm, '').trim(),
  );
  expect(shown).toEqual(documentedRules('AWS-'));
});

test('the metadata is what a preflight takes, and carries both certificates', async () => {
  const response = await login.adfs.answer(
    new Request(`https://${adfsHost}/FederationMetadata/2007-06/FederationMetadata.xml`),
  );
  const metadata = parseSamlMetadata(await response.text());
  expect(metadata.signingCertificates).toHaveLength(2);
  expect(metadata.singleSignOn).toBe(`https://${adfsHost}/adfs/ls/`);
});

test('a wrong name is told on the page, and somebody disabled cannot sign in, nor go on with a session', async () => {
  const visitor = login.visitor();
  const page = await visitor.visit(login.authorizeUrl());
  expect(page.text).toContain('stands in for ADFS');
  const wrong = await visitor.submit(page, { UserName: 'ACME\\eve' });
  expect(wrong.text).toContain('Incorrect user ID or password');
  const right = await visitor.submit(wrong, { choice: 'ACME\\alice' });
  expect(right.url.href).toContain(callback);
  login.people.put({ account: 'ACME\\alice', email: 'alice@acme.example', groups: [], disabled: true });
  expect((await visitor.visit(login.authorizeUrl())).url.hostname).toBe(adfsHost);
});

test('a rolled certificate is believed, since the metadata had it', async () => {
  login.adfs.rollSigningCertificate();
  const { url } = await login.signIn(login.visitor(), 'ACME\\alice');
  expect(url.searchParams.get('code')).toBeTruthy();
});

test.each([
  ['ten minutes fast', 10 * 60_000],
  ['two hours slow', -2 * 3600_000],
])('a directory whose clock is %s is not believed', async (_, skew) => {
  login.adfs.clockSkewMs = skew;
  const { url } = await login.signIn(login.visitor(), 'ACME\\alice');
  expect(url.searchParams.get('error_description')).toMatch(/^Invalid SAML response received/);
});

/** The form that ADFS would have the browser send. */
async function formOf(): Promise<URLSearchParams> {
  const visitor = login.visitor();
  const page = await visitor.visit(login.authorizeUrl());
  const answer = await visitor.visit(page.url, {
    method: 'POST',
    body: 'UserName=alice%40acme.example',
    follow: false,
  });
  const value = (name: string): string =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(answer.text)?.[1] ?? '';
  return new URLSearchParams({ SAMLResponse: value('SAMLResponse'), RelayState: value('RelayState') });
}

async function post(form: URLSearchParams): Promise<Response> {
  return login.front.atDomain(
    new Request(`https://${cognitoDomain}/saml2/idpresponse`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    }),
  );
}

const described = (response: Response): string | null =>
  new URL(response.headers.get('location') ?? '', callback).searchParams.get('error_description');

test('an assertion that was changed on the way is not believed', async () => {
  const form = await formOf();
  const xml = Buffer.from(form.get('SAMLResponse') ?? '', 'base64').toString('utf8');
  expect(xml).toContain('AWS-a');
  form.set('SAMLResponse', Buffer.from(xml.replace('AWS-a', 'AWS-b')).toString('base64'));
  expect(described(await post(form))).toMatch(/^Invalid SAML response received/);
});

test('an assertion is good once', async () => {
  const form = await formOf();
  const other = await formOf();
  expect(described(await post(form))).toBeNull();
  const replayed = new URLSearchParams({
    SAMLResponse: form.get('SAMLResponse') ?? '',
    RelayState: other.get('RelayState') ?? '',
  });
  expect(described(await post(replayed))).toMatch(/^Invalid SAML response received/);
  expect(await (await post(form)).text()).toContain(
    'Invalid samlResponse or relayState from identity provider',
  );
});

test('a service that nobody has told ADFS of is refused there', async () => {
  const url = new URL(`https://${adfsHost}/adfs/ls/?SAMLRequest=x`);
  expect((await login.adfs.answer(new Request(url))).status).toBe(400);
});
