import { Abandoned, Cancelled } from '../clock/clock';
import { StatesError, type Failure } from '../language/errors';
import { abortChildren } from '../states/children';
import { failureDetails } from '../states/task-events';
import type { ExecutionStatus } from './records';
import { prepareRedrive } from './redrive';
import type { Run } from './run';
import { failureOf, runScope } from './scope';

/** Told when the status of an execution has changed, after its record and history show it. */
export type StatusObserver = (run: Run) => void;

/** Brings executions from their start, or from where they stand, to their end. */
export class ExecutionDriver {
  private readonly active = new Map<
    Run,
    { readonly controller: AbortController; readonly cancelTimeout: () => void }
  >();

  constructor(private readonly onStatus: StatusObserver) {}

  start(run: Run): void {
    const { record } = run;
    const { id } = run.appendTerminal(0, 'ExecutionStarted', {
      input: record.input,
      roleArn: record.roleArn,
    });
    if (id !== 1) throw new Error('an execution starts once');
    run.addScope({
      id: '',
      status: 'running',
      variables: {},
      input: run.input,
      next: run.definition.StartAt,
      // As observed on AWS: the first state's Entered event follows no event.
      lastEventId: 0,
    });
    this.onStatus(run);
    this.go(run, record.startDate);
  }

  /** Takes up an execution that was running when the process ended. */
  resume(run: Run): void {
    this.go(run, run.record.redriveDate ?? run.record.startDate);
  }

  /** Takes up an execution that did not succeed; whether it may be is the caller's to check. */
  redrive(run: Run): void {
    const { record } = run;
    const now = run.runtime.clock.now();
    record.redriveCount++;
    record.redriveDate = now;
    record.status = 'RUNNING';
    delete record.stopDate;
    delete record.failure;
    prepareRedrive(run);
    this.onStatus(run);
    this.go(run, now);
  }

  stop(run: Run, failure: Failure): void {
    this.interrupt(run, 'ABORTED', failure);
  }

  /** Lets go of everything without a trace in any history, as a killed process would. */
  abandon(): void {
    for (const { controller, cancelTimeout } of this.active.values()) {
      cancelTimeout();
      controller.abort(new Abandoned());
    }
    this.active.clear();
  }

  private go(run: Run, since: number): void {
    const { clock } = run.runtime;
    const controller = new AbortController();
    const timeout = run.definition.TimeoutSeconds;
    // The machine's timeout starts again with a redrive.
    const cancelTimeout =
      timeout === undefined
        ? () => undefined
        : clock.schedule(since + timeout * 1000 - clock.now(), () => {
            // Only the event names the error; a description of the execution has none.
            this.interrupt(run, 'TIMED_OUT', {}, { error: 'States.Timeout' });
          });
    this.active.set(run, { controller, cancelTimeout });
    runScope(run, run.definition, run.root, {}, controller.signal).then(
      () => {
        if (!controller.signal.aborted) this.finish(run, 'SUCCEEDED');
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        this.finish(run, 'FAILED', error instanceof StatesError ? failureOf(error) : defect(error));
      },
    );
  }

  /**
   * Ends an execution from outside, at once: no state gets an event of its own, and the last event follows none.
   * As measured on AWS: https://github.com/floci-io/floci/issues/2733 and /issues/2965.
   */
  private interrupt(
    run: Run,
    status: 'ABORTED' | 'TIMED_OUT',
    failure: Failure,
    details: Failure = failure,
  ): void {
    const active = this.active.get(run);
    if (active === undefined) return;
    const { root, definition } = run;
    const state = root.current === undefined ? undefined : definition.States[root.current.name];
    if (state !== undefined) abortChildren(run, root, state);
    root.lastEventId = 0;
    root.status = 'aborted';
    run.changed(root);
    active.controller.abort(new Cancelled());
    this.finish(run, status, failure, details);
  }

  private finish(
    run: Run,
    status: Exclude<ExecutionStatus, 'RUNNING'>,
    failure: Failure = {},
    details: Failure = failure,
  ): void {
    this.active.get(run)?.cancelTimeout();
    this.active.delete(run);
    const { record, root } = run;
    record.status = status;
    record.stopDate = run.runtime.clock.now();
    const append = (type: string, details: Record<string, unknown>): void => {
      run.appendTerminal(root.lastEventId, type, details);
    };
    if (status === 'SUCCEEDED') {
      record.output = JSON.stringify(root.output);
      append('ExecutionSucceeded', { output: record.output });
    } else {
      record.failure = failure;
      append(terminalEvents[status], failureDetails(details));
    }
    this.onStatus(run);
  }
}

const terminalEvents = {
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

/** An error that no rule of the language foresees is the interpreter's own; it says so. */
function defect(error: unknown): Failure {
  return { error: 'States.Runtime', cause: `The local interpreter failed: ${String(error)}` };
}
