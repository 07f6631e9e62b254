import { CommandError, type Run } from '../support/command';
import type { ClusterObjects } from './cluster-objects';
import { formatManifests, referenceTo, type KubernetesObject, type ObjectReference } from './objects';

/** What the builds have kubectl do: what is asked seldom, or what it alone can. */
export interface KubectlProgram {
  /**
   * All objects of a kind: `storageclass`, or of one namespace; none where the kind is not defined yet.
   *
   * @param fields a selector of fields, such as `spec.nodeName=worker`
   */
  list(kind: string, namespace?: string, selector?: string, fields?: string): Promise<KubernetesObject[]>;
  /** Deletes objects and waits until they are gone; those that are not there do not matter. */
  remove(objects: readonly ObjectReference[], timeoutSeconds: number): Promise<void>;
  /** Asks for objects to be deleted, and does not wait for it. */
  removeLater(objects: readonly ObjectReference[]): Promise<void>;
  /** Renders a folder with a kustomization. */
  kustomize(folder: string): Promise<string>;
  /** The last lines of a pod's containers. */
  logs(namespace: string, pod: string, lines: number): Promise<string>;
}

/** What the builds ask of a cluster: as a program, or over a connection of their own. */
export type Kubectl = KubectlProgram & ClusterObjects;

/** kubectl as a program. Manifests go through its standard input, so that nothing of them is in an argument or a file. */
export function kubectl(run: Run, kubeconfig: string): KubectlProgram {
  const call = async (args: string[], input?: string): Promise<string> =>
    (await run('kubectl', ['--kubeconfig', kubeconfig, ...args], input === undefined ? {} : { input }))
      .stdout;
  const items = (json: string): KubernetesObject[] => {
    if (json.trim() === '') return [];
    const parsed = JSON.parse(json) as KubernetesObject & { items?: KubernetesObject[] };
    return parsed.items ?? [parsed];
  };
  const remove = async (objects: readonly ObjectReference[], flags: string[]): Promise<void> => {
    if (objects.length === 0) return;
    const args = ['delete', '--ignore-not-found', ...flags, '--filename', '-'];
    try {
      await call(args, formatManifests(objects.map(referenceTo)));
    } catch (error) {
      if (!isUnknownKind(error)) throw error;
    }
  };
  return {
    async list(kind, namespace, selector, fields) {
      const scope = namespace === undefined ? ['--all-namespaces'] : ['--namespace', namespace];
      const matching = [
        ...(selector === undefined ? [] : ['--selector', selector]),
        ...(fields === undefined ? [] : ['--field-selector', fields]),
      ];
      try {
        return items(await call(['get', kind, ...scope, ...matching, '--output', 'json']));
      } catch (error) {
        if (isUnknownKind(error)) return [];
        throw error;
      }
    },
    remove: async (objects, timeoutSeconds) => remove(objects, ['--wait', `--timeout=${timeoutSeconds}s`]),
    removeLater: async (objects) => remove(objects, ['--wait=false']),
    kustomize: async (folder) => (await run('kubectl', ['kustomize', folder])).stdout,
    async logs(namespace, pod, lines) {
      const args = ['logs', pod, '--namespace', namespace, '--all-containers', '--prefix', `--tail=${lines}`];
      const result = await run('kubectl', ['--kubeconfig', kubeconfig, ...args], { allowFailure: true });
      return result.stdout;
    },
  };
}

/** A kind that is not defined yet, which has no objects. */
function isUnknownKind(error: unknown): boolean {
  return (
    error instanceof CommandError &&
    /no matches for kind|doesn't have a resource type/.test(error.result.stderr)
  );
}
