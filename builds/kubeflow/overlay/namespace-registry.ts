import { UserError } from '../../../core/errors';
import type { KubernetesObject } from '../../kubernetes/objects';
import type { GeneratedSecret } from './generated-secrets';

/**
 * Folders of Kubeflow Hub in the distribution. Its own overlay is for one namespace, of the example user; these are what
 * that one is made of, but for the route from the gateway to the registry itself: it has one path for all namespaces and
 * asks nobody whose they are. The page asks the API server for each request whether its user may read Services in the
 * namespace (kubeflow/hub v0.3.9, clients/ui/bff/internal/integrations/kubernetes/internal_k8s_client.go).
 */
export const registryParts = {
  ui: 'applications/hub/upstream/options/ui/overlays/istio',
  registry: 'applications/hub/upstream/overlays/postgres',
} as const;

const secretName = 'model-registry-db-secrets';
const serverPods = { component: 'model-registry-server' };
const databasePods = { component: 'db' };
const pageAccount = 'cluster.local/ns/kubeflow/sa/model-registry-ui';
const labels = { 'app.kubernetes.io/part-of': 'model-registry' };

/**
 * What the pods of a registry ask for, where upstream says nothing: a namespace with a quota for processors or memory takes
 * no pod that does not say both (Kubernetes, "Resource Quotas").
 */
const resources = {
  requests: { cpu: '50m', memory: '256Mi' },
  limits: { cpu: '1', memory: '1Gi' },
} as const;

/**
 * The page, and in each namespace a registry with its database, which its own pods and the page alone may call.
 *
 * @param rendered the two folders of {@link registryParts}
 * @throws UserError `InvalidConfiguration` where the distribution has another registry
 */
export function registryObjects(
  rendered: { ui: readonly KubernetesObject[]; registry: readonly KubernetesObject[] },
  namespaces: readonly string[],
): KubernetesObject[] {
  const registry = rendered.registry.filter(
    ({ kind, metadata }) => kind !== 'Secret' || metadata.name !== secretName,
  );
  for (const name of ['model-registry-deployment', 'model-registry-db']) {
    if (registry.some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)) continue;
    throw new UserError(
      'InvalidConfiguration',
      `the source of Kubeflow does not have the Deployment ${name} in ${registryParts.registry}. Use a distribution that ` +
        'is laid out like the pinned one (kubeflow.source), or leave model-registry out.',
    );
  }
  return [
    ...rendered.ui,
    ...namespaces.flatMap((namespace) => [
      ...registry.map((object) => placed(object, namespace)),
      ...fences(namespace),
    ]),
  ];
}

/** The passwords of the databases; upstream's is the same for everybody. */
export function registrySecrets(namespaces: readonly string[]): GeneratedSecret[] {
  return namespaces.map((namespace) => ({
    name: secretName,
    namespace,
    keys: { POSTGRES_USER: 'root', POSTGRES_PASSWORD: { randomBytes: 20 } },
    volume: 'metadata-postgres',
  }));
}

interface Workload {
  template: { spec: { containers: { resources?: object }[] } };
}

function placed(object: KubernetesObject, namespace: string): KubernetesObject {
  const copy = structuredClone(object);
  copy.metadata.namespace = namespace;
  if (copy.kind === 'Deployment') {
    for (const container of (copy['spec'] as Workload).template.spec.containers)
      container.resources ??= resources;
  }
  return copy;
}

/**
 * The mesh lets a namespace's own pods in, by the policy of its Profile, and with this the page. It does not guard the
 * database, which runs without a sidecar, so that the network does; and the registry as well.
 */
function fences(namespace: string): KubernetesObject[] {
  return [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'model-registry-page', namespace, labels },
      spec: {
        action: 'ALLOW',
        selector: { matchLabels: serverPods },
        rules: [{ from: [{ source: { principals: [pageAccount] } }] }],
      },
    },
    networkPolicy('model-registry', namespace, {
      pods: serverPods,
      port: 8080,
      from: [
        { podSelector: {} },
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kubeflow' } },
          podSelector: { matchLabels: { app: 'model-registry-ui' } },
        },
      ],
    }),
    networkPolicy('model-registry-db', namespace, {
      pods: databasePods,
      port: 5432,
      from: [{ podSelector: { matchLabels: serverPods } }],
    }),
  ];
}

function networkPolicy(
  name: string,
  namespace: string,
  { pods, port, from }: { pods: Record<string, string>; port: number; from: readonly object[] },
): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ['Ingress'],
      ingress: [{ from, ports: [{ protocol: 'TCP', port }] }],
    },
  };
}
