import { join } from 'node:path';
import { parse } from 'yaml';
import { parseManifests, type KubernetesObject } from '../../../builds/kubernetes/objects';
import { withAdjustments } from '../../../builds/kubeflow/overlay/adjustments';
import { signOutUrl } from '../../../builds/kubeflow/overlay/login-proxy';
import { poolIssuer, proxyConfiguration } from '../../../builds/kubeflow/overlay/proxy-configuration';
import { loginOf } from '../../../builds/kubeflow/render-components';
import { run } from '../../../builds/support/command';
import { defined } from '../../../core/defined';
import { configurationWith, found, identity, oidcIssuer } from '../support';
import { named, useRendering } from './rendering';

const rendering = useRendering();
const { render } = rendering;
const issuer = `https://cognito-idp.eu-central-1.amazonaws.com/${identity.userPoolId}`;
const adjusting = { configuration: configurationWith(), vpcCidr: found.vpc.cidr };

describe('the login, built by kustomize', () => {
  test('the base has what is to be replaced', async () => {
    const { path, prefix } = rendering.programs.kubectl;
    const folder = join(rendering.distribution, 'common/oauth2-proxy/base');
    const base = parseManifests((await run(path, [...prefix, 'kustomize', folder])).stdout);
    expect(named(base, 'Secret', 'oauth2-proxy')).toBeDefined();
    expect(JSON.stringify(base)).toContain('dex');
  });

  test('has no Secret: the one of the base is public', async () => {
    expect((await render('login')).filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('knows the pool, and nothing of dex', async () => {
    const objects = await render('login');
    expect(JSON.stringify(objects)).not.toMatch(/\bdex\b/);
    expect(named(objects, 'RequestAuthentication', 'cognito-jwt')).toMatchObject({
      spec: {
        jwtRules: [
          {
            issuer,
            jwksUri: `${issuer}/.well-known/jwks.json`,
            audiences: [identity.clientId],
            forwardOriginalToken: false,
          },
        ],
      },
    });
  });

  test('programs show a token of the cluster that was made for the gateway; the one in every pod is refused', async () => {
    expect(named(await render('login'), 'RequestAuthentication', 'm2m-token-issuer')).toMatchObject({
      spec: {
        jwtRules: [{ issuer: oidcIssuer, audiences: ['kubeflow-gateway'], forwardOriginalToken: false }],
      },
    });
    expect(named(await render('login', {}), 'RequestAuthentication', 'm2m-token-issuer')).toBeUndefined();
  });

  test('a new version of the secret starts the pods again', async () => {
    const deployment = named(await render('login'), 'Deployment', 'oauth2-proxy');
    expect(deployment).toMatchObject({
      spec: { template: { metadata: { annotations: { 'kubeflow-eks/secret-version': 'v1' } } } },
    });
  });

  test("the proxy's pods read this configuration", async () => {
    const objects = await render('login');
    const expected = proxyConfiguration(loginOf({ configuration: configurationWith(), identity }));
    const file = objects.find(
      ({ kind, data }) =>
        kind === 'ConfigMap' && (data as Record<string, string>)['oauth2_proxy.cfg'] === expected,
    );
    // The name has a hash of the content, so that a change starts the pods again.
    expect(file?.metadata.name).toMatch(/^oauth2-proxy-/);
    expect(JSON.stringify(named(objects, 'Deployment', 'oauth2-proxy'))).toContain(
      `"${file?.metadata.name ?? ''}"`,
    );
  });

  test('leaves nothing in the distribution', async () => {
    await render('login');
    expect((await run('ls', ['-A', rendering.distribution])).stdout).not.toContain('kubeflow-eks');
  });
});

/** The values of a configuration file of the proxy. */
const settings = (document: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(
    proxyConfiguration(loginOf({ configuration: configurationWith(document), identity }))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [name = '', ...value] = line.split(' = ');
        return [name, JSON.parse(value.join(' = '))];
      }),
  );

describe("the proxy's configuration", () => {
  test('asks Cognito for what it grants, and comes back to an absolute address', () => {
    const configuration = settings();
    expect(configuration).toMatchObject({
      oidc_issuer_url: issuer,
      scope: 'openid email',
      oidc_groups_claim: 'cognito:groups',
      redirect_url: 'https://kubeflow.ml.acme.example/oauth2/callback',
    });
    for (const key of ['prompt', 'client_secret', 'cookie_secret', 'client_id']) {
      expect(configuration).not.toHaveProperty(key);
    }
  });

  test('leads past Cognito to ADFS, and starts while Cognito does not answer', () => {
    const { login_url: loginUrl, ...others } = settings();
    expect(others).toMatchObject({
      skip_oidc_discovery: true,
      redeem_url: `https://${identity.cognitoDomain}/oauth2/token`,
      oidc_jwks_url: `${issuer}/.well-known/jwks.json`,
    });
    expect(String(loginUrl)).toBe(
      `https://${identity.cognitoDomain}/oauth2/authorize?identity_provider=ADFS`,
    );
  });

  test('a session is refreshed before its token ends, and several logins of one browser do not meet', () => {
    expect(settings()).toMatchObject({
      cookie_refresh: '10m',
      cookie_expire: '1h',
      cookie_samesite: 'lax',
      cookie_csrf_per_request: true,
      cookie_csrf_per_request_limit: 10,
    });
  });

  test.each([
    [undefined, ['*']],
    [[], ['*']],
    [['acme.example'], ['acme.example']],
  ])('lets in the e-mail domains %j', (emailDomains, expected) => {
    const login = loginOf({
      configuration: configurationWith(),
      identity: { ...identity, ...defined({ emailDomains }) },
    });
    expect(proxyConfiguration(login)).toContain(`\nemail_domains = ${JSON.stringify(expected)}\n`);
  });

  test('China has another issuer', () => {
    expect(poolIssuer('cn-north-1', 'cn-north-1_Pool')).toBe(
      'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Pool',
    );
  });

  test('logging out may go on to Cognito, and does', () => {
    const login = loginOf({ configuration: configurationWith(), identity });
    const signOut = new URL(signOutUrl(login), 'https://kubeflow.ml.acme.example');
    const next = new URL(signOut.searchParams.get('rd') ?? '');
    expect([signOut.pathname, next.host, next.pathname]).toEqual([
      '/oauth2/sign_out',
      identity.cognitoDomain,
      '/logout',
    ]);
    expect(next.searchParams.get('client_id')).toBe(identity.clientId);
    expect(next.searchParams.get('logout_uri')).toMatch(/^https:\/\/kubeflow\.ml\.acme\.example/);
    expect(settings()['whitelist_domains']).toEqual([next.host]);
  });
});

describe('the authorizer of the mesh', () => {
  const authorizer = (objects: readonly KubernetesObject[]): unknown => {
    const data = named(objects, 'ConfigMap', 'istio')?.['data'] as { mesh: string };
    const mesh = parse(data.mesh) as { extensionProviders: { envoyExtAuthzHttp: unknown }[] };
    return mesh.extensionProviders[0]?.envoyExtAuthzHttp;
  };

  test('gives the browser the cookie of a refreshed session, not of a refused request alone', async () => {
    expect(authorizer(await render('istio'))).toMatchObject({
      service: 'oauth2-proxy.oauth2-proxy.svc.cluster.local',
      headersToDownstreamOnDeny: ['content-type', 'set-cookie'],
      headersToDownstreamOnAllow: ['set-cookie'],
    });
  });

  test('a distribution without it is refused before anything is applied', () => {
    expect(() => withAdjustments('istio', [], adjusting)).toThrow(
      /^InvalidConfiguration|ConfigMap istio-system\/istio/,
    );
    const empty = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
    };
    expect(() => withAdjustments('istio', [{ ...empty, data: { mesh: '{}' } }], adjusting)).toThrow(
      /the extension provider oauth2-proxy/,
    );
  });
});

test('the dashboard tells nobody who is in which namespace, unless it is asked to', async () => {
  const filter = 'kubeflow-eks-memberships-closed';
  const open = { kubeflow: { membership_listing: true } };
  expect(named(await render('login'), 'EnvoyFilter', filter)).toBeDefined();
  expect(named(await render('login', { oidcIssuer }, open), 'EnvoyFilter', filter)).toBeUndefined();
});

test('the dashboard, built by kustomize, has the address to log out', async () => {
  const dashboard = named(await render('dashboard'), 'Deployment', 'dashboard');
  expect(JSON.stringify(dashboard)).toContain('/oauth2/sign_out?rd=');
});
