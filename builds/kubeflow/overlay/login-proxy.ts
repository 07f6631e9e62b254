import { logoutUrl } from '../../../core/login-urls';
import { product } from '../../../core/naming';
import { membershipsClosed } from './memberships-closed';
import { pipelinesPageBounded } from './pipelines-page';
import { proxyConfiguration, type Login } from './proxy-configuration';
import { programAuthentication, userAuthentication } from './request-authentication';
import { sessionEndsHere } from './session-ends-here';

/** Files of a kustomization, by their path. */
export type Files = Record<string, string>;

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Annotation with the version of the secret that a pod was started with. */
export const secretVersionAnnotation = `${product}/secret-version`;

/** What of the distribution the login is built from. */
export const loginParts = {
  base: 'common/oauth2-proxy/base',
  authorizer: 'common/oauth2-proxy/components/istio-external-auth',
  programs: 'common/oauth2-proxy/components/istio-m2m',
} as const;

/** What of the distribution the dashboard is built from. */
export const dashboardPart = 'applications/dashboard/overlays/istio';

/** Paths that need no login: those of the login itself. */
const openPaths = ['/oauth2/*'];

/** How a login is built. */
interface LoginOptions {
  /** Of the cluster; without it programs cannot log in with a service account's token. */
  oidcIssuer?: string | undefined;
  /** Changes when the secret does, so that the pods start again. */
  secretVersion?: string | undefined;
  /** Further variables of the proxy. */
  environment?: readonly object[];
  /** Whether the dashboard tells every user who is in which namespace. */
  membershipListing?: boolean;
}

/**
 * The kustomization that puts Cognito where the distribution has dex.
 *
 * - The Secret of the base, whose values are public, is removed; the build applies one of its own under that name.
 * - The proxy's configuration file is replaced as a whole.
 * - The gateway's rules know the pool instead of dex, and no path of dex is open.
 * - Neither token nor session goes on from the gateway to what it leads to.
 *
 * @param upstream path of the distribution, relative to the kustomization
 */
export function loginOverlay(upstream: string, login: Login, options: LoginOptions = {}): Files {
  const { oidcIssuer, secretVersion = 'unknown', environment = [], membershipListing = false } = options;
  const components = [
    `${upstream}/${loginParts.authorizer}`,
    ...(oidcIssuer === undefined ? [] : [`${upstream}/${loginParts.programs}`]),
  ];
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [
      `${upstream}/${loginParts.base}`,
      'cognito-jwt.json',
      'session-ends-here.json',
      'pipelines-page.json',
      ...(membershipListing ? [] : ['memberships-closed.json']),
    ],
    components,
    configMapGenerator: [
      {
        name: 'oauth2-proxy',
        namespace: 'oauth2-proxy',
        behavior: 'replace',
        files: ['oauth2_proxy.cfg'],
      },
      {
        name: 'oauth2-proxy-parameters',
        namespace: 'oauth2-proxy',
        behavior: 'merge',
        literals: ['FORCE_HTTPS=true', 'ALLOW_SELF_SIGNED_ISSUER=false'],
      },
    ],
    patches: [
      remove('v1', 'Secret', 'oauth2-proxy', 'oauth2-proxy'),
      remove('security.istio.io/v1beta1', 'RequestAuthentication', 'dex-jwt', 'istio-system'),
      ...(oidcIssuer === undefined ? [] : [programAuthentication(oidcIssuer)]),
      ...['istio-ingressgateway-oauth2-proxy', 'istio-ingressgateway-require-jwt'].map((name) => ({
        target: { group: 'security.istio.io', kind: 'AuthorizationPolicy', name },
        patch: JSON.stringify([
          { op: 'replace', path: '/spec/rules/0/to/0/operation/notPaths', value: openPaths },
        ]),
      })),
      {
        patch: JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'oauth2-proxy', namespace: 'oauth2-proxy' },
          spec: {
            template: {
              metadata: { annotations: { [secretVersionAnnotation]: secretVersion } },
              ...(environment.length > 0 && {
                spec: { containers: [{ name: 'oauth2-proxy', env: environment }] },
              }),
            },
          },
        }),
      },
    ],
  };
  return {
    'kustomization.yaml': json(kustomization),
    'cognito-jwt.json': json(userAuthentication(login)),
    'session-ends-here.json': json(sessionEndsHere()),
    'pipelines-page.json': json(pipelinesPageBounded()),
    'memberships-closed.json': json(membershipsClosed()),
    'oauth2_proxy.cfg': proxyConfiguration(login),
  };
}

/** The kustomization of the dashboard: logging out ends the session of the proxy and then that of Cognito. */
export function dashboardOverlay(upstream: string, login: Login): Files {
  return {
    'kustomization.yaml': json({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [`${upstream}/${dashboardPart}`],
      patches: [
        {
          patch: JSON.stringify({
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'dashboard', namespace: 'kubeflow' },
            spec: {
              template: {
                spec: {
                  containers: [
                    { name: 'dashboard', env: [{ name: 'LOGOUT_URL', value: signOutUrl(login) }] },
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

/** Ends the proxy's session, then Cognito's, then asks for the login again. */
export function signOutUrl({ cognitoDomain, clientId, kubeflowDomain }: Login): string {
  const query = new URLSearchParams({ client_id: clientId, logout_uri: logoutUrl(kubeflowDomain) });
  return `/oauth2/sign_out?rd=${encodeURIComponent(`https://${cognitoDomain}/logout?${query.toString()}`)}`;
}

function remove(apiVersion: string, kind: string, name: string, namespace: string): object {
  return { patch: JSON.stringify({ apiVersion, kind, metadata: { name, namespace }, $patch: 'delete' }) };
}
