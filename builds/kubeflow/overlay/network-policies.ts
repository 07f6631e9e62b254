import { managedByLabel } from '../../../core/naming';
import type { KubernetesObject } from '../../kubernetes/objects';

const labels = { [managedByLabel.key]: managedByLabel.value };

/**
 * Lets notebooks and pipelines call models by their names in the cluster, and one part of a model another: all of it goes
 * through the cluster-local gateway (ports 8080 and, for `knative-local-gateway`, 8081), which otherwise only pods of its
 * namespace reach.
 */
export function modelsReachedFromWithin(): KubernetesObject {
  const namespaces = [
    { matchLabels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' } },
    {
      matchExpressions: [
        { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['kubeflow', 'knative-serving'] },
      ],
    },
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'kubeflow-eks-models-within', namespace: 'istio-system', labels },
    spec: {
      podSelector: { matchLabels: { app: 'cluster-local-gateway' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: namespaces.map((namespaceSelector) => ({ namespaceSelector })),
          ports: [8080, 8081].map((port) => ({ protocol: 'TCP', port })),
        },
      ],
    },
  };
}

interface Service extends KubernetesObject {
  spec: {
    selector?: Record<string, string>;
    ports?: { port: number; targetPort?: number | string }[];
  };
}

/**
 * Lets the API server reach the admission webhooks of a component: one policy for each Service that one of them names,
 * for the pods behind it and their port.
 */
export function webhooksReached(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const called = new Set(
    objects
      .filter(({ kind }) => /^(Validating|Mutating)WebhookConfiguration$/.test(kind))
      .flatMap(({ webhooks }) => (webhooks ?? []) as { clientConfig?: { service?: Named } }[])
      .flatMap(({ clientConfig }) => clientConfig?.service ?? [])
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  return objects
    .filter(
      ({ kind, metadata }) =>
        kind === 'Service' && called.has(`${metadata.namespace ?? ''}/${metadata.name}`),
    )
    .map((object) => policyFor(object as Service));
}

interface Named {
  namespace: string;
  name: string;
}

function policyFor({ metadata, spec }: Service): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: `kubeflow-eks-${metadata.name}`,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels,
    },
    spec: {
      podSelector: { matchLabels: spec.selector ?? {} },
      policyTypes: ['Ingress'],
      ingress: [
        {
          ports: (spec.ports ?? []).map(({ port, targetPort }) => ({
            protocol: 'TCP',
            port: targetPort ?? port,
          })),
        },
      ],
    },
  };
}
