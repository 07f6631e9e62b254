import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { installKubeflowApi } from '../../../local/kubernetes/kubeflow-api';
import { startModelRoutes } from '../../../local/kubernetes/stand-ins/model-routes';
import { reachedByApiServer } from '../../../local/kubernetes/stand-ins/pods-reached';
import { startWebhookPolicies } from '../../../local/kubernetes/stand-ins/webhook-policies';
import type { StandIn } from '../../../local/kubernetes/stand-ins/stand-in';
import { waitFor } from '../../../local/processes/wait-for';
import { useControlPlane } from '../../support/control-plane';

const kubernetes = useControlPlane();
const standIns: StandIn[] = [];
const said: string[] = [];
const webhook = { namespace: 'kubeflow', name: 'checks', port: 443 };

beforeAll(async () => {
  const { client } = kubernetes();
  await installKubeflowApi(client);
  const definition = await readFile(join(__dirname, '../../../local/kubernetes/crds/kserve.yaml'), 'utf8');
  await client.apply(parse(definition) as object);
  const options = { client, onLine: (line: string) => said.push(line) };
  standIns.push(startModelRoutes(options), startWebhookPolicies(options));
  await client.applyAll([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kubeflow' } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'inferenceservice-config', namespace: 'kubeflow' },
      data: {
        ingress: JSON.stringify({
          ingressGateway: 'kubeflow/kubeflow-gateway',
          ingressDomain: 'models.acme.example',
          urlScheme: 'https',
          pathTemplate: '/serving/{{ .Namespace }}/{{ .Name }}',
        }),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: webhook.name, namespace: webhook.namespace },
      spec: { selector: { app: 'checks' }, ports: [{ port: 443, targetPort: 9443 }] },
    },
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all(standIns.map(async ({ stop }) => stop()));
});

const policy = (name: string, spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'kubeflow' },
  spec: { podSelector: {}, ...spec },
});

test("a model's address and route are of the domain that the controller is told", async () => {
  const { client } = kubernetes();
  const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices/flowers';
  await client.apply({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'flowers', namespace: 'default' },
    spec: { predictor: {} },
  });
  const url = await waitFor(async () => (await client.get<{ status?: { url?: string } }>(path)).status?.url, {
    what: 'the address of the model',
  });
  expect(url).toBe('https://models.acme.example/serving/default/flowers');
  expect(
    await client.get('/apis/networking.istio.io/v1beta1/namespaces/default/virtualservices/flowers'),
  ).toMatchObject({
    spec: {
      hosts: ['flowers.default.svc.cluster.local', 'models.acme.example'],
      http: [
        {
          match: [
            {
              uri: { prefix: '/serving/default/flowers/' },
              authority: { regex: '^models\\.acme\\.example(?::\\d{1,5})?$' },
            },
            { uri: { exact: '/serving/default/flowers' } },
          ],
        },
      ],
    },
  });
});

test('a webhook that policies shut off from the API server refuses until one admits its port', async () => {
  const { client } = kubernetes();
  expect(await reachedByApiServer(client, webhook)).toBe(true);
  await client.apply(policy('own', { ingress: [{ from: [{ podSelector: {} }] }] }));
  expect(await reachedByApiServer(client, webhook)).toBe(false);

  await client.apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'checks' },
    webhooks: [
      {
        name: 'checks.example.com',
        clientConfig: { service: webhook },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['podtemplates'] },
        ],
      },
    ],
  });
  await waitFor(() => said.some((line) => /lets the API server reach.*checks\.example\.com/.test(line)), {
    what: 'the stand-in to say so',
  });
  const template = {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name: 'any', namespace: 'default' },
    template: { spec: { containers: [{ name: 'any', image: 'any' }] } },
  };
  await expect(client.apply(template)).rejects.toThrow(/failed calling webhook "checks\.example\.com"/);

  await client.apply(policy('other-port', { ingress: [{ ports: [{ protocol: 'TCP', port: 8443 }] }] }));
  expect(await reachedByApiServer(client, webhook)).toBe(false);
  await client.apply(policy('admits', { ingress: [{ ports: [{ protocol: 'TCP', port: 9443 }] }] }));
  expect(await reachedByApiServer(client, webhook)).toBe(true);
  await waitFor(
    async () =>
      client.apply(template).then(
        () => true,
        () => false,
      ),
    { what: 'the webhook to be passed over', timeoutMs: 30_000 },
  );
}, 60_000);

test("a policy is about the labels that a webhook's pods have, those of Istio's injection among them", async () => {
  const { client } = kubernetes();
  const namespace = 'injected';
  const own = { name: 'manager', namespace };
  const pod = (name: string, labels: Record<string, string>): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: 'manager', ...labels } },
    spec: { containers: [{ name: 'any', image: 'any' }] },
  });
  const policyOf = (name: string, podSelector: object, ingress: object): object => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: { podSelector, ingress: [ingress] },
  });
  await client.applyAll([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: own,
      spec: { selector: { app: 'manager' }, ports: [{ port: 443, targetPort: 9443 }] },
    },
    policyOf('within', {}, { from: [{ podSelector: {} }] }),
    // As those of the distribution's Trainer and of Knative's webhook are.
    policyOf(
      'webhook',
      { matchLabels: { role: 'webhook', 'service.istio.io/canonical-name': 'trainer' } },
      { ports: [{ protocol: 'TCP', port: 9443 }] },
    ),
  ]);
  // No pod yet: what it will have beside the Service's labels is not known.
  expect(await reachedByApiServer(client, own)).toBe(false);
  await client.apply(pod('one', { role: 'webhook', 'app.kubernetes.io/name': 'trainer' }));
  expect(await reachedByApiServer(client, own)).toBe(false);
  await client.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } },
  });
  expect(await reachedByApiServer(client, own)).toBe(true);
  await client.apply(pod('without-sidecar', { role: 'webhook', 'sidecar.istio.io/inject': 'false' }));
  expect(await reachedByApiServer(client, own)).toBe(false);
}, 60_000);
