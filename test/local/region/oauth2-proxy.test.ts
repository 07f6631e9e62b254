import { proxyConfiguration } from '../../../builds/kubeflow/overlay/proxy-configuration';
import { loginOf } from '../../../builds/kubeflow/render-components';
import { parseSettings, startProblem } from '../../../local/region/network/oauth2-proxy';
import { configurationWith, identity } from '../../builds/support';

const right = {
  cookie_secret: Buffer.alloc(32, 7).toString('base64url'),
  client_id: 'client',
  client_secret: 'secret',
  email_domains: '["*"]',
  cookie_refresh: '10m',
  cookie_expire: '1h',
  cookie_samesite: 'lax',
  skip_oidc_discovery: 'true',
  login_url: 'https://login.example/oauth2/authorize',
  redeem_url: 'https://login.example/oauth2/token',
  oidc_jwks_url: 'https://login.example/keys',
};

test.each([
  ['as it should be', {}, undefined],
  ['a key of a length that AES does not know', { cookie_secret: 'short' }, /cookie_secret/],
  ['no client', { client_id: '' }, /client_id/],
  ['nobody may log in', { email_domains: '[]' }, /email/],
  ['a refresh later than the end', { cookie_refresh: '60m' }, /cookie_refresh/],
  ['an unknown kind of cookie', { cookie_samesite: 'loose' }, /cookie_samesite/],
  ['no discovery, and no address instead', { redeem_url: undefined }, /redeem_url/],
  ['discovery finds the addresses', { skip_oidc_discovery: 'false', login_url: undefined }, undefined],
])('the login proxy starts only with settings that the real one takes: %s', (_, change, expected) => {
  const settings = new Map(
    Object.entries({ ...right, ...change }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const problem = startProblem(settings);
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(expected);
});

test('the login proxy starts with the file that the build renders', () => {
  const login = loginOf({ configuration: configurationWith(), identity });
  const settings = parseSettings(proxyConfiguration(login));
  expect(settings.get('email_domains')).toBe('["*"]');
  expect(settings.get('skip_oidc_discovery')).toBe('true');
  const { cookie_secret: key, client_id: id, client_secret: secret } = right;
  const secrets = { cookie_secret: key, client_id: id, client_secret: secret };
  expect(startProblem(new Map([...settings, ...Object.entries(secrets)]))).toBeUndefined();
});
