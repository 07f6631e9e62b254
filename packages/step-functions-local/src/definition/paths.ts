import { isObject, type Json } from './diagnostics';

/** Where a state leads to, and where in the state that is said: `/Next`, `/Default`, `/Choices[0]/Next`. */
export interface Target {
  readonly name: string;
  readonly at: string;
}

/** Every state that a state's Next, Default, rules and catchers name. */
export function targetsOf(state: unknown): Target[] {
  if (!isObject(state)) return [];
  const inList = (field: string): { name: unknown; at: string }[] =>
    list(state[field]).map((holder, index) => ({
      name: isObject(holder) ? holder['Next'] : undefined,
      at: `/${field}[${index}]/Next`,
    }));
  return [
    { name: state['Next'], at: '/Next' },
    ...inList('Choices'),
    { name: state['Default'], at: '/Default' },
    ...inList('Catch'),
  ].filter((target): target is Target => typeof target.name === 'string');
}

function namesOfTargets(state: unknown): string[] {
  return targetsOf(state).map(({ name }) => name);
}

/** The states that can come at or after any of the given ones. */
export function reachable(states: Json, from: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const toVisit = [...from];
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    if (reached.has(name) || !Object.hasOwn(states, name)) continue;
    reached.add(name);
    toVisit.push(...namesOfTargets(states[name]));
  }
  return reached;
}

/** The states that can come before the given one. */
export function predecessors(states: Json, name: string): string[] {
  return Object.keys(states).filter(
    (other) => other !== name && reachable(states, namesOfTargets(states[other])).has(name),
  );
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
