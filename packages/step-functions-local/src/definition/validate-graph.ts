import { isObject, type Json } from './diagnostics';
import type { GraphScope } from './graph-scope';
import { predecessors, reachable, targetsOf } from './paths';
import { variablesAssignedIn } from './validate-expressions';
import { validateState } from './validate-state';

const longestStateName = 80;

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
  let ends = false;
  for (const [name, state] of Object.entries(states)) {
    const at = `${location}/States/${name}`;
    checkName(name, { ...scope, location: at });
    if (!isObject(state)) {
      report.schema(at, 'A state must be an object');
      continue;
    }
    // What a state assigns itself, it assigns when the scopes inside it are over.
    const before = isContainer(state) ? predecessors(states, name) : [];
    const outerVariables = new Set([
      ...scope.outerVariables,
      ...before.flatMap((other) => variablesAssignedIn(states[other])),
    ]);
    ends = validateState(state, { ...scope, location: at, outerVariables }) || ends;
    for (const target of targetsOf(state)) {
      if (!Object.hasOwn(states, target.name)) {
        report.add('MISSING_TRANSITION_TARGET', `${at}${target.at}`, `Missing 'Next' target: ${target.name}`);
      }
    }
  }
  if (!ends) {
    // As measured on AWS (https://github.com/floci-io/floci/pull/2786), what cannot be reached is then not looked for.
    report.add('MISSING_END_STATE', undefined, 'Workflow has no terminal state');
    return;
  }
  const reached = reachable(states, typeof startAt === 'string' ? [startAt] : []);
  for (const name of Object.keys(states)) {
    if (typeof startAt === 'string' && !reached.has(name)) {
      report.add(
        'MISSING_TRANSITION_TARGET',
        `${location}/States/${name}`,
        `State "${name}" is not reachable.`,
      );
    }
  }
}

function isContainer(state: Json): boolean {
  return state['Type'] === 'Parallel' || state['Type'] === 'Map';
}

function checkName(name: string, { names, report, location }: GraphScope): void {
  if (name.length > longestStateName) {
    report.schema(location, `A state's name has ${longestStateName} characters at most`);
  }
  if (names.has(name)) report.add('DUPLICATE_STATE_NAME', location, `Duplicate state name: ${name}`);
  names.add(name);
}
