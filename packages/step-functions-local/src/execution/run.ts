import type { Clock } from '../clock/clock';
import type { Definition } from '../definition/types';
import type { TaskIntegration } from '../integrations/integration';
import { RuntimeError } from '../language/errors';
import type { Expressions } from '../language/expression';
import type { Random } from '../language/random';
import type { HistoryEvent } from './history';
import { maximumHistoryEvents } from './limits';
import type { ExecutionRecord, ScopeRecord } from './records';
import type { TaskTokens } from './task-tokens';
import { defined } from '../defined';

/** What the interpreter needs from its surroundings; one for all executions. */
export interface Runtime {
  readonly clock: Clock;
  readonly random: Random;
  readonly expressions: Expressions;
  readonly integrations: TaskIntegration;
  readonly taskTokens: TaskTokens;
  readonly beforeTask?: BeforeTask;
  /** Starts and follows the child workflows of a distributed Map. */
  readonly childWorkflows: ChildWorkflows;
}

/** Called before every attempt of a task; an error that it returns (or throws) is the attempt's outcome. */
export type BeforeTask = (info: {
  readonly executionArn: string;
  readonly stateName: string;
  /** 1 for the first attempt since the state was entered or redriven. */
  readonly attempt: number;
  readonly resource: string;
}) => Error | undefined | Promise<Error | undefined>;

export interface ChildWorkflows {
  /** Starts (or, after an unsuccessful end, redrives) a child workflow and waits until it has ended. */
  run(child: {
    readonly parent: ExecutionRecord;
    readonly mapRunArn: string;
    /** The child's name, the same when it is taken up again. */
    readonly name: string;
    /** JSON text. */
    readonly definition: string;
    /** JSON text. */
    readonly input: string;
    /** Aborted when the child must be stopped. */
    readonly signal: AbortSignal;
  }): Promise<Pick<ExecutionRecord, 'status' | 'output' | 'failure'>>;
}

/** Told of every change, synchronously, so that what was written down is never ahead of nor behind the history. */
export interface RunObserver {
  onEvent(run: Run, event: HistoryEvent): void;
  onScopeChanged(run: Run, scope: ScopeRecord): void;
  onScopeRemoved(run: Run, scopeId: string): void;
}

/** An execution in memory: its record, its history, its scopes. */
export class Run {
  readonly scopes = new Map<string, ScopeRecord>();
  readonly events: HistoryEvent[] = [];
  /** The parsed input, for `$states.context.Execution.Input`. */
  readonly input: unknown;

  constructor(
    readonly record: ExecutionRecord,
    readonly definition: Definition,
    readonly runtime: Runtime,
    private readonly observer: RunObserver,
  ) {
    this.input = JSON.parse(record.input);
  }

  get root(): ScopeRecord {
    const root = this.scopes.get('');
    if (root === undefined) throw new Error(`execution ${this.record.arn} has no root scope`);
    return root;
  }

  /**
   * Appends an event that follows the scope's last one, and makes it the last one.
   * @throws RuntimeError where only the event that fails the execution has room left.
   */
  append(scope: ScopeRecord, type: string, details?: Record<string, unknown>): HistoryEvent {
    const event = this.appendAfter(scope.lastEventId, type, details);
    scope.lastEventId = event.id;
    this.changed(scope);
    return event;
  }

  /** Appends an event that others pass by: the scope's next event follows the same one that this does. */
  appendAside(scope: ScopeRecord, type: string, details?: Record<string, unknown>): HistoryEvent {
    return this.appendAfter(scope.lastEventId, type, details);
  }

  /** The last event there can be; it needs no room kept after it. */
  appendTerminal(previousEventId: number, type: string, details?: Record<string, unknown>): HistoryEvent {
    const event: HistoryEvent = {
      id: this.events.length + 1,
      previousEventId,
      type,
      timestamp: this.runtime.clock.now(),
      ...defined({ details }),
    };
    this.events.push(event);
    this.observer.onEvent(this, event);
    return event;
  }

  get historyIsFull(): boolean {
    return this.events.length >= maximumHistoryEvents - 1;
  }

  addScope(scope: ScopeRecord): ScopeRecord {
    this.scopes.set(scope.id, scope);
    this.changed(scope);
    return scope;
  }

  changed(scope: ScopeRecord): void {
    this.observer.onScopeChanged(this, scope);
  }

  /** The scopes that the parent's current state started, in order. */
  childrenOf(parent: ScopeRecord): ScopeRecord[] {
    const children: ScopeRecord[] = [];
    for (let index = 0; index < (parent.current?.children ?? 0); index++) {
      const child = this.scopes.get(childId(parent, index));
      if (child !== undefined) children.push(child);
    }
    return children;
  }

  removeChildren(parent: ScopeRecord): void {
    for (const child of this.childrenOf(parent)) {
      this.removeChildren(child);
      this.scopes.delete(child.id);
      this.observer.onScopeRemoved(this, child.id);
    }
    if (parent.current !== undefined) delete parent.current.children;
    this.changed(parent);
  }

  private appendAfter(
    previousEventId: number,
    type: string,
    details?: Record<string, unknown>,
  ): HistoryEvent {
    if (this.historyIsFull) {
      throw new RuntimeError(
        `The execution reached the maximum number of history events (${maximumHistoryEvents}).`,
      );
    }
    return this.appendTerminal(previousEventId, type, details);
  }
}

export function childId(parent: ScopeRecord, index: number): string {
  return `${parent.id}.${index}`;
}
