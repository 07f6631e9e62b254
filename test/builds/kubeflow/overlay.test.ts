import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { components, type Component } from '../../../builds/kubeflow/components';
import { parseManifests, type KubernetesObject } from '../../../builds/kubernetes/objects';
import { withAdjustments } from '../../../builds/kubeflow/overlay/adjustments';
import { ingress, loadBalancerPolicy, loadBalancerSubnets } from '../../../builds/kubeflow/overlay/ingress';
import { signOutUrl } from '../../../builds/kubeflow/overlay/login-proxy';
import { webhooksReached } from '../../../builds/kubeflow/overlay/network-policies';
import { poolIssuer, proxyConfiguration } from '../../../builds/kubeflow/overlay/proxy-configuration';
import { loginOf, renderComponent } from '../../../builds/kubeflow/render-components';
import { run } from '../../../builds/support/command';
import { defined } from '../../../core/defined';
import { assembleDistribution } from '../../../local/codebuild/distribution/assemble';
import { ensurePrograms, type Programs } from '../../../local/kubernetes/control-plane-programs';
import { configurationWith, found, identity, oidcIssuer } from '../support';

const issuer = `https://cognito-idp.eu-central-1.amazonaws.com/${identity.userPoolId}`;
const rbac = join(__dirname, '../../../builds/kubeflow/rbac');

let distribution: string;
let programs: Programs;
beforeAll(async () => {
  programs = await ensurePrograms();
  distribution = await mkdtemp(join(tmpdir(), 'distribution-'));
  await assembleDistribution(distribution);
}, 25 * 60_000);
afterAll(async () => {
  await rm(distribution, { recursive: true });
});

async function render(
  id: string,
  cluster: { oidcIssuer?: string } = { oidcIssuer },
  document: Record<string, unknown> = {},
): Promise<KubernetesObject[]> {
  const component = components.find((candidate) => candidate.id === id) as Component;
  const { path, prefix } = programs.kubectl;
  return renderComponent(
    component,
    { configuration: configurationWith(document), found, identity, cluster, secretVersion: 'v1' },
    {
      distribution,
      rbac,
      kustomize: async (folder) => (await run(path, [...prefix, 'kustomize', folder])).stdout,
    },
  );
}

const named = (
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
): KubernetesObject | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name.startsWith(name));

describe('the login, built by kustomize', () => {
  test('the base has what is to be replaced', async () => {
    const { path, prefix } = programs.kubectl;
    const folder = join(distribution, 'common/oauth2-proxy/base');
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
    expect((await run('ls', ['-A', distribution])).stdout).not.toContain('kubeflow-eks');
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

const adjusting = { configuration: configurationWith(), vpcCidr: found.vpc.cidr };

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

describe('networks without egress', () => {
  const environmentOf = (deployment: KubernetesObject | undefined): Record<string, string | undefined> => {
    const { spec } = deployment as unknown as {
      spec: { template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } } };
    };
    return Object.fromEntries(
      spec.template.spec.containers.flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value])),
    );
  };

  test.each([
    ['login', 'oauth2-proxy'],
    ['istio', 'istiod'],
  ])('%s asks the proxy for Cognito and keys, and reaches the cluster without it', async (id, name) => {
    const proxy = 'http://proxy.acme.example:3128';
    const withProxy = await render(id, { oidcIssuer }, { kubeflow: { https_proxy: proxy } });
    const environment = environmentOf(named(withProxy, 'Deployment', name));
    expect(environment['HTTPS_PROXY']).toBe(proxy);
    expect(environment['NO_PROXY']?.split(',')).toEqual(
      expect.arrayContaining(['.svc', '.cluster.local', found.vpc.cidr, '172.20.0.0/16', '10.100.0.0/16']),
    );
    const without = environmentOf(named(await render(id), 'Deployment', name));
    expect(without).not.toHaveProperty('HTTPS_PROXY');
  });

  test('what the distribution gives the proxy stays', async () => {
    const rendered = await render(
      'login',
      { oidcIssuer },
      { kubeflow: { https_proxy: 'http://proxy:3128' } },
    );
    expect(environmentOf(named(rendered, 'Deployment', 'oauth2-proxy'))).toHaveProperty(
      'OAUTH2_PROXY_CLIENT_ID',
    );
  });
});

