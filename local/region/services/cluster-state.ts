import type { ControlPlane } from '../../kubernetes/control-plane';
import { KubeError, type KubeObject } from '../../kubernetes/kube-client';

/**
 * The state of a cluster as AWS Backup takes it and gives it back (AWS Backup developer guide, "Amazon EKS backups" and "Restore
 * an Amazon EKS cluster"): every object that can be listed and made, but for what nodes and controllers make by themselves.
 */

/** What is in no backup, or never given back. */
const leftOut = new Set([
  'Event',
  'Lease',
  'Node',
  'Pod',
  'Job',
  'ControllerRevision',
  'CSINode',
  'IPAddress',
]);
const neverRestored = new Set(['Endpoints', 'EndpointSlice', 'IPAddress', 'CSINode', 'VolumeAttachment']);

/** The order in which kinds are given back; those that are not named come last. */
const order = [
  ...['CustomResourceDefinition', 'Namespace', 'StorageClass', 'PersistentVolume'],
  ...['PersistentVolumeClaim', 'Secret', 'ConfigMap', 'ServiceAccount', 'LimitRange', 'Pod', 'ReplicaSet'],
];

interface ServedResource {
  name: string;
  kind: string;
  namespaced: boolean;
  verbs: string[];
}

/** Reads all objects of a cluster. */
export async function captureState({ client }: Pick<ControlPlane, 'client'>): Promise<KubeObject[]> {
  const { groups } = await client.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>('/apis');
  const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const objects: KubeObject[] = [];
  for (const apiVersion of versions) {
    const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    const { resources } = await client.get<{ resources: ServedResource[] }>(root);
    for (const { name, kind, verbs } of resources) {
      if (
        name.includes('/') ||
        leftOut.has(kind) ||
        !['list', 'create'].every((verb) => verbs.includes(verb))
      )
        continue;
      const found = await client.list(`${root}/${name}`);
      objects.push(...found.map((object) => ({ ...object, apiVersion, kind })));
    }
  }
  return objects;
}

/** What of a backup is given back. */
export interface RestoreScope {
  /** Those of these namespaces alone, without what belongs to no namespace; all without it. */
  namespaces?: readonly string[];
}

/** What came of each object: made, or skipped since it is there, or refused. */
export interface RestoreOutcome {
  restored: string[];
  skipped: string[];
  failed: string[];
}

/** Gives objects back to a cluster. What is there is neither overwritten nor deleted. */
export async function restoreState(
  { client }: Pick<ControlPlane, 'client'>,
  objects: readonly KubeObject[],
  { namespaces }: RestoreScope,
): Promise<RestoreOutcome> {
  const outcome: RestoreOutcome = { restored: [], skipped: [], failed: [] };
  const wanted = objects
    .filter(({ kind = '' }) => !neverRestored.has(kind))
    .filter(({ metadata }) => namespaces === undefined || namespaces.includes(metadata.namespace ?? ''))
    .sort((one, other) => rank(one) - rank(other));
  for (const object of wanted) {
    const { name, namespace } = object.metadata;
    const what = `${object.kind ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
    try {
      const path = await client.pathOf(object);
      await client.json({
        path: path.slice(0, path.lastIndexOf('/')),
        method: 'POST',
        body: withoutIdentity(object),
      });
      outcome.restored.push(what);
    } catch (error) {
      const exists = error instanceof KubeError && error.status === 409;
      (exists ? outcome.skipped : outcome.failed).push(what);
    }
  }
  return outcome;
}

function rank({ kind = '' }: KubeObject): number {
  const place = order.indexOf(kind);
  return place < 0 ? order.length : place;
}

/** What the API server decides of an object is not given to it; owners of before have another id. */
function withoutIdentity(object: KubeObject): object {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    ...rest
  } = object.metadata as Record<string, unknown>;
  const { ownerReferences: _owners, managedFields: _fields, ...metadata } = rest;
  const { status: _status, ...withoutStatus } = object as unknown as Record<string, unknown>;
  return { ...withoutStatus, metadata };
}
