import type { RecordedEvent } from './recording';

/** Whether a definition has anything in it whose events may come in another order in another run. */
export function isConcurrent(definition: unknown): boolean {
  if (typeof definition !== 'object' || definition === null) return false;
  if (Array.isArray(definition)) return definition.some(isConcurrent);
  const state = definition as Record<string, unknown>;
  if (state['Type'] === 'Parallel' && Array.isArray(state['Branches']) && state['Branches'].length > 1)
    return true;
  if (state['Type'] === 'Map' && state['MaxConcurrency'] !== 1) return true;
  return Object.values(state).some(isConcurrent);
}

/** Whether a Parallel state stands inside another. */
export function hasNestedParallel(definition: unknown, inside = false): boolean {
  if (typeof definition !== 'object' || definition === null) return false;
  if (Array.isArray(definition)) return definition.some((item) => hasNestedParallel(item, inside));
  const parallel = (definition as Record<string, unknown>)['Type'] === 'Parallel';
  return (
    (parallel && inside) ||
    Object.values(definition).some((value) => hasNestedParallel(value, inside || parallel))
  );
}

/** Events whose place in the chain depends on which branch or iteration was last. */
const orderDependent = new Set([
  // Followed one event or the other in the service's own past; see compare.ts.
  'EvaluationFailed',
  'MapIterationStarted',
  'MapStateSucceeded',
  'MapStateExited',
  'ParallelStateSucceeded',
  'ParallelStateExited',
]);

/** An event without its number, with the type and state of the event that it follows. */
export interface Link {
  readonly event: RecordedEvent;
  readonly follows: string;
}

/**
 * A history as the set of its links, for comparison where order may differ. What other branches did while one
 * failed is left out: how far they got before they were aborted is a matter of luck.
 */
export function links(events: readonly RecordedEvent[]): Link[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const ignored = abandonedEvents(events, byId);
  return events
    .filter((event) => !ignored.has(event.id) && !event.type.endsWith('Aborted'))
    .map((event) => {
      const previous = byId.get(event.previousEventId);
      const name = typeof previous?.['name'] === 'string' ? previous['name'] : '';
      const follows = previous === undefined ? 'nothing' : `${previous.type} ${name}`;
      return { event, follows: orderDependent.has(event.type) ? 'any' : follows };
    });
}

function abandonedEvents(
  events: readonly RecordedEvent[],
  byId: ReadonlyMap<number, RecordedEvent>,
): ReadonlySet<number> {
  const ignored = new Set<number>();
  for (const failed of events) {
    if (!/^(ParallelStateFailed|MapStateFailed|ExecutionFailed)$/.test(failed.type)) continue;
    const chain = new Set(chainTo(failed, byId));
    const forks = [...chain].filter((id) => /^(Parallel|Map)StateStarted$/.test(byId.get(id)?.type ?? ''));
    for (const event of events) {
      if (event.id >= failed.id || chain.has(event.id)) continue;
      const ancestors = chainTo(event, byId);
      // Of a failed state's own chain only the part after its start counts as abandoned elsewhere.
      if (
        forks.some(
          (fork) => ancestors.includes(fork) && fork !== event.id && isOpen(fork, failed, chain, byId),
        )
      ) {
        ignored.add(event.id);
      }
    }
  }
  return ignored;
}

/** A fork is open at a failure if the chain did not leave its state before. */
function isOpen(
  fork: number,
  failed: RecordedEvent,
  chain: ReadonlySet<number>,
  byId: ReadonlyMap<number, RecordedEvent>,
): boolean {
  const entered = byId.get(byId.get(fork)?.previousEventId ?? 0);
  return ![...chain].some((id) => {
    const event = byId.get(id);
    return (
      id < failed.id &&
      (event?.type.endsWith('StateExited') ?? false) &&
      event?.['name'] === entered?.['name']
    );
  });
}

function chainTo(event: RecordedEvent, byId: ReadonlyMap<number, RecordedEvent>): number[] {
  const ids: number[] = [];
  let current: RecordedEvent | undefined = event;
  while (current !== undefined && !ids.includes(current.id)) {
    ids.push(current.id);
    current = byId.get(current.previousEventId);
  }
  return ids;
}
