import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { run } from '../../../builds/support/command';
import { loadBalancerController } from '../../../core/versions';
import { packCharts } from '../../../local/codebuild/charts';
import type { KubeClient, KubeObject } from '../../../local/kubernetes/kube-client';
import {
  startLoadBalancerController,
  type Ingress,
} from '../../../local/kubernetes/stand-ins/load-balancer-controller';
import { startCertificateStatus } from '../../../local/kubernetes/stand-ins/certificate-status';
import type { StandIn } from '../../../local/kubernetes/stand-ins/stand-in';
import { startWebhookPolicies } from '../../../local/kubernetes/stand-ins/webhook-policies';
import { makeTempDir } from '../../../local/processes/temp-dir';
import { waitFor } from '../../../local/processes/wait-for';
import { programPath } from '../../../local/programs';
import { useControlPlane } from '../../support/control-plane';

const kubernetes = useControlPlane();

/** Gives the controller's service account what the chart gives it. */
async function giveRights(client: KubeClient): Promise<void> {
  const dir = await makeTempDir('charts-');
  await packCharts(dir.path);
  const { name, version } = loadBalancerController;
  const chart = join(dir.path, `${name}-${version}.tgz`);
  const { stdout } = await run(await programPath('helm'), [
    ...['template', name, chart, '--namespace', 'kube-system', '--set', 'clusterName=test'],
    ...['--show-only', 'templates/rights.yaml'],
  ]);
  for (const document of parseAllDocuments(stdout)) await client.apply(document.toJS() as object);
  await dir.remove();
}

describe('load balancer controller', () => {
  const existing = new Set<string>();
  const provisioned: string[] = [];
  let failures = 0;
  let running = true;
  let controller: StandIn;
  const nameOf = (ingress: Ingress): string => `${ingress.metadata.namespace ?? ''}-${ingress.metadata.name}`;

  beforeAll(async () => {
    const { client } = kubernetes();
    await giveRights(client);
    controller = startLoadBalancerController({
      client,
      settings: () =>
        running
          ? Promise.resolve({ clusterName: 'test', vpcId: 'vpc-1', defaultTags: {}, managesWebAcls: false })
          : Promise.reject(new Error('no pod of the controller is ready')),
      provision: async (ingress) => {
        if (failures > 0) {
          failures -= 1;
          throw new Error('the account has no load balancer left');
        }
        provisioned.push(nameOf(ingress));
        existing.add(nameOf(ingress));
        return Promise.resolve(`${nameOf(ingress)}.elb.example.com`);
      },
      deprovision: async (ingress) => {
        if (failures > 0) {
          failures -= 1;
          throw new Error('in use');
        }
        existing.delete(nameOf(ingress));
        return Promise.resolve();
      },
    });
    await controller.ready;
  });
  afterAll(async () => {
    await controller.stop();
  });

  const path = (name: string): string => `/apis/networking.k8s.io/v1/namespaces/default/ingresses/${name}`;
  const ingress = (name: string, ingressClassName: string): object => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default' },
    spec: { ingressClassName, defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  });
  const hostname = (object: KubeObject | undefined): string | undefined =>
    (object as Ingress | undefined)?.status?.loadBalancer?.ingress?.[0]?.hostname;

  test('an Ingress of class alb gets its host name, even if the first attempts fail', async () => {
    const { client } = kubernetes();
    failures = 2;
    await client.apply(ingress('web', 'alb'));
    const found = await waitFor(async () => hostname(await client.get(path('web'))), {
      what: 'the host name',
    });
    expect(found).toBe('default-web.elb.example.com');
    expect((await client.get(path('web'))).metadata.finalizers).toEqual(['ingress.k8s.aws/resources']);
    const events = await client.list<KubeObject & { reason: string; message: string }>(
      '/api/v1/namespaces/default/events',
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        reason: 'FailedBuildModel',
        message: 'Failed build model due to the account has no load balancer left',
      }),
    );
  });

  test('a deleted Ingress stays until its load balancer is gone', async () => {
    const { client } = kubernetes();
    await client.apply(ingress('leaving', 'alb'));
    await waitFor(async () => hostname(await client.get(path('leaving'))), { what: 'the host name' });
    expect(existing.has('default-leaving')).toBe(true);
    failures = 2;
    await client.remove(path('leaving'));
    expect(await client.find(path('leaving'))).toBeDefined();
    await waitFor(async () => (await client.find(path('leaving'))) === undefined, {
      what: 'the ingress to go',
    });
    expect(existing.has('default-leaving')).toBe(false);
  });

  test('while no pod of the controller runs, nothing is made', async () => {
    const { client } = kubernetes();
    running = false;
    await client.apply(ingress('early', 'alb'));
    await waitFor(async () => (await client.get(path('early'))).metadata.finalizers?.[0], {
      what: 'the finalizer',
    });
    expect(provisioned).not.toContain('default-early');
    running = true;
    await waitFor(async () => hostname(await client.get(path('early'))), { what: 'the host name' });
  });

  test('an Ingress of another class is left alone', async () => {
    const { client } = kubernetes();
    await client.apply(ingress('other', 'nginx'));
    await client.apply(ingress('after', 'alb'));
    await waitFor(async () => hostname(await client.get(path('after'))), {
      what: 'the host name of the next',
    });
    const other = await client.get(path('other'));
    expect([hostname(other), other.metadata.finalizers]).toEqual([undefined, undefined]);
    expect(provisioned).not.toContain('default-other');
  });
});

describe('what cert-manager and admission webhooks would do', () => {
  const standIns: StandIn[] = [];

  beforeAll(async () => {
    const { client } = kubernetes();
    standIns.push(startCertificateStatus({ client }), startWebhookPolicies({ client }));
    await Promise.all(standIns.map(async ({ ready }) => ready));
  });
  afterAll(async () => {
    await Promise.all(standIns.map(async ({ stop }) => stop()));
  });

  test('a webhook of the cluster that nobody serves is passed over, one from elsewhere is not', async () => {
    const { client } = kubernetes();
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/checks';
    const webhook = (name: string, clientConfig: object): object => ({
      name,
      clientConfig,
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['podtemplates'] }],
    });
    await client.apply({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'checks' },
      webhooks: [
        webhook('inside.example.com', { service: { name: 'checks', namespace: 'default' } }),
        webhook('outside.example.com', { url: 'https://checks.example.com/' }),
      ],
    });
    const policies = await waitFor(
      async () => {
        const { webhooks } = await client.get<{ webhooks: { failurePolicy: string }[] }>(path);
        const found = webhooks.map(({ failurePolicy }) => failurePolicy);
        return found[0] === 'Ignore' ? found : undefined;
      },
      { what: 'the webhook to be passed over' },
    );
    expect(policies).toEqual(['Ignore', 'Fail']);
    await client.remove(path);
  });

  test('a Certificate is issued, also where its definition comes later', async () => {
    const { client, kubectl } = kubernetes();
    await client.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'certificates.cert-manager.io' },
      spec: {
        group: 'cert-manager.io',
        names: { kind: 'Certificate', plural: 'certificates', singular: 'certificate' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
    const certificate = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'web', namespace: 'default' },
      spec: { secretName: 'web' },
    };
    await waitFor(
      async () =>
        client.apply(certificate).then(
          () => true,
          () => false,
        ),
      { what: 'certificates to be served' },
    );
    await kubectl(['wait', 'certificate/web', '--for=condition=Ready', '--timeout=60s']);
  });
});
