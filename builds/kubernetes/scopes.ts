import type { KubernetesObject } from './objects';

/** Kinds of Kubernetes itself that belong to no namespace, of those that manifests have. */
const clusterKinds: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'APIService',
  'PriorityClass',
  'StorageClass',
  'PersistentVolume',
]);

/**
 * The components without the namespaces that their cluster-scoped objects do not have. Kustomize gives its namespace to whatever it
 * does not know (the distribution has a dozen such), the API server takes no notice of it, and an object that is then
 * looked for by namespace seems to be missing forever.
 *
 * @param components all that are installed: the definitions among their objects say what is cluster-scoped
 */
export function withoutStrayNamespaces<C extends { objects: KubernetesObject[] }>(
  components: readonly C[],
): C[] {
  const defined = new Set(components.flatMap(({ objects }) => objects.flatMap(clusterScopedDefinition)));
  const corrected = (object: KubernetesObject): KubernetesObject => {
    const { namespace, ...metadata } = object.metadata;
    const isClusterScoped = clusterKinds.has(object.kind) || defined.has(groupKind(object));
    return namespace === undefined || !isClusterScoped ? object : { ...object, metadata };
  };
  return components.map((component) => ({ ...component, objects: component.objects.map(corrected) }));
}

/** Of a CustomResourceDefinition. */
interface Definition {
  group: string;
  scope: string;
  names: { kind: string } | null;
}

function clusterScopedDefinition({ kind, ...rest }: KubernetesObject): string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  // What lacks any of it is refused by the API server, which says so better.
  const { group, scope, names } = (rest['spec'] ?? {}) as Partial<Definition>;
  return scope === 'Cluster' ? [`${group ?? ''}/${names?.kind ?? ''}`] : [];
}

function groupKind({ apiVersion, kind }: KubernetesObject): string {
  return `${apiVersion.split('/')[0] ?? ''}/${kind}`;
}
