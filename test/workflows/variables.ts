import jsonata from 'jsonata';
import { expressionsIn, innerGraphs, type Graph, type State } from './definition';

/** A node of JSONata's syntax tree, as far as variables go. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly arguments?: readonly Node[];
  readonly lhs?: unknown;
  readonly rhs?: unknown;
  readonly body?: Node;
  readonly [key: string]: unknown;
}

/** Functions of JSONata 2.0.6 without `$eval`, and those that Step Functions adds. */
const functions = new Set(
  (
    'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad ' +
    'match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round ' +
    'abs sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge ' +
    'reverse each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl ' +
    'decodeUrlComponent decodeUrl toMillis fromMillis now millis partition range hash uuid parse'
  ).split(' '),
);

/**
 * The variables that an expression needs from outside.
 *
 * @throws jsonata's error for an expression that does not parse
 */
export function freeVariables(expression: string): Set<string> {
  const free = new Set<string>();
  visit(jsonata(expression).ast(), new Set(), free);
  return free;
}

function visit(node: unknown, bound: ReadonlySet<string>, free: Set<string>): void {
  if (Array.isArray(node)) {
    // A binding holds for what follows it in the same block.
    const scope = new Set(bound);
    for (const item of node as Node[]) {
      visit(item, scope, free);
      const target = item as Node | null;
      if (target?.type === 'bind') scope.add(String((target.lhs as Node).value));
    }
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { type, value, ...rest } = node as Node;
  if (type === 'variable') {
    const name = String(value);
    if (name !== '' && name !== '$' && !bound.has(name) && !functions.has(name)) free.add(name);
  }
  if (type === 'lambda') {
    const parameters = (rest.arguments ?? []).map((parameter) => String(parameter.value));
    visit(rest.body, new Set([...bound, ...parameters]), free);
    return;
  }
  if (type === 'bind') {
    visit(rest.rhs, bound, free);
    return;
  }
  for (const inner of Object.values(rest)) visit(inner, bound, free);
}

/** The fields in which `$states.result` has a value: what the state itself has brought about. */
const afterResult = new Set(['Assign', 'Output']);

/** States that have a result. */
const withResult = new Set(['Task', 'Parallel', 'Map', 'Pass']);

/** How control goes on from a state, and which variables it then has besides. */
function exits(state: State): { to: string; assigned: string[] }[] {
  const assigned = (from: unknown) => Object.keys((from as { Assign?: object } | undefined)?.Assign ?? {});
  const own = assigned(state);
  const list: { to: string; assigned: string[] }[] = [];
  if (typeof state['Next'] === 'string') list.push({ to: state['Next'], assigned: own });
  if (typeof state['Default'] === 'string') list.push({ to: state['Default'], assigned: own });
  for (const choice of (state['Choices'] ?? []) as { Next: string; Assign?: object }[]) {
    list.push({ to: choice.Next, assigned: assigned(choice) });
  }
  for (const catcher of (state['Catch'] ?? []) as { Next: string; Assign?: object }[]) {
    list.push({ to: catcher.Next, assigned: assigned(catcher) });
  }
  return list;
}

/**
 * What is wrong with a definition's variables: one that is not assigned on every path to where it is used, one that no
 * expression uses, one that hides an outer one (which Step Functions refuses), `$states.result` where there is none.
 *
 * @param graph a definition, or a branch of one
 * @param outer the variables that are certainly assigned outside
 */
export function problemsOfVariables(graph: Graph, outer: ReadonlySet<string> = new Set()): string[] {
  const used = new Set<string>();
  const problems = check(graph, outer, outer, used);
  const assigned = assignedIn(graph, true);
  for (const name of assigned) if (!used.has(name)) problems.push(`$${name} is assigned and never used`);
  return problems;
}

function check(
  graph: Graph,
  outer: ReadonlySet<string>,
  hidden: ReadonlySet<string>,
  used: Set<string>,
): string[] {
  const problems: string[] = [];
  const before = certain(graph, outer);
  const everywhere = new Set([...hidden, ...assignedIn(graph, false)]);
  for (const [name, state] of Object.entries(graph.States)) {
    const known = before.get(name);
    if (!known) {
      problems.push(`${name}: no path leads here`);
      continue;
    }
    const { Branches: _branches, ItemProcessor: _processor, ...own } = state;
    for (const { at, text } of expressionsIn(own))
      problems.push(...problemsOfExpression(name, state, at, text, known, used));
    for (const inner of innerGraphs(state)) {
      for (const variable of assignedIn(inner, false)) {
        if (everywhere.has(variable)) problems.push(`${name}: $${variable} inside hides the one outside`);
      }
      problems.push(...check(inner, known, everywhere, used));
    }
  }
  return problems;
}

function problemsOfExpression(
  name: string,
  state: State,
  at: string,
  text: string,
  known: ReadonlySet<string>,
  used: Set<string>,
): string[] {
  let free: Set<string>;
  try {
    free = freeVariables(text);
  } catch (error) {
    return [`${name}${at}: ${(error as { message: string }).message}: ${text}`];
  }
  const problems: string[] = [];
  for (const variable of free) {
    used.add(variable);
    if (variable !== 'states' && !known.has(variable)) {
      problems.push(`${name}${at}: $${variable} is not assigned on every path to here`);
    }
  }
  const field = at.split('/')[1] ?? '';
  if (text.includes('$states.result') && !(afterResult.has(field) && withResult.has(state.Type))) {
    problems.push(`${name}${at}: there is no $states.result here`);
  }
  if (text.includes('$states.errorOutput') && field !== 'Catch') {
    problems.push(`${name}${at}: there is no $states.errorOutput here`);
  }
  return problems;
}

/** The variables that are assigned on every path to a state: a forward analysis to its fixed point. */
function certain(graph: Graph, outer: ReadonlySet<string>): Map<string, ReadonlySet<string>> {
  const before = new Map<string, ReadonlySet<string>>([[graph.StartAt, outer]]);
  const open = [graph.StartAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = graph.States[name];
    const known = before.get(name);
    if (!state || !known) continue;
    for (const { to, assigned } of exits(state)) {
      const arriving = new Set([...known, ...assigned]);
      const earlier = before.get(to);
      const common = earlier ? new Set([...earlier].filter((variable) => arriving.has(variable))) : arriving;
      if (earlier?.size === common.size) continue;
      before.set(to, common);
      open.push(to);
    }
  }
  return before;
}

/** Every variable that a graph assigns, with or without the graphs inside it. */
function assignedIn(graph: Graph, deep: boolean): Set<string> {
  return new Set(
    Object.values(graph.States).flatMap((state) => [
      ...exits(state).flatMap(({ assigned }) => assigned),
      ...Object.keys(state['Assign'] ?? {}),
      ...(deep ? innerGraphs(state).flatMap((inner) => [...assignedIn(inner, true)]) : []),
    ]),
  );
}
