/** An event of an execution's history. https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** The fields of the event's details object; inputs and outputs are JSON text. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The events that close what is not finished, by type of state. The other types of states end at once. */
export const abortedEvents: Readonly<Record<string, string>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Parallel: 'ParallelStateAborted',
  Map: 'MapStateAborted',
};