describe('models', () => {
  test('are shown and routed where the load balancer takes requests', async () => {
    const data = named(await render('kserve'), 'ConfigMap', 'inferenceservice-config')?.['data'] as {
      ingress: string;
    };
    expect(JSON.parse(data.ingress)).toMatchObject({
      ingressDomain: 'kubeflow.ml.acme.example',
      urlScheme: 'https',
      pathTemplate: '/serving/{{ .Namespace }}/{{ .Name }}',
    });
  });

  test('are reached from the namespaces of Profiles, and from each other', async () => {
    expect(
      named(await render('cluster-local-gateway'), 'NetworkPolicy', 'kubeflow-eks-models-within'),
    ).toMatchObject({
      metadata: { namespace: 'istio-system' },
      spec: {
        podSelector: { matchLabels: { app: 'cluster-local-gateway' } },
        ingress: [{ ports: [{ port: 8080 }, { port: 8081 }] }],
      },
    });
  });

  test('every webhook is reached by the API server at the port behind its Service', () => {
    const service = (name: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'kubeflow' },
      spec: { selector: { 'control-plane': name }, ports: [{ port: 443, targetPort: 'webhook' }] },
    });
    const webhooks: KubernetesObject = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'models' },
      webhooks: [{ clientConfig: { service: { namespace: 'kubeflow', name: 'called' } } }],
    };
    expect(webhooksReached([service('called'), service('other'), webhooks])).toMatchObject([
      {
        metadata: { name: 'kubeflow-eks-called', namespace: 'kubeflow' },
        spec: {
          podSelector: { matchLabels: { 'control-plane': 'called' } },
          ingress: [{ ports: [{ protocol: 'TCP', port: 'webhook' }] }],
        },
      },
    ]);
  });
});

test('the dashboard, built by kustomize, has the address to log out', async () => {
  const dashboard = named(await render('dashboard'), 'Deployment', 'dashboard');
  expect(JSON.stringify(dashboard)).toContain('/oauth2/sign_out?rd=');
});

describe('notebooks', () => {
  const notebooks = {
    culling: { idle_minutes: 120 },
    images: ['registry.example/ours:v2', 'registry.example/other:v1'],
    custom_images: false,
    gpu_vendors: ['amd'],
    cpu: '2',
    memory: '8Gi',
    volume: '20Gi',
  };
  const formOf = (objects: readonly KubernetesObject[]) =>
    parse(
      (named(objects, 'ConfigMap', 'jupyter-web-app-config')?.['data'] as Record<string, string>)[
        'spawner_ui_config.yaml'
      ] ?? '',
    ) as unknown;
  const template = (objects: readonly KubernetesObject[], name: string) =>
    JSON.stringify((named(objects, 'Deployment', name)?.['spec'] as { template: unknown }).template);

  test('are as the distribution has them where nothing is configured', async () => {
    const objects = await render('notebooks');
    expect(formOf(objects)).toMatchObject({ spawnerFormDefaults: { allowCustomImage: true } });
    expect(JSON.stringify(objects)).not.toContain('CULL_IDLE_TIME');
  });

  test('get what is configured, and pods that read it again', async () => {
    const objects = await render('notebooks', {}, { kubeflow: { notebooks } });
    expect(formOf(objects)).toMatchObject({
      spawnerFormDefaults: {
        allowCustomImage: false,
        hideRegistry: true,
        image: { value: 'registry.example/ours:v2', options: notebooks.images },
        cpu: { value: '2', limitFactor: '1.2' },
        memory: { value: '8Gi' },
        gpus: {
          readOnly: false,
          value: { vendors: [{ limitsKey: 'amd.com/gpu', uiName: 'AMD' }], num: 'none' },
        },
        workspaceVolume: {
          value: {
            mount: '/home/jovyan',
            newPvc: { spec: { resources: { requests: { storage: '20Gi' } } } },
          },
        },
      },
    });
    const controller = template(objects, 'notebook-controller-deployment');
    expect(controller).toContain('{"name":"ENABLE_CULLING","value":"true"}');
    expect(controller).toContain('{"name":"CULL_IDLE_TIME","value":"120"}');
    expect(controller).toContain('{"name":"IDLENESS_CHECK_PERIOD","value":"5"}');
    const others = await render('notebooks', {}, { kubeflow: { notebooks: { ...notebooks, cpu: '3' } } });
    const server = 'jupyter-web-app-deployment';
    expect(template(others, server)).not.toBe(template(objects, server));
    expect(template(others, 'notebook-controller-deployment')).toBe(controller);
  });

  test('of a distribution without such a form are refused, and variables of the distribution are replaced', () => {
    const adjusting = {
      configuration: configurationWith({ kubeflow: { notebooks } }),
      vpcCidr: found.vpc.cidr,
    };
    expect(() => withAdjustments('notebooks', [], adjusting)).toThrow(
      expect.objectContaining({ name: 'InvalidConfiguration' }) as Error,
    );
    const env = [
      { name: 'ENABLE_CULLING', valueFrom: { configMapKeyRef: { name: 'config', key: 'ENABLE_CULLING' } } },
      { name: 'USE_ISTIO', value: 'true' },
    ];
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'notebook-controller-deployment', namespace: 'kubeflow' },
      spec: { template: { spec: { containers: [{ name: 'manager', env }] } } },
    };
    const onlyCulling = configurationWith({ kubeflow: { notebooks: { culling: { idle_minutes: 60 } } } });
    const [changed] = withAdjustments('notebooks', [deployment], {
      ...adjusting,
      configuration: onlyCulling,
    });
    expect(changed).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                env: [
                  { name: 'USE_ISTIO', value: 'true' },
                  { name: 'ENABLE_CULLING', value: 'true' },
                  { name: 'CULL_IDLE_TIME', value: '60' },
                  { name: 'IDLENESS_CHECK_PERIOD', value: '5' },
                ],
              },
            ],
          },
        },
      },
    });
  });

  test.each([
    [
      'culling that leaves no time',
      { culling: { idle_minutes: 5 } },
      /kubeflow\.notebooks\.culling\.idle_minutes/,
    ],
    ['an image without a tag', { images: ['registry.example/ours'] }, /kubeflow\.notebooks\.images/],
    ['memory in no unit', { memory: '8GB' }, /kubeflow\.notebooks\.memory/],
    ['GPUs of a vendor without a plugin', { gpu_vendors: ['intel'] }, /kubeflow\.notebooks\.gpu_vendors/],
  ])('%s is a problem', (_what, wrong, path) => {
    expect(() => configurationWith({ kubeflow: { notebooks: wrong } })).toThrow(path);
  });
});

