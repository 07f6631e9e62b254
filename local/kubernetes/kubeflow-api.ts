import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { waitFor } from '../processes/wait-for';
import type { KubeClient } from './kube-client';
import { istioCrds, type CustomResourceDefinition } from './istio-crds';

export interface KubeflowApiOptions {
  /**
   * Which Istio API is served: today's (security.istio.io and networking.istio.io, the default), the one of Kubeflow
   * 1.2 (rbac.istio.io/v1alpha1), or none.
   */
  istio?: 'current' | 'v1alpha1' | 'none';
}

/**
 * Makes the API server serve what isolation in Kubeflow is made of: Profiles, Notebooks, Istio's resources, and the
 * ClusterRoles kubeflow-admin, kubeflow-edit and kubeflow-view. Resolves when the definitions are established and
 * the aggregated roles have their rules. Safe to repeat.
 */
export async function installKubeflowApi(
  client: KubeClient,
  { istio = 'current' }: KubeflowApiOptions = {},
): Promise<void> {
  const definitions = [
    ...(await manifests('crds/kubeflow.yaml')),
    ...(istio === 'current' ? await istioCrds() : []),
    ...(istio === 'v1alpha1' ? await manifests('crds/istio-rbac-v1alpha1.yaml') : []),
  ] as CustomResourceDefinition[];
  await Promise.all([
    ...definitions.map(async (definition) => client.apply(definition)),
    client.applyAll(await manifests('kubeflow-roles.yaml')),
  ]);
  await Promise.all(definitions.map(async (definition) => established(client, definition)));
  // What kubeflow-admin has last, through two levels of aggregation: the notebooks' edit role.
  await waitFor(
    async () => {
      const { rules } = await client.get<{ rules: { resources?: string[] }[] | null }>(
        '/apis/rbac.authorization.k8s.io/v1/clusterroles/kubeflow-admin',
      );
      const resources = (rules ?? []).flatMap((rule) => rule.resources ?? []);
      return ['notebooks', 'pods', 'rolebindings'].every((resource) => resources.includes(resource));
    },
    { what: 'the kubeflow roles to be aggregated' },
  );
}

async function established(client: KubeClient, { metadata, spec }: CustomResourceDefinition): Promise<void> {
  const { name } = metadata;
  await waitFor(
    async () => {
      const { status } = await client.get<{ status?: { conditions?: { type: string; status: string }[] } }>(
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
      );
      if (
        status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') !== true
      )
        return false;
      // The handlers follow a moment later.
      const { group, names, versions } = spec;
      const path = `/apis/${group}/${versions[0]?.name ?? ''}/${names.plural}?limit=1`;
      return (await client.raw({ path })).status === 200;
    },
    { what: `the definition ${name} to be established` },
  );
}

async function manifests(file: string): Promise<object[]> {
  return parseAllDocuments(await readFile(join(__dirname, file), 'utf8')).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as object;
  });
}
