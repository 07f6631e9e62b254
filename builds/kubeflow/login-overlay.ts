import type { Configuration } from '../../core/configuration';
import type { BuildCluster, Identity } from '../support/input';

/** Files of a kustomization, by name. */
export type Kustomization = Readonly<Record<string, string>>;

/** Namespace, and name of the objects, of the login proxy. */
export const loginProxy = { namespace: 'oauth2-proxy', name: 'oauth2-proxy' } as const;

/** The OpenID issuer of a user pool (Cognito developer guide, "Verifying a JSON web token"). */
export function poolIssuer(region: string, userPoolId: string): string {
  return `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
}

/** Where to send a browser so that Cognito's own session ends too (Cognito, "Logout endpoint"). */
export function cognitoLogoutUrl(identity: Identity, kubeflowDomain: string): string {
  const url = new URL(`https://${identity.cognitoDomain}/logout`);
  url.searchParams.set('client_id', identity.clientId);
  url.searchParams.set('logout_uri', `https://${kubeflowDomain}/`);
  return url.toString();
}

/**
 * The overlay that puts Cognito in the place of dex: over oauth2-proxy's base with the components for Istio's external
 * authorization and for tokens of the cluster's own issuer. The base's secret is public and is taken out; the real one
 * is applied apart, at the last moment.
 *
 * @param distribution path of the distribution, relative to the overlay's folder
 */
export function loginOverlay(
  configuration: Configuration,
  identity: Identity,
  cluster: BuildCluster & { oidcIssuer: string },
  distribution: string,
): Kustomization {
  const issuer = poolIssuer(configuration.region, identity.userPoolId);
  const base = `${distribution}/common/oauth2-proxy`;
  const openPaths = ['/oauth2/*'];
  return {
    'kustomization.yaml': JSON.stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      // Fixed names, so that a changed value changes an object and leaves no old one behind.
      generatorOptions: { disableNameSuffixHash: true },
      resources: [`${base}/base`],
      components: [`${base}/components/istio-external-auth`, `${base}/components/istio-m2m`],
      configMapGenerator: [
        {
          name: 'oauth2-proxy',
          namespace: loginProxy.namespace,
          behavior: 'replace',
          files: ['oauth2_proxy.cfg'],
        },
        {
          name: 'oauth2-proxy-parameters',
          namespace: loginProxy.namespace,
          behavior: 'merge',
          literals: [
            'FORCE_HTTPS=true',
            'ALLOW_SELF_SIGNED_ISSUER=false',
            'ENABLE_M2M_TOKENS=true',
            `EXTRA_JWT_ISSUERS=${cluster.oidcIssuer}=https://kubernetes.default.svc`,
          ],
        },
      ],
      patches: [
        {
          target: { kind: 'Secret', name: 'oauth2-proxy' },
          patch: JSON.stringify({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'oauth2-proxy' },
            $patch: 'delete',
          }),
        },
        {
          target: { kind: 'RequestAuthentication', name: 'dex-jwt' },
          patch: JSON.stringify([
            { op: 'replace', path: '/metadata/name', value: 'cognito-jwt' },
            { op: 'replace', path: '/spec/jwtRules/0/issuer', value: issuer },
            { op: 'add', path: '/spec/jwtRules/0/jwksUri', value: `${issuer}/.well-known/jwks.json` },
            // A token that the pool issued for another client is not for us.
            { op: 'add', path: '/spec/jwtRules/0/audiences', value: [identity.clientId] },
            {
              op: 'replace',
              path: '/spec/jwtRules/0/outputClaimToHeaders',
              value: [
                { header: 'kubeflow-userid', claim: 'email' },
                { header: 'kubeflow-groups', claim: 'cognito:groups' },
              ],
            },
          ]),
        },
        {
          target: { kind: 'RequestAuthentication', name: 'm2m-token-issuer' },
          patch: JSON.stringify([
            { op: 'replace', path: '/spec/jwtRules/0/issuer', value: cluster.oidcIssuer },
          ]),
        },
        ...['istio-ingressgateway-oauth2-proxy', 'istio-ingressgateway-require-jwt'].map((name) => ({
          target: { kind: 'AuthorizationPolicy', name },
          // The base also leaves dex' paths open.
          patch: JSON.stringify([
            { op: 'replace', path: '/spec/rules/0/to/0/operation/notPaths', value: openPaths },
          ]),
        })),
      ],
    }),
    'oauth2_proxy.cfg': proxyConfiguration(configuration, identity, issuer),
  };
}

/** oauth2-proxy's settings (its documentation, "Overview", version 7.15). */
function proxyConfiguration(
  { kubeflow_domain: domain }: Configuration,
  identity: Identity,
  issuer: string,
): string {
  const settings: [string, string | boolean | number | string[]][] = [
    ['provider', 'oidc'],
    ['provider_display_name', 'your company'],
    ['oidc_issuer_url', issuer],
    // Cognito knows no scope "groups" and would refuse it.
    ['scope', 'openid email'],
    ['oidc_groups_claim', 'cognito:groups'],
    ['email_domains', ['*']],
    ['redirect_url', `https://${domain}/oauth2/callback`],
    ['whitelist_domains', [domain, identity.cognitoDomain]],
    ['upstreams', ['static://200']],
    ['api_routes', ['/api/', '/apis/', '^/ml_metadata']],
    ['skip_provider_button', true],
    ['set_authorization_header', true],
    ['set_xauthrequest', true],
    ['cookie_name', 'oauth2_proxy_kubeflow'],
    ['cookie_secure', true],
    ['cookie_samesite', 'lax'],
    // The ID token lives for an hour; it is renewed with the refresh token before.
    ['cookie_expire', '168h'],
    ['cookie_refresh', '45m'],
    ['code_challenge_method', 'S256'],
  ];
  return `${settings.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join('\n')}\n`;
}

/** The overlay of the dashboard: its logout goes through the proxy on to Cognito. */
export function dashboardOverlay(
  configuration: Configuration,
  identity: Identity,
  distribution: string,
): Kustomization {
  const onwards = encodeURIComponent(cognitoLogoutUrl(identity, configuration.kubeflow_domain));
  return {
    'kustomization.yaml': JSON.stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [`${distribution}/applications/dashboard/overlays/istio`],
      patches: [
        {
          target: { kind: 'Deployment', name: 'dashboard' },
          patch: JSON.stringify({
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'dashboard' },
            spec: {
              template: {
                spec: {
                  containers: [
                    {
                      name: 'dashboard',
                      env: [{ name: 'LOGOUT_URL', value: `/oauth2/sign_out?rd=${onwards}` }],
                    },
                  ],
                },
              },
            },
          }),
        },
      ],
    }),
  };
}
