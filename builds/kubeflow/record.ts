import { managedByLabel, product } from '../../core/naming';
import type { Kubectl } from './kubectl';
import { describeObject, referenceTo, type KubernetesObject, type ObjectReference } from './objects';

/** What was installed of a component, kept in the cluster itself: whoever installs next may be another build. */
export interface InstallationRecord {
  /** Hash of the objects as they were applied and became ready. */
  hash: string;
  /** Everything that was applied, so that what a later version lacks can be removed. */
  objects: ObjectReference[];
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
      objects: record.objects.map((object) => JSON.stringify(referenceTo(object))).join('\n'),
    },
  };
}

/** The records of all components, by component. */
export async function readRecords(kubectl: Kubectl): Promise<Map<string, InstallationRecord>> {
  const found = await kubectl.list('configmap', namespace, componentLabel);
  return new Map(
    found.map((object) => {
      const data = (object['data'] ?? {}) as { hash?: string; objects?: string };
      const objects = (data.objects ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ObjectReference);
      return [object.metadata.labels?.[componentLabel] ?? '', { hash: data.hash ?? '', objects }];
    }),
  );
}

// Deleting one of these deletes what tenants own: their namespaces, their notebooks, their data.
const neverRemoved = new Set(['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim']);

/**
 * What an earlier installation of a component applied and nothing applies now, apart from what holds the tenants' own.
 *
 * @param wanted all objects of the installation by {@link describeObject}: one can move from component to component
 */
export function superseded(
  record: InstallationRecord | undefined,
  wanted: ReadonlySet<string>,
): ObjectReference[] {
  return (record?.objects ?? []).filter(
    (object) => !wanted.has(describeObject(object)) && !neverRemoved.has(object.kind),
  );
}
