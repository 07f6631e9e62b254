import type { State, StateGraph } from '../definition/types';
import type { ScopeRecord, StateProgress } from '../execution/records';
import type { Run } from '../execution/run';
import { Cancelled } from '../clock/clock';
import type { EvaluationScope } from '../language/template';
import { timestamp } from '../language/timestamp';

/** A state that is being performed, and where. */
export interface StateContext<S extends State = State> {
  readonly run: Run;
  readonly graph: StateGraph;
  readonly scope: ScopeRecord;
  readonly state: S;
  readonly progress: StateProgress;
  /** Variables of the scopes around this one. */
  readonly outerVariables: Readonly<Record<string, unknown>>;
  /** Aborted when this scope must not go on: nothing may be written on its behalf from then on. */
  readonly signal: AbortSignal;
}

/** Runs a scope to its end; see execution/scope.ts. Passed down, since states and scopes contain each other. */
export type RunScope = (
  run: Run,
  graph: StateGraph,
  scope: ScopeRecord,
  outerVariables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<void>;

/** What an expression may see beside the input: `$states.result` or `$states.errorOutput`. */
export interface Extra {
  readonly result?: unknown;
  readonly errorOutput?: unknown;
  /** The token of a callback task, for its Arguments. */
  readonly taskToken?: string;
  readonly item?: unknown;
}

/** @throws Cancelled if the scope was given up while something was awaited. */
export function ensureLive(context: { readonly signal: AbortSignal }): void {
  if (context.signal.aborted) throw new Cancelled();
}

/** Variables by name and `$states`. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
export function evaluationScope(context: StateContext, extra: Extra = {}): EvaluationScope {
  const { run, scope, progress } = context;
  const states: Record<string, unknown> = { input: scope.input, context: contextObject(context, extra) };
  if ('result' in extra) states['result'] = extra.result;
  if ('errorOutput' in extra) states['errorOutput'] = extra.errorOutput;
  return {
    expressions: run.runtime.expressions,
    stateName: progress.name,
    enteredEventId: progress.enteredEventId,
    bindings: { ...context.outerVariables, ...scope.variables, states },
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function contextObject(context: StateContext, extra: Extra): Record<string, unknown> {
  const { run, scope, progress } = context;
  const { record } = run;
  const item = extra.item ?? scope.item ?? inheritedItem(context);
  return {
    Execution: {
      Id: record.arn,
      Input: run.input,
      Name: record.name,
      RoleArn: record.roleArn,
      StartTime: timestamp(record.startDate),
      RedriveCount: record.redriveCount,
      ...(record.redriveDate !== undefined && { RedriveTime: timestamp(record.redriveDate) }),
    },
    StateMachine: { Id: record.stateMachineArn, Name: record.stateMachineName },
    State: {
      Name: progress.name,
      EnteredTime: timestamp(progress.enteredTime),
      RetryCount: progress.failedAttempts,
    },
    ...(extra.taskToken !== undefined && { Task: { Token: extra.taskToken } }),
    ...(item !== undefined && { Map: { Item: item } }),
  };
}

/** A Parallel branch inside a Map iteration still sees the iteration's item. */
function inheritedItem(context: StateContext): unknown {
  return innermostIteration(context)?.item;
}

/** The scope of the innermost Map iteration around (or of) a scope. */
export function innermostIteration(context: Pick<StateContext, 'run' | 'scope'>): ScopeRecord | undefined {
  let id = context.scope.id;
  for (;;) {
    const scope = context.run.scopes.get(id);
    if (scope?.item !== undefined) return scope;
    if (id === '') return undefined;
    id = id.slice(0, id.lastIndexOf('.'));
  }
}
