import type { KubernetesObject } from '@kubernetes/client-node';

/** A kind of object, as the API server addresses it. */
export interface ResourceType {
  /** `v1`, `rbac.authorization.k8s.io/v1`, … */
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural in the path. */
  readonly plural: string;
}

/** One object's address; without a namespace for cluster-scoped kinds. */
export interface ObjectAddress {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The kinds that this project reads and writes. */
export const resources = {
  namespaces: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' },
  roleBindings: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', plural: 'rolebindings' },
  profiles: { apiVersion: 'kubeflow.org/v1', kind: 'Profile', plural: 'profiles' },
  ingresses: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', plural: 'ingresses' },
  serviceRoleBindings: {
    apiVersion: 'rbac.istio.io/v1alpha1',
    kind: 'ServiceRoleBinding',
    plural: 'servicerolebindings',
  },
  subjectAccessReviews: {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    plural: 'subjectaccessreviews',
  },
} as const satisfies Record<string, ResourceType>;

/** Istio's AuthorizationPolicy in the version that the cluster serves. */
export function authorizationPolicies(version: 'v1' | 'v1beta1'): ResourceType {
  return {
    apiVersion: `security.istio.io/${version}`,
    kind: 'AuthorizationPolicy',
    plural: 'authorizationpolicies',
  };
}

/** A path of the API: a collection, or one object in it. */
export function resourcePath(type: ResourceType, address: Partial<ObjectAddress> = {}): string {
  const root = type.apiVersion.includes('/') ? `/apis/${type.apiVersion}` : `/api/${type.apiVersion}`;
  const scope = address.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(address.namespace)}`;
  const name = address.name === undefined ? '' : `/${encodeURIComponent(address.name)}`;
  return `${root}${scope}/${type.plural}${name}`;
}

/** An object's own address. */
export function addressOf(object: KubernetesObject): ObjectAddress {
  const name = object.metadata?.name;
  if (name === undefined) throw new Error(`an object of kind ${object.kind ?? 'unknown'} has no name`);
  return { name, namespace: object.metadata?.namespace };
}