describe('the ingress', () => {
  const annotations = (document: Record<string, unknown> = {}): Record<string, string> =>
    ingress(configurationWith(document), found, identity.certificateArn).metadata.annotations ?? {};

  test.each([
    ['internet-facing', 'public'],
    ['internal', 'private'],
  ] as const)('an %s load balancer stands in the %s subnets', (scheme, kind) => {
    expect(annotations({ kubeflow: { ingress_scheme: scheme } })).toMatchObject({
      'alb.ingress.kubernetes.io/scheme': scheme,
      'alb.ingress.kubernetes.io/subnets': found.subnets[kind].map(({ id }) => id).join(','),
    });
  });

  test('of several subnets in a zone the largest is taken, of equal ones the first', () => {
    const configuration = configurationWith({ kubeflow: { ingress_scheme: 'internal' } });
    const subnet = (id: string, zone: string, cidr?: string) => ({
      id,
      az: `eu-central-1${zone}`,
      ...defined({ cidr }),
    });
    const choose = (subnets: ReturnType<typeof subnet>[]): string[] =>
      loadBalancerSubnets(configuration, { subnets: { private: subnets, public: [] } }).map(({ id }) => id);
    expect(
      choose([
        subnet('data-a', 'a', '10.0.200.0/28'),
        subnet('app-a', 'a', '10.0.0.0/20'),
        subnet('app-b', 'b', '10.0.16.0/20'),
        subnet('other-b', 'b', '10.0.32.0/20'),
      ]),
    ).toEqual(['app-a', 'app-b']);
    expect(choose([subnet('one', 'a'), subnet('other', 'a'), subnet('known', 'b', '10.0.0.0/26')])).toEqual([
      'one',
      'known',
    ]);
  });

  test('is open to all unless ranges are given', () => {
    const key = 'alb.ingress.kubernetes.io/inbound-cidrs';
    expect(annotations()).not.toHaveProperty(key);
    expect(annotations({ kubeflow: { ingress_cidrs: ['198.51.100.0/24', '203.0.113.7/32'] } })[key]).toBe(
      '198.51.100.0/24,203.0.113.7/32',
    );
  });

  const webAcl =
    'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/front/11111111-2222-3333-4444-555555555555';
  const after = (document: Record<string, unknown>, before: Record<string, string>): Record<string, string> =>
    ingress(configurationWith({ kubeflow: document }), found, identity.certificateArn, before).metadata
      .annotations ?? {};

  test('names the web ACL that is configured, "none" where it had one, and nothing where it never had', () => {
    const key = 'alb.ingress.kubernetes.io/wafv2-acl-arn';
    expect(annotations()).not.toHaveProperty(key);
    const configured = after({ ingress_waf_acl_arn: webAcl }, {});
    expect(configured[key]).toBe(webAcl);
    const removed = after({}, configured);
    expect(removed[key]).toBe('none');
    expect(after({}, removed)).toEqual(removed);
    expect(after({ ingress_waf_acl_arn: webAcl }, removed)[key]).toBe(webAcl);
  });

  test('turns access logs on where they are configured, off where they were, and says nothing of them otherwise', () => {
    const key = 'alb.ingress.kubernetes.io/load-balancer-attributes';
    const always = 'routing.http.drop_invalid_header_fields.enabled=true';
    const bucket = 'acme-logs';
    expect(annotations()[key]).toBe(always);
    const configured = after({ ingress_access_logs: { bucket, prefix: 'kubeflow/acme' } }, {});
    expect(configured[key]).toBe(
      `${always},access_logs.s3.enabled=true,access_logs.s3.bucket=acme-logs,access_logs.s3.prefix=kubeflow/acme`,
    );
    expect(after({ ingress_access_logs: { bucket } }, {})[key]).toBe(
      `${always},access_logs.s3.enabled=true,access_logs.s3.bucket=acme-logs`,
    );
    expect(after({ ingress_access_logs: { bucket } }, configured)[key]).toBe(
      `${always},access_logs.s3.enabled=true,access_logs.s3.bucket=acme-logs,access_logs.s3.prefix=`,
    );
    const removed = after({}, configured);
    expect(removed[key]).toBe(`${always},access_logs.s3.enabled=false`);
    expect(after({}, removed)).toEqual(removed);
  });

  test.each([
    [
      'a web ACL of CloudFront',
      { ingress_waf_acl_arn: webAcl.replace('regional', 'global') },
      /regional web ACL/,
    ],
    [
      'a web ACL of another region',
      { ingress_waf_acl_arn: webAcl.replace('eu-central-1', 'us-east-1') },
      /of region/,
    ],
    [
      'a web ACL of another account',
      { ingress_waf_acl_arn: webAcl.replace('111122223333', '444455556666') },
      /account_id/,
    ],
    ['no bucket', { ingress_access_logs: { bucket: 's3://acme' } }, /ingress_access_logs\.bucket/],
    [
      'a prefix that ends the attribute',
      { ingress_access_logs: { bucket: 'acme', prefix: 'a,b=c' } },
      /prefix/,
    ],
    ['a prefix with a slash at its end', { ingress_access_logs: { bucket: 'acme', prefix: 'a/' } }, /prefix/],
    [
      'a prefix that ELB puts there itself',
      { ingress_access_logs: { bucket: 'acme', prefix: 'AWSLogs' } },
      /AWSLogs/,
    ],
  ])('%s is a problem', (_what, wrong, message) => {
    expect(() => configurationWith({ kubeflow: wrong })).toThrow(message);
  });

  test('leads from port 80 to TLS, which browsers remember, with the certificate, and drops malformed headers', () => {
    expect(annotations()).toMatchObject({
      'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
      'alb.ingress.kubernetes.io/ssl-redirect': '443',
      'alb.ingress.kubernetes.io/listener-attributes.HTTPS-443':
        'routing.http.response.strict_transport_security.header_value=max-age=31536000',
      'alb.ingress.kubernetes.io/certificate-arn': identity.certificateArn,
      'alb.ingress.kubernetes.io/load-balancer-attributes':
        'routing.http.drop_invalid_header_fields.enabled=true',
    });
  });

  test("reaches Istio's gateway and its health from its own subnets, in whichever range of the VPC, and nothing else does", () => {
    expect(loadBalancerPolicy(configurationWith(), found)['spec']).toMatchObject({
      podSelector: { matchLabels: { app: 'istio-ingressgateway' } },
      ingress: [
        {
          from: found.subnets.public.map(({ cidr }) => ({ ipBlock: { cidr } })),
          ports: [
            { protocol: 'TCP', port: 8080 },
            { protocol: 'TCP', port: 15021 },
          ],
        },
      ],
    });
  });
});
