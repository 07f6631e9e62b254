import { authorizeUrl, callbackUrl, tokenUrl } from '../../../core/login-urls';
import { endpointDomainOf } from '../../../core/partitions';

/** What the login depends on. */
export interface Login {
  region: string;
  userPoolId: string;
  clientId: string;
  cognitoDomain: string;
  /** Of the SAML provider in the pool. */
  providerName: string;
  kubeflowDomain: string;
  /** E-mail domains whose users may log in; empty for every domain. */
  emailDomains: readonly string[];
}

/** Beginning of the names of the session's cookies: a long session is cut into `…_0`, `…_1` and so on. */
export const sessionCookie = 'oauth2_proxy_kubeflow';

/** The issuer in a user pool's tokens. */
export function poolIssuer(region: string, userPoolId: string): string {
  return `https://cognito-idp.${region}.${endpointDomainOf(region)}/${userPoolId}`;
}

/** Where the keys are that a pool signs its tokens with. */
export function poolKeys(issuer: string): string {
  return `${issuer}/.well-known/jwks.json`;
}

/** Paths whose background requests get a 401 rather than a redirect that no script can follow. */
const apiRoutes = ['/api/', '/apis/', '^/ml_metadata'];

type Setting = string | boolean | number | readonly string[];

/**
 * The configuration file of oauth2-proxy 7.15: the external authorizer of Istio's gateway, with a user pool as its
 * OpenID Connect provider. Client id and secret, and the cookie's key, come from the Secret by environment.
 */
export function proxyConfiguration(login: Login): string {
  const issuer = poolIssuer(login.region, login.userPoolId);
  const settings: [name: string, value: Setting, why?: string][] = [
    ['provider', 'oidc'],
    ['oidc_issuer_url', issuer],
    [
      'skip_oidc_discovery',
      true,
      'What discovery finds would replace the address of the login, and the proxy would not start while Cognito does ' +
        'not answer.',
    ],
    [
      'login_url',
      `${authorizeUrl(login.cognitoDomain)}?identity_provider=${login.providerName}`,
      'With a provider named, Cognito sends the browser on to the directory, rather than to a page that would offer to go on ' +
        'with an earlier session.',
    ],
    ['redeem_url', tokenUrl(login.cognitoDomain)],
    ['oidc_jwks_url', poolKeys(issuer)],
    [
      'scope',
      'openid email',
      'Cognito answers invalid_scope to "groups"; the groups come in a claim all the same.',
    ],
    ['oidc_groups_claim', 'cognito:groups'],
    [
      'redirect_url',
      callbackUrl(login.kubeflowDomain),
      "Absolute: Cognito compares it with the app client's list.",
    ],
    [
      'email_domains',
      login.emailDomains.length === 0 ? ['*'] : login.emailDomains,
      'The profile manager refuses the others too, before there is a token.',
    ],
    ['upstreams', ['static://200'], 'Asked by Istio whether a request may pass; passes none on itself.'],
    ['api_routes', apiRoutes],
    ['skip_provider_button', true, 'There is one way to log in, so a browser is sent there at once.'],
    ['code_challenge_method', 'S256'],
    ['set_authorization_header', true, 'Istio verifies the token and takes the identity from it.'],
    ['set_xauthrequest', true],
    ['whitelist_domains', [login.cognitoDomain], 'Logging out goes on to Cognito.'],
    ['cookie_name', sessionCookie],
    [
      'cookie_samesite',
      'lax',
      'Not sent with what other sites embed or post; browsers differ in their default.',
    ],
    [
      'cookie_csrf_per_request',
      true,
      'A browser that restores its tabs starts several logins at once, which must not overwrite one cookie.',
    ],
    [
      'cookie_csrf_per_request_limit',
      10,
      'What is left of logins that nobody finished must not fill the headers.',
    ],
    [
      'cookie_expire',
      '1h',
      'As long as a refresh token lives. It begins again at each refresh, so it bounds the idle session only.',
    ],
    [
      'cookie_refresh',
      '10m',
      'An ID token lives for 15 minutes, and Istio refuses an expired one. A refresh asks Cognito, not the directory: it ends ' +
        'the session of a user who is disabled in the pool, and after an hour of every user, who is then asked for ' +
        'there again.',
    ],
    ['banner', '-'],
    ['footer', '-'],
  ];
  return settings
    .map(([name, value, why]) => `${why === undefined ? '' : `# ${why}\n`}${name} = ${toml(value)}\n`)
    .join('');
}

/** JSON's strings, booleans, numbers and lists of strings are TOML's too. */
function toml(value: Setting): string {
  return JSON.stringify(value);
}
