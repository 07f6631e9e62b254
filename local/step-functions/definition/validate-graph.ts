import type { Json } from './diagnostics';
import { isObject } from './diagnostics';
import type { GraphScope } from './graph-scope';
import { variablesAssignedIn } from './validate-expressions';
import { validateState } from './validate-state';

const LONGEST_STATE_NAME = 80;

/** Checks StartAt, the states, and that transitions lead somewhere and reach everything. */
export function validateGraph(graph: Json, scope: GraphScope): void {
  const { location, report } = scope;
  const { States: states, StartAt: startAt } = graph;
  if (!isObject(states) || Object.keys(states).length === 0) {
    report.schema(`${location}/States`, 'These required fields are missing or empty: [States]');
    return;
  }
  if (typeof startAt !== 'string') {
    report.schema(location === '' ? '/' : location, 'These required fields are missing: [StartAt]');
  } else if (!Object.hasOwn(states, startAt)) {
    report.add('MISSING_TRANSITION_TARGET', `${location}/StartAt`, `Missing 'StartAt' target: ${startAt}`);
  }
  const ownVariables = new Set(Object.values(states).flatMap(variablesAssignedIn));
  for (const name of ownVariables) {
    if (scope.outerVariables.has(name)) {
      report.schema(`${location}/States`, `The variable '${name}' is already assigned in an outer scope`);
    }
  }
  const targets = new Map<string, string[]>();
  let ends = false;
  for (const [name, state] of Object.entries(states)) {
    const at = `${location}/States/${name}`;
    if (name.length > LONGEST_STATE_NAME)
      report.schema(at, `A state's name has ${LONGEST_STATE_NAME} characters at most`);
    if (scope.names.has(name)) report.add('DUPLICATE_STATE_NAME', at, `Duplicate state name: ${name}`);
    scope.names.add(name);
    if (!isObject(state)) {
      report.schema(at, 'A state must be an object');
      continue;
    }
    // What a state assigns itself, it assigns when the scopes inside it are over.
    const others = Object.entries(states).filter(([other]) => other !== name);
    const outerVariables = new Set([
      ...scope.outerVariables,
      ...others.flatMap(([, other]) => variablesAssignedIn(other)),
    ]);
    const next = validateState(state, { ...scope, location: at, outerVariables });
    targets.set(name, next.targets);
    ends ||= next.ends;
    for (const target of next.targets) {
      if (!Object.hasOwn(states, target)) {
        report.add('MISSING_TRANSITION_TARGET', at, `Missing 'Next' target: ${target}`);
      }
    }
  }
  if (!ends)
    report.add('NO_TERMINAL_STATE', `${location}/States`, 'There is no state at which the workflow ends');
  if (typeof startAt === 'string') reportUnreachable(startAt, targets, scope);
}

function reportUnreachable(startAt: string, targets: ReadonlyMap<string, string[]>, scope: GraphScope): void {
  const reached = new Set<string>();
  const toVisit = [startAt];
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    toVisit.push(...(targets.get(name) ?? []));
  }
  for (const name of targets.keys()) {
    if (!reached.has(name)) {
      scope.report.add(
        'UNREACHABLE_STATE',
        `${scope.location}/States/${name}`,
        `State "${name}" is not reachable.`,
      );
    }
  }
}
