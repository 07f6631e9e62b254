import type { PlannedChange } from '../../core/plan';
import type { RenderedComponent } from './component';
import type { Kubectl } from '../kubernetes/kubectl';
import { describeObject, hashObjects, type KubernetesObject } from '../kubernetes/objects';
import {
  deselected,
  digestOf,
  isNeverRemoved,
  readRecords,
  superseded,
  type InstallationRecord,
} from './record';

/** Asks only: nothing in here can change a cluster. */
export type ReadOnlyKubectl = Pick<Kubectl, 'get' | 'list'>;

/**
 * Finds what an installation of exactly these components would do, in its order, without doing any of it: what is
 * rendered is held against the records of what was applied, and against what is there.
 *
 * @param add called with each change: a whole component that is new or goes, else the objects that differ
 */
export async function installationChanges(
  components: readonly Pick<RenderedComponent, 'id' | 'title' | 'objects'>[],
  kubectl: ReadOnlyKubectl,
  add: (change: PlannedChange) => void,
): Promise<void> {
  const records = await readRecords(kubectl);
  const known = components.filter(({ id }) => records.has(id));
  const present = await kubectl.get(known.flatMap(({ objects }) => objects));
  const there = new Set(present.map(describeObject));
  const wanted = new Set(components.flatMap(({ objects }) => objects.map(describeObject)));
  for (const { id, title, objects } of components) {
    const record = records.get(id);
    if (record === undefined) add({ action: 'create', what: `${title} (${count(objects.length)})` });
    else planComponent(title, objects, { record, there, wanted }, add);
  }
  for (const { component, record } of deselected(components, records)) {
    const left = record.objects.filter(
      (object) => isNeverRemoved(object) && !wanted.has(describeObject(object)),
    );
    const rest = left.length === 0 ? '' : `; it leaves ${left.map(describeObject).join(', ')}`;
    add({
      action: 'remove',
      what: `${component.title} (${count(superseded(record, wanted).length)})${rest}`,
    });
  }
}

function planComponent(
  title: string,
  objects: readonly KubernetesObject[],
  known: { record: InstallationRecord; there: ReadonlySet<string>; wanted: ReadonlySet<string> },
  add: (change: PlannedChange) => void,
): void {
  const { record, there, wanted } = known;
  const name = (object: Parameters<typeof describeObject>[0]): string =>
    `${title}: ${describeObject(object)}`;
  const missing = objects.filter((object) => !there.has(describeObject(object)));
  for (const object of missing) add({ action: 'create', what: name(object) });
  if (record.hash === hashObjects(objects)) return;
  const applied = new Map(record.objects.map((object) => [describeObject(object), object.digest]));
  const changed = objects.filter(
    (object) => there.has(describeObject(object)) && applied.get(describeObject(object)) !== digestOf(object),
  );
  for (const object of changed) add({ action: 'change', what: name(object) });
  const old = superseded(record, wanted);
  for (const object of old) add({ action: 'remove', what: name(object) });
  // The order of the objects alone: it is applied again, and nothing comes of it.
  if (missing.length + changed.length + old.length === 0)
    add({ action: 'change', what: `the record of ${title}` });
}

function count(objects: number): string {
  return objects === 1 ? '1 object' : `${objects} objects`;
}
