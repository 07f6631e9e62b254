/**
 * State machine definitions in the Amazon States Language, JSONata states only.
 * https://states-language.net/spec.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */

/** A value of which any string may be an expression. */
export type Template = unknown;

/** What a Parallel branch and a Map's item processor have in common with the whole machine. */
export interface StateGraph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends StateGraph {
  readonly Comment?: string;
  readonly Version?: string;
  readonly QueryLanguage?: 'JSONata';
  readonly TimeoutSeconds?: number;
}

interface Common {
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONata';
}

interface WithTransition {
  readonly Next?: string;
  readonly End?: boolean;
}

export interface WithOutput {
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher extends WithOutput {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

export interface WithErrorHandling {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface PassState extends Common, WithTransition, WithOutput {
  readonly Type: 'Pass';
}

export interface TaskState extends Common, WithTransition, WithOutput, WithErrorHandling {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
  readonly Credentials?: Template;
}

export interface ChoiceRule extends WithOutput {
  readonly Condition: string | boolean;
  readonly Next: string;
}

export interface ChoiceState extends Common, WithOutput {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends Common, WithTransition, WithOutput {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}

export interface SucceedState extends Common, Pick<WithOutput, 'Output'> {
  readonly Type: 'Succeed';
}

export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

export interface ParallelState extends Common, WithTransition, WithOutput, WithErrorHandling {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGraph[];
  readonly Arguments?: Template;
}

export interface ItemProcessor extends StateGraph {
  readonly ProcessorConfig?: { readonly Mode?: 'INLINE' | 'DISTRIBUTED'; readonly ExecutionType?: string };
}

export interface MapState extends Common, WithTransition, WithOutput, WithErrorHandling {
  readonly Type: 'Map';
  readonly ItemProcessor?: ItemProcessor;
  /** The name that ItemProcessor had before 2022; AWS still takes it. */
  readonly Iterator?: ItemProcessor;
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: number | string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailureCount?: number | string;
  readonly Label?: string;
  readonly ItemBatcher?: {
    readonly MaxItemsPerBatch?: number | string;
    readonly MaxInputBytesPerBatch?: number | string;
    readonly BatchInput?: Template;
  };
}

export type State =
  PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;

/** The states that a Map runs for each item. */
export function processorOf(state: MapState): ItemProcessor {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw new Error('a Map state without ItemProcessor passed validation');
  return processor;
}

export function isDistributed(state: MapState): boolean {
  return processorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED';
}
