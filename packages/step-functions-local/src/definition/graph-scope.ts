import type { Json, Report } from './diagnostics';

/** Where in a definition the check stands. */
export interface GraphScope {
  /** Path of the object that is checked: one with StartAt and States, or a state. */
  readonly location: string;
  readonly report: Report;
  readonly language: 'JSONata' | 'JSONPath';
  /** Names of states seen so far: a name is used once in a whole machine, branches and iterations included. */
  readonly names: Set<string>;
  /** Variables that scopes around this one assign. */
  readonly outerVariables: ReadonlySet<string>;
  /** Checks a graph inside a state. */
  readonly validateGraph: (graph: Json, scope: GraphScope) => void;
}
