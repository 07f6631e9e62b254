import { managedByLabel, product } from '../../core/naming';
import { components as allComponents, type Component } from './components';
import type { Kubectl } from '../kubernetes/kubectl';
import {
  describeObject,
  hashObjects,
  referenceTo,
  type KubernetesObject,
  type ObjectReference,
} from '../kubernetes/objects';

/** An object that was applied. */
export interface RecordedObject extends ObjectReference {
  /** Digest of the object as it was applied: tells which of a component's objects another version changes. */
  digest?: string;
}

/** What was installed of a component, kept in the cluster itself: the next installation may be another build's. */
export interface InstallationRecord {
  /** Hash of the objects as they were applied and became ready. */
  hash: string;
  /** Everything that was applied, so that what a later version lacks can be removed. */
  objects: RecordedObject[];
}

/** Enough to tell two versions of one object apart; some hundred of them share a ConfigMap of at most 1 MiB. */
const digestLength = 16;

/** The digest of one object. */
export function digestOf(object: KubernetesObject): string {
  return hashObjects([object]).slice(0, digestLength);
}

/** The record of a component whose objects have just become ready. */
export function recordOf(objects: readonly KubernetesObject[]): InstallationRecord {
  return {
    hash: hashObjects(objects),
    objects: objects.map((object) => ({ ...referenceTo(object), digest: digestOf(object) })),
  };
}

const namespace = 'kube-system';
const componentLabel = `${product}/component`;

const nameOf = (component: string): string => `${product}-install-${component}`;

/** The ConfigMap that holds the record of a component. */
export function recordObject(component: string, record: InstallationRecord): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: nameOf(component),
      namespace,
      labels: { [managedByLabel.key]: managedByLabel.value, [componentLabel]: component },
    },
    data: {
      hash: record.hash,
      objects: record.objects.map((object) => JSON.stringify(object)).join('\n'),
    },
  };
}

/** The records of all components, by component. */
export async function readRecords(kubectl: Pick<Kubectl, 'list'>): Promise<Map<string, InstallationRecord>> {
  const found = await kubectl.list('configmap', namespace, componentLabel);
  return new Map(
    found.map((object) => {
      const data = (object['data'] ?? {}) as { hash?: string; objects?: string };
      const objects = (data.objects ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as RecordedObject);
      return [object.metadata.labels?.[componentLabel] ?? '', { hash: data.hash ?? '', objects }];
    }),
  );
}

/** What was installed and is not among the wanted components, the last one first: what others stand on goes last. */
export function deselected(
  wanted: readonly { id: string }[],
  records: ReadonlyMap<string, InstallationRecord>,
): { component: Component; record: InstallationRecord }[] {
  const selected = new Set(wanted.map(({ id }) => id));
  return [...allComponents].reverse().flatMap((component) => {
    const record = records.get(component.id);
    return record === undefined || selected.has(component.id) ? [] : [{ component, record }];
  });
}

// Deleting one of these deletes what tenants own: their namespaces, their notebooks, their data.
const neverRemoved = new Set(['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim']);

/** Whether an object stays when its component is no longer selected: it holds or defines what is the tenants' own. */
export function isNeverRemoved({ kind }: ObjectReference): boolean {
  return neverRemoved.has(kind);
}

/**
 * What an earlier installation of a component applied and nothing applies now, apart from what holds the tenants' own.
 *
 * @param wanted all objects of the installation by {@link describeObject}: one can move from component to component
 */
export function superseded(
  record: InstallationRecord | undefined,
  wanted: ReadonlySet<string>,
): RecordedObject[] {
  return (record?.objects ?? []).filter(
    (object) => !wanted.has(describeObject(object)) && !isNeverRemoved(object),
  );
}
