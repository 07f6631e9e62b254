/**
 * Namespaces that no group may ever name, whatever the rules say: those of Kubernetes, EKS, Istio, Knative, Kubeflow and
 * what is installed with them. `*` stands for any rest (or, in front, any beginning).
 */
export const builtInReserved: readonly string[] = [
  'default',
  'kube-*',
  '*-system',
  'kubeflow',
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
  'karpenter',
];

/** The pattern that reserves a namespace, or `undefined` where a group may name it. */
export function reservedBy(namespace: string, extra: readonly string[]): string | undefined {
  return [...builtInReserved, ...extra].find((pattern) => {
    if (pattern.endsWith('*')) return namespace.startsWith(pattern.slice(0, -1));
    if (pattern.startsWith('*')) return namespace.endsWith(pattern.slice(1));
    return namespace === pattern;
  });
}
