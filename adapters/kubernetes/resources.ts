import type {
  AnyObject,
  Ingress,
  Namespace,
  Profile,
  RoleBinding,
  SpecObject,
  SubjectAccessReview,
} from './types';

/** A kind of object, as the API server addresses it, with the type of its objects. */
export interface ResourceType<T extends AnyObject = AnyObject> {
  /** `v1`, `rbac.authorization.k8s.io/v1`, … */
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural in the path. */
  readonly plural: string;
  /** Never there: ties the kind to the type of its objects. */
  readonly objectType?: T;
}

/** One object's address; without a namespace for cluster-scoped kinds. */
export interface ObjectAddress {
  readonly namespace?: string | undefined;
  readonly name: string;
}

function resource<T extends AnyObject>(apiVersion: string, kind: string, plural: string): ResourceType<T> {
  return { apiVersion, kind, plural };
}

/** The kinds that this project reads and writes. */
export const resources = {
  /** Of these two the metadata alone. */
  pods: resource<AnyObject>('v1', 'Pod', 'pods'),
  secrets: resource<AnyObject>('v1', 'Secret', 'secrets'),
  /** By name alone. */
  serviceAccounts: resource<AnyObject>('v1', 'ServiceAccount', 'serviceaccounts'),
  podDefaults: resource<SpecObject>('kubeflow.org/v1alpha1', 'PodDefault', 'poddefaults'),
  namespaces: resource<Namespace>('v1', 'Namespace', 'namespaces'),
  roleBindings: resource<RoleBinding>('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  profiles: resource<Profile>('kubeflow.org/v1', 'Profile', 'profiles'),
  ingresses: resource<Ingress>('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  authorizationPolicies: resource<SpecObject>(
    'security.istio.io/v1',
    'AuthorizationPolicy',
    'authorizationpolicies',
  ),
  authorizationPoliciesV1beta1: resource<SpecObject>(
    'security.istio.io/v1beta1',
    'AuthorizationPolicy',
    'authorizationpolicies',
  ),
  serviceRoleBindings: resource<SpecObject>(
    'rbac.istio.io/v1alpha1',
    'ServiceRoleBinding',
    'servicerolebindings',
  ),
  subjectAccessReviews: resource<SubjectAccessReview>(
    'authorization.k8s.io/v1',
    'SubjectAccessReview',
    'subjectaccessreviews',
  ),
} as const;

/** A path of the API: a collection, or one object in it. */
export function resourcePath(type: ResourceType, address: Partial<ObjectAddress> = {}): string {
  const root = type.apiVersion.includes('/') ? `/apis/${type.apiVersion}` : `/api/${type.apiVersion}`;
  const scope = address.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(address.namespace)}`;
  const name = address.name === undefined ? '' : `/${encodeURIComponent(address.name)}`;
  return `${root}${scope}/${type.plural}${name}`;
}

/** An object's own address. @throws Error when it has no name */
export function addressOf(object: AnyObject): ObjectAddress {
  const name = object.metadata?.name;
  if (name === undefined) throw new Error(`an object of kind ${object.kind ?? 'unknown'} has no name`);
  return { name, namespace: object.metadata?.namespace };
}
