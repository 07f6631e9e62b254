/**
 * Namespaces that no group may ever name, whatever the rules say: those of Kubernetes, EKS, Istio, Knative, Kubeflow and
 * what is installed with them, and those in which platforms usually put what they install later. `*` stands for any rest
 * (or, in front, any beginning).
 *
 * Pipelines gives each tenant an identity of the object store that is called as its namespace. So the store's own
 * identities are reserved too: a tenant `kubeflow-admin` would share the administrator's, and SeaweedFS takes requests
 * without a key for `anonymous`.
 */
export const builtInReserved: readonly string[] = [
  'default',
  'kube-*',
  '*-system',
  'kubeflow',
  'kubeflow-admin',
  'kubeflow-workspaces',
  'kubeflow-eks*',
  'istio-*',
  'knative-*',
  'kserve',
  'cert-manager',
  'auth',
  'oauth2-proxy',
  'amazon-*',
  'aws-*',
  'eks-*',
  'external-dns',
  'external-secrets*',
  'karpenter',
  // The object store's identities.
  'admin',
  'anonymous',
  'root',
  'minio*',
  'mlpipeline',
  'seaweedfs*',
  // What platforms install beside Kubeflow.
  '*-operator',
  '*-operators',
  'argo',
  'argocd*',
  'argo-*',
  'cattle-*',
  'datadog*',
  'dex',
  'elastic*',
  'flux*',
  'gatekeeper*',
  'gitlab-*',
  'grafana*',
  'ingress-*',
  'jaeger*',
  'keda',
  'kiali*',
  'kyverno*',
  'linkerd*',
  'logging',
  'loki*',
  'metacontroller',
  'monitoring',
  'nginx-*',
  'nvidia-*',
  'observability',
  'openshift-*',
  'opentelemetry*',
  'prometheus*',
  'rook-*',
  'tekton-*',
  'traefik*',
  'vault*',
  'velero',
];

/** The pattern that reserves a namespace, or `undefined` where a group may name it. */
export function reservedBy(namespace: string, extra: readonly string[]): string | undefined {
  return [...builtInReserved, ...extra].find((pattern) => {
    if (pattern.endsWith('*')) return namespace.startsWith(pattern.slice(0, -1));
    if (pattern.startsWith('*')) return namespace.endsWith(pattern.slice(1));
    return namespace === pattern;
  });
}
