import { installComponent, type InstallOptions, type Outcome, type RenderedComponent } from './component';
import { describeObject, hashObjects } from '../kubernetes/objects';
import { deselected, readRecords, recordObject, superseded, type InstallationRecord } from './record';

/** How long deletions are waited for, in seconds. */
const deletionSeconds = 300;

/**
 * Brings a cluster to exactly these components, in their order. What was installed before and is no longer selected is
 * removed, but for its definitions and namespaces, which hold what tenants own.
 *
 * @returns what became of each, by id
 * @throws UserError `ComponentNotReady`; what was made ready before is kept, and not done again
 */
export async function install(
  components: readonly RenderedComponent[],
  options: Omit<InstallOptions, 'records' | 'found' | 'wanted'>,
): Promise<Map<string, Outcome>> {
  const { kubectl, say } = options;
  const records = await readRecords(kubectl);
  const unchanged = components.filter(({ id, objects }) => records.get(id)?.hash === hashObjects(objects));
  const present = await kubectl.get(unchanged.flatMap(({ objects }) => objects));
  const found = new Map(present.map((object) => [describeObject(object), object]));
  const wanted = new Set(components.flatMap(({ objects }) => objects.map(describeObject)));
  const outcomes = new Map<string, Outcome>();
  for (const [index, component] of components.entries()) {
    say(`[${index + 1}/${components.length}] ${component.title}`);
    outcomes.set(component.id, await installComponent(component, { ...options, records, found, wanted }));
  }
  await removeDeselected(components, records, wanted, options);
  return outcomes;
}

async function removeDeselected(
  components: readonly RenderedComponent[],
  records: ReadonlyMap<string, InstallationRecord>,
  wanted: ReadonlySet<string>,
  { kubectl, say }: Pick<InstallOptions, 'kubectl' | 'say'>,
): Promise<void> {
  for (const { component, record } of deselected(components, records)) {
    const { id, title } = component;
    const objects = superseded(record, wanted);
    say(`${title}: no longer selected, removing ${objects.length} objects`);
    await kubectl.remove(objects, deletionSeconds);
    await kubectl.remove([recordObject(id, record)], deletionSeconds);
  }
}
