import { stateMachineName, type Workflow } from '../../core/naming';
import { synthesizeForTest } from '../infra/synthesis';

/** A state of a definition. */
export type State = Readonly<Record<string, unknown>> & { readonly Type: string };

/** A state machine, a branch of a Parallel or the item processor of a Map. */
export interface Graph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export const workflows = ['provision', 'plan', 'resync', 'destroy'] as const satisfies readonly Workflow[];

/** The definition as it deploys. */
export function definitionOf(workflow: Workflow): Graph {
  const name = stateMachineName(workflow);
  const found = synthesizeForTest().deployed.stateMachines.find((machine) => machine.name === name);
  if (!found) throw new Error(`the stack has no ${name}`);
  return found.definition as unknown as Graph;
}

/** The graphs inside a state. */
export function innerGraphs(state: State): Graph[] {
  const branches = (state['Branches'] ?? []) as Graph[];
  const processor = state['ItemProcessor'] as Graph | undefined;
  return processor ? [...branches, processor] : branches;
}

/** Every state with its name, those inside others included, in the order of the definition. */
export function allStates(graph: Graph): [string, State][] {
  return Object.entries(graph.States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...innerGraphs(state).flatMap(allStates),
  ]);
}

/** Whether a value is a JSONata expression, and if so its text. */
export function expressionIn(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return /^\{%([\s\S]*)%\}$/.exec(value)?.[1]?.trim();
}

/** Every expression inside a value, with where it stands. */
export function expressionsIn(value: unknown, at = ''): { at: string; text: string }[] {
  const text = expressionIn(value);
  if (text !== undefined) return [{ at, text }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => expressionsIn(item, `${at}/${key}`));
}

/** The task that a state calls, by the name of its file; `undefined` for a state that calls none. */
export function taskOf(
  state: State,
): { file: string; payload: Readonly<Record<string, unknown>> } | undefined {
  const args = state['Arguments'] as { FunctionName?: string; Payload?: Record<string, unknown> } | undefined;
  if (args?.FunctionName === undefined) return undefined;
  const file = /:function:kubeflow-eks-(.+)$/.exec(args.FunctionName)?.[1];
  if (file === undefined) throw new Error(`an unknown function: ${args.FunctionName}`);
  return { file, payload: args.Payload ?? {} };
}
