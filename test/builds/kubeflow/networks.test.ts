import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { webhooksReached } from '../../../builds/kubeflow/overlay/network-policies';
import { found, oidcIssuer } from '../support';
import { named, useRendering } from './rendering';

const { render } = useRendering();

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
