import type { Definition } from '../definition/types';
import { ExecutionDriver } from '../execution/driver';
import type { HistoryEvent } from '../execution/history';
import type { ExecutionRecord } from '../execution/records';
import { Run, type RunObserver, type Runtime } from '../execution/run';
import type { Journal } from '../storage/journal';

/** An execution that the region knows; without a run it has ended and lies on disk. */
interface Known {
  readonly record: ExecutionRecord;
  events: number;
  run?: Run;
  waiters: ((record: ExecutionRecord) => void)[];
}

export interface ExecutionsOptions {
  readonly runtime: Runtime;
  readonly journal: Journal | undefined;
  /** How many ended executions are kept in memory. */
  readonly retained: number;
  readonly parse: (definition: string) => Definition;
  readonly onStatus: (record: ExecutionRecord, events: number) => void;
  readonly onEvent: (record: ExecutionRecord, event: HistoryEvent) => void;
}

/**
 * The executions of the region: those that run, and as many of the ended ones as memory is meant to hold. Older ones
 * are read from disk when asked for; without a disk they are forgotten, as AWS forgets after 90 days.
 */
export class Executions {
  private readonly known = new Map<string, Known>();
  /** Ended executions in memory, the one that ended first in front. */
  private readonly ended = new Set<string>();
  private readonly driver: ExecutionDriver;
  private readonly observer: RunObserver;

  constructor(private readonly options: ExecutionsOptions) {
    const { journal } = options;
    this.driver = new ExecutionDriver((run) => {
      this.onStatus(run);
    });
    this.observer = {
      onEvent: (run, event) => {
        journal?.onEvent(run, event);
        options.onEvent(run.record, event);
      },
      onScopeChanged: (run, scope) => journal?.onScopeChanged(run, scope),
      onScopeRemoved: (run, scopeId) => journal?.onScopeRemoved(run, scopeId),
    };
  }

  /** Reads what an earlier process left, and goes on with what was running. */
  load(): void {
    for (const stored of this.options.journal?.readAll() ?? []) {
      const known: Known = { record: stored.record, events: stored.events.length, waiters: [] };
      this.known.set(stored.record.arn, known);
      if (stored.record.status !== 'RUNNING') continue;
      known.run = this.restore(stored);
      this.driver.resume(known.run);
    }
  }

  start(record: ExecutionRecord): void {
    const run = new Run(record, this.options.parse(record.definition), this.options.runtime, this.observer);
    this.known.set(record.arn, { record, events: 0, run, waiters: [] });
    this.driver.start(run);
  }

  redrive(arn: string): void {
    const known = this.known.get(arn);
    const run = this.runOf(arn);
    if (known === undefined || run === undefined) throw new Error(`no execution ${arn}`);
    known.run = run;
    this.ended.delete(arn);
    this.driver.redrive(run);
  }

  stop(arn: string, failure: { error?: string; cause?: string }): void {
    const run = this.known.get(arn)?.run;
    if (run !== undefined) this.driver.stop(run, failure);
  }

  find(arn: string): { readonly record: ExecutionRecord; readonly events: number } | undefined {
    const known = this.known.get(arn);
    return known === undefined
      ? undefined
      : { record: known.record, events: known.run?.events.length ?? known.events };
  }

  history(arn: string): readonly HistoryEvent[] | undefined {
    const known = this.known.get(arn);
    if (known === undefined) return undefined;
    return known.run?.events ?? this.options.journal?.read(arn)?.events ?? [];
  }

  /** Resolves with the record once the execution is not running (any more). */
  whenEnded(arn: string): Promise<ExecutionRecord> {
    const known = this.known.get(arn);
    if (known === undefined) return Promise.reject(new Error(`no execution ${arn}`));
    if (known.record.status !== 'RUNNING') return Promise.resolve(known.record);
    return new Promise((resolve) => known.waiters.push(resolve));
  }

  all(): ExecutionRecord[] {
    return Array.from(this.known.values(), (known) => known.record);
  }

  abandon(): void {
    this.driver.abandon();
  }

  private onStatus(run: Run): void {
    const { record } = run;
    const known = this.known.get(record.arn);
    this.options.journal?.onRecordChanged(run);
    this.options.onStatus(record, run.events.length);
    if (record.status === 'RUNNING' || known === undefined) return;
    // Nothing takes up what has succeeded; its output stands in the record.
    if (record.status === 'SUCCEEDED') run.scopes.clear();
    const waiters = known.waiters;
    known.waiters = [];
    for (const waiter of waiters) waiter(record);
    this.ended.add(record.arn);
    this.evict();
  }

  private evict(): void {
    for (const arn of this.ended) {
      if (this.ended.size <= this.options.retained) return;
      this.ended.delete(arn);
      const known = this.known.get(arn);
      if (known?.run === undefined) continue;
      if (this.options.journal === undefined) {
        this.known.delete(arn);
      } else {
        this.options.journal.flush();
        known.events = known.run.events.length;
        delete known.run;
      }
    }
  }

  private runOf(arn: string): Run | undefined {
    const known = this.known.get(arn);
    if (known?.run !== undefined) return known.run;
    const stored = this.options.journal?.read(arn);
    return stored === undefined || known === undefined
      ? undefined
      : this.restore({ ...stored, record: known.record });
  }

  private restore(stored: NonNullable<ReturnType<Journal['read']>>): Run {
    const definition = this.options.parse(stored.record.definition);
    const run = new Run(stored.record, definition, this.options.runtime, this.observer);
    run.events.push(...stored.events);
    for (const [id, scope] of stored.scopes) run.scopes.set(id, scope);
    return run;
  }
}
