import type { Json } from './diagnostics';
import { isObject } from './diagnostics';

/** Every state that a state's Next, Default, rules and catchers name. */
export function targetsOf(state: unknown): string[] {
  if (!isObject(state)) return [];
  const holders = [state, ...list(state['Choices']), ...list(state['Catch'])];
  return [
    ...holders.map((holder) => (isObject(holder) ? holder['Next'] : undefined)),
    state['Default'],
  ].filter((name) => typeof name === 'string');
}

/** The states that can come at or after any of the given ones. */
export function reachable(states: Json, from: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const toVisit = [...from];
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    if (reached.has(name) || !Object.hasOwn(states, name)) continue;
    reached.add(name);
    toVisit.push(...targetsOf(states[name]));
  }
  return reached;
}

/** The states that can come before the given one. */
export function predecessors(states: Json, name: string): string[] {
  return Object.keys(states).filter(
    (other) => other !== name && reachable(states, targetsOf(states[other])).has(name),
  );
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
