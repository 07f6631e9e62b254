import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from '../execution/history';
import type { ExecutionRecord, ScopeRecord } from '../execution/records';
import type { Run, RunObserver } from '../execution/run';

/** What is known of an execution from its file. */
export interface StoredExecution {
  readonly record: ExecutionRecord;
  readonly events: HistoryEvent[];
  readonly scopes: Map<string, ScopeRecord>;
}

/** One line of an execution's file: everything that changed together. */
interface Entry {
  record?: ExecutionRecord;
  events?: HistoryEvent[];
  removed?: string[];
  scopes?: ScopeRecord[];
}

/**
 * Executions on disk, one append-only file each. A line is written once everything that happened in the same turn
 * is in it, so a process that is killed leaves either all of a step or nothing of it; a torn last line is dropped.
 */
export class Journal implements RunObserver {
  private readonly pending = new Map<
    Run,
    Required<Pick<Entry, 'events' | 'removed'>> & { scopes: Map<string, ScopeRecord>; record: boolean }
  >();
  private flushScheduled = false;
  private closed = false;

  /** @param directory is made if it does not exist. */
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  onEvent(run: Run, event: HistoryEvent): void {
    this.of(run).events.push(event);
  }

  onScopeChanged(run: Run, scope: ScopeRecord): void {
    this.of(run).scopes.set(scope.id, scope);
  }

  onScopeRemoved(run: Run, scopeId: string): void {
    const pending = this.of(run);
    pending.scopes.delete(scopeId);
    pending.removed.push(scopeId);
  }

  onRecordChanged(run: Run): void {
    this.of(run).record = true;
  }

  /** Writes what has changed. It need not be called: it happens before anything is awaited that takes time. */
  flush(): void {
    this.flushScheduled = false;
    for (const [run, pending] of this.pending) {
      const entry: Entry = {};
      if (pending.record) entry.record = run.record;
      if (pending.events.length > 0) entry.events = pending.events;
      if (pending.removed.length > 0) entry.removed = pending.removed;
      if (pending.scopes.size > 0) entry.scopes = [...pending.scopes.values()];
      if (!this.closed) appendFileSync(this.fileOf(run.record.arn), `${JSON.stringify(entry)}\n`);
    }
    this.pending.clear();
  }

  /** Nothing is written any more. */
  close(): void {
    if (this.flushScheduled) this.flush();
    this.closed = true;
  }

  /** Reads one execution back. */
  read(arn: string): StoredExecution | undefined {
    const file = this.fileOf(arn);
    return existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
  }

  /** Reads every execution back, one at a time. */
  *readAll(): Generator<StoredExecution> {
    for (const name of readdirSync(this.directory).sort()) {
      if (!name.endsWith('.jsonl')) continue;
      const stored = parse(readFileSync(join(this.directory, name), 'utf8'));
      if (stored !== undefined) yield stored;
    }
  }

  /** A small document beside the executions, replaced as a whole. */
  writeDocument(name: string, content: unknown): void {
    if (this.closed) return;
    const file = join(this.directory, `${name}.json`);
    writeFileSync(`${file}.new`, JSON.stringify(content));
    renameSync(`${file}.new`, file);
  }

  readDocument(name: string): unknown {
    const file = join(this.directory, `${name}.json`);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  }

  private of(run: Run): NonNullable<ReturnType<typeof this.pending.get>> {
    let pending = this.pending.get(run);
    if (pending === undefined) {
      pending = { events: [], removed: [], scopes: new Map(), record: false };
      this.pending.set(run, pending);
    }
    if (!this.flushScheduled) {
      this.flushScheduled = true;
      queueMicrotask(() => {
        if (this.flushScheduled) this.flush();
      });
    }
    return pending;
  }

  private fileOf(arn: string): string {
    return join(this.directory, `${encodeURIComponent(arn.split(':').slice(6).join(':'))}.jsonl`);
  }
}

function parse(text: string): StoredExecution | undefined {
  let record: ExecutionRecord | undefined;
  const events: HistoryEvent[] = [];
  const scopes = new Map<string, ScopeRecord>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      break; // The line that was being written when the process was killed.
    }
    record = entry.record ?? record;
    events.push(...(entry.events ?? []));
    for (const id of entry.removed ?? []) scopes.delete(id);
    for (const scope of entry.scopes ?? []) scopes.set(scope.id, scope);
  }
  return record === undefined ? undefined : { record, events, scopes };
}
