import { CommandError, type Run } from '../support/command';
import { fieldManager } from '../../core/naming';
import { formatManifests, referenceTo, type KubernetesObject, type ObjectReference } from './objects';

/** What the installation asks of a cluster, in the words of kubectl. */
export interface Kubectl {
  /** Server-side apply, taking over fields of others. */
  apply(objects: readonly KubernetesObject[]): Promise<void>;
  /** Those of the objects that are there, as they are now. */
  get(objects: readonly ObjectReference[]): Promise<KubernetesObject[]>;
  /** All objects of a kind: `storageclass`, or of one namespace; none where the kind is not defined yet. */
  list(kind: string, namespace?: string, selector?: string): Promise<KubernetesObject[]>;
  /** Deletes objects and waits until they are gone; those that are not there do not matter. */
  remove(objects: readonly ObjectReference[], timeoutSeconds: number): Promise<void>;
  /** Asks for objects to be deleted, and does not wait for it. */
  removeLater(objects: readonly ObjectReference[]): Promise<void>;
  /** Renders a folder with a kustomization. */
  kustomize(folder: string): Promise<string>;
  /** The last lines of a pod's containers. */
  logs(namespace: string, pod: string, lines: number): Promise<string>;
}

/** kubectl as a program. Manifests go through its standard input, so that no secret is in an argument or a file. */
export function kubectl(run: Run, kubeconfig: string): Kubectl {
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
    async apply(objects) {
      if (objects.length === 0) return;
      const args = ['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`];
      await call([...args, '--filename', '-'], formatManifests(objects));
    },
    async get(objects) {
      if (objects.length === 0) return [];
      const args = ['get', '--ignore-not-found', '--output', 'json', '--filename', '-'];
      try {
        return items(await call(args, formatManifests(objects.map(referenceTo))));
      } catch (error) {
        if (isUnknownKind(error)) return [];
        throw error;
      }
    },
    async list(kind, namespace, selector) {
      const scope = namespace === undefined ? ['--all-namespaces'] : ['--namespace', namespace];
      const matching = selector === undefined ? [] : ['--selector', selector];
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

/** A webhook that does not answer yet: it is being started, and will. */
export function isWebhookStarting(error: unknown): boolean {
  return (
    error instanceof CommandError &&
    /failed calling webhook|no endpoints available for service/.test(error.result.stderr)
  );
}
