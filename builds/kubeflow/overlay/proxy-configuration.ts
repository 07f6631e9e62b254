import { callbackUrl } from '../../../core/login-urls';

/** What the login depends on. */
export interface Login {
  region: string;
  userPoolId: string;
  clientId: string;
  cognitoDomain: string;
  kubeflowDomain: string;
}

/** The issuer in a user pool's tokens. */
export function poolIssuer(region: string, userPoolId: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://cognito-idp.${region}.${suffix}/${userPoolId}`;
}

/** Paths whose background requests get a 401 rather than a redirect that no script can follow. */
const apiRoutes = ['/api/', '/apis/', '^/ml_metadata'];

/**
 * The configuration file of oauth2-proxy 7.15: the external authorizer of Istio's gateway, with a user pool as its
 * OpenID Connect provider. Client id and secret, and the cookie's key, come from the Secret by environment.
 */
export function proxyConfiguration(login: Login): string {
  const settings: [name: string, value: string | boolean | string[], why?: string][] = [
    ['provider', 'oidc'],
    ['oidc_issuer_url', poolIssuer(login.region, login.userPoolId)],
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
    ['email_domains', ['*'], 'Who may log in is decided by the directory and the profile manager.'],
    ['upstreams', ['static://200'], 'Asked by Istio whether a request may pass; passes none on itself.'],
    ['api_routes', apiRoutes],
    ['skip_provider_button', true, 'There is one way to log in, so a browser is sent there at once.'],
    ['code_challenge_method', 'S256'],
    ['set_authorization_header', true, 'Istio verifies the token and takes the identity from it.'],
    ['set_xauthrequest', true],
    ['whitelist_domains', [login.cognitoDomain], 'Logging out goes on to Cognito.'],
    ['cookie_name', 'oauth2_proxy_kubeflow'],
    ['cookie_expire', '24h', 'Then the directory is asked again, whatever the refresh token would allow.'],
    [
      'cookie_refresh',
      '45m',
      'An ID token of Cognito lives for 60 minutes, and Istio refuses an expired one. Each refresh runs the pre-token ' +
        'trigger too, so that changes in the directory reach a session within the hour.',
    ],
    ['banner', '-'],
    ['footer', '-'],
  ];
  return settings
    .map(([name, value, why]) => `${why === undefined ? '' : `# ${why}\n`}${name} = ${toml(value)}\n`)
    .join('');
}

/** JSON's strings, booleans and lists of strings are TOML's too. */
function toml(value: string | boolean | string[]): string {
  return JSON.stringify(value);
}
