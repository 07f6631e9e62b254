import type { Grant } from '../core/access/grants';
import type { UserIdentity } from '../core/access/user-identity';
import { clusterRoleOf } from '../core/access/roles';
import { managedByLabel } from '../core/naming';
import type { IstioApi } from './istio-api';
import { resources } from '../adapters/kubernetes/resources';
import type { RoleBinding, SpecObject } from '../adapters/kubernetes/types';

/** Label of a user's objects; its value is the identity's key. */
export const userLabel = 'kubeflow-eks/user';

/** Annotation of a binding: the week in which its user was last seen (core/access/last-seen.ts). */
export const seenAnnotation = 'kubeflow-eks/seen-in-week-of';

/** Whom objects are made for. */
export interface Holder extends UserIdentity {
  /** The week in which the user was last seen, for the bindings; nothing where it is not to be remembered. */
  readonly seen?: string | undefined;
}

/** Through which workloads a contributor may reach a namespace: the ingress gateway and the pipelines' front end. */
const principals = [
  'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account',
  'cluster.local/ns/kubeflow/sa/ml-pipeline-ui',
];

/** The request header in which the gateway names the user. */
const userHeader = 'request.headers[kubeflow-userid]';

/**
 * The Kubernetes half of a contributor, as the dashboard's KFAM makes it, with our labels. Exactly one subject: KFAM's
 * list fails for everybody when an annotated binding has another number.
 */
export function roleBindingOf(holder: Holder, grant: Grant, name: string): RoleBinding {
  const metadata = metadataOf(holder, grant, name);
  const seen = holder.seen === undefined ? {} : { [seenAnnotation]: holder.seen };
  return {
    apiVersion: resources.roleBindings.apiVersion,
    kind: resources.roleBindings.kind,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...seen } },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: clusterRoleOf(grant.role),
    },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: holder.email }],
  };
}

/** The Istio half, in the kind that the cluster serves. */
export function policyOf(api: IstioApi, identity: UserIdentity, grant: Grant, name: string): SpecObject {
  return {
    apiVersion: api.type.apiVersion,
    kind: api.kind,
    metadata: metadataOf(identity, grant, name),
    spec: policySpecOf(api, identity.email),
  };
}

/** What a contributor's Istio object says. */
export function policySpecOf(api: IstioApi, email: string): unknown {
  if (api.kind === 'ServiceRoleBinding') {
    return {
      subjects: [{ properties: { [userHeader]: email } }],
      roleRef: { kind: 'ServiceRole', name: 'ns-access-istio' },
    };
  }
  return { rules: [{ from: [{ source: { principals } }], when: [{ key: userHeader, values: [email] }] }] };
}

function metadataOf(identity: UserIdentity, grant: Grant, name: string) {
  return {
    name,
    namespace: grant.namespace,
    annotations: { user: identity.email, role: grant.role },
    labels: { [managedByLabel.key]: managedByLabel.value, [userLabel]: identity.key },
  };
}
