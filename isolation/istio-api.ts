import { clusterUnreachable } from '../adapters/kubernetes/api-error';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { resources, type ResourceType } from '../adapters/kubernetes/resources';
import type { SpecObject } from '../adapters/kubernetes/types';

/** What stands for access in the mesh: AuthorizationPolicy, or on Kubeflow 1.2 (Istio 1.3) ServiceRoleBinding. */
export interface IstioApi {
  readonly kind: 'AuthorizationPolicy' | 'ServiceRoleBinding';
  readonly type: ResourceType<SpecObject>;
}

interface ApiGroupList {
  readonly groups: readonly {
    readonly name: string;
    readonly versions: readonly { readonly version: string }[];
  }[];
}

/** What a current cluster serves; a caller may try it before it asks (a list that answers 404 tells the same). */
export const currentIstioApi: IstioApi = {
  kind: 'AuthorizationPolicy',
  type: resources.authorizationPolicies,
};

/**
 * Asks the API server which of Istio's kinds it serves: one read.
 *
 * @returns the newest, or `undefined` on a cluster without Istio
 */
export async function discoverIstioApi(client: KubernetesClient): Promise<IstioApi | undefined> {
  const { groups } = await client.document<Partial<ApiGroupList>>('/apis');
  if (!Array.isArray(groups)) throw clusterUnreachable('get /apis', new Error('the answer lists no groups'));
  const served = new Set(
    (groups as ApiGroupList['groups']).flatMap(({ name, versions }) =>
      versions.map(({ version }) => `${name}/${version}`),
    ),
  );
  const candidates: IstioApi[] = [
    currentIstioApi,
    { kind: 'AuthorizationPolicy', type: resources.authorizationPoliciesV1beta1 },
    { kind: 'ServiceRoleBinding', type: resources.serviceRoleBindings },
  ];
  return candidates.find(({ type }) => served.has(type.apiVersion));
}
