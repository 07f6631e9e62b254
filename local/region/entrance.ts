import type { ControlPlane } from '../kubernetes/control-plane';
import type { KubeObject } from '../kubernetes/kube-client';
import type { Mesh } from '../mesh';

/** Starts a notebook for every Profile, and names all addresses that somebody may want to open. */
export async function entrance(mesh: Mesh, cluster: ControlPlane | undefined): Promise<string[]> {
  if (cluster === undefined) return [];
  const { client } = cluster;
  const ingresses = await client.list<KubeObject & { spec: { rules?: { host?: string }[] } }>(
    '/apis/networking.k8s.io/v1/ingresses',
  );
  const host = ingresses
    .flatMap(({ spec }) => spec.rules ?? [])
    .find((rule) => rule.host !== undefined)?.host;
  const profiles = await client.list('/apis/kubeflow.org/v1/profiles');
  const namespaces = profiles.map(({ metadata }) => metadata.name).sort();
  for (const namespace of namespaces) await mesh.notebook(namespace);
  const url = `https://${host ?? ''}`;
  return [`${url}/`, ...namespaces.map((namespace) => `${url}/notebook/${namespace}/workspace/`)];
}
