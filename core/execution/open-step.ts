import type { Attempt, ExecutedStep, StepStatus, TimedStep } from './execution-event';
import { defined } from '../defined';
import { logGroupOf } from './log-group';

/** A step while the history is being read. */
export interface OpenStep {
  readonly name: string;
  readonly type: string;
  readonly container: Container;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  status: StepStatus;
  attempts: number;
  endedAt?: number;
  error?: string;
  cause?: string;
  /** Whether the last attempt failed and no other has begun. */
  failing?: boolean;
  /** The parameters of the last attempt. */
  parameters?: string;
  /** Each time that its work was begun. */
  readonly tried: OpenAttempt[];
}

/** {@link Attempt} while the history is being read. */
type OpenAttempt = { -readonly [key in keyof Attempt]: Attempt[key] };

/** Where a step stands: the top level (no owner), a Parallel's branch, or a Map's iteration. */
export interface Container {
  readonly owner?: OpenStep;
  readonly branch?: string;
  /** The path from the top, unique in an execution. */
  readonly key: string;
}

export const topLevel: Container = { key: '' };

/** The part of a Parallel or Map that a branch's first state, or an iteration's number, names. */
export function containerInside(owner: OpenStep, branch: string): Container {
  return { owner, branch, key: `${keyOf(owner)}[${branch}]` };
}

/** The path of a step from the top. */
export function keyOf(step: Pick<OpenStep, 'container' | 'name'>): string {
  return `${step.container.key}/${step.name}`;
}

export function isParent(step: OpenStep): boolean {
  return step.type === 'Parallel' || step.type === 'Map';
}

export function isInside(step: OpenStep, owner: OpenStep): boolean {
  return ownersOf(step).includes(owner);
}

/** The Parallel and Map states around a step, the nearest first. */
export function ownersOf(step: OpenStep): OpenStep[] {
  const owners: OpenStep[] = [];
  for (let at = step.container.owner; at !== undefined; at = at.container.owner) owners.push(at);
  return owners;
}

export function isOver(step: OpenStep): boolean {
  return step.status !== 'RUNNING' && step.status !== 'PENDING';
}

/** Keeps why an attempt failed; the step may still be retried. */
export function setFailure(step: OpenStep, from: { readonly error?: string; readonly cause?: string }): void {
  step.failing = true;
  step.error = from.error ?? 'States.TaskFailed';
  if (from.cause === undefined) delete step.cause;
  else step.cause = from.cause;
}

/** The work is begun, once more. */
export function beginAttempt(step: OpenStep, at: number): void {
  endAttempt(step, at);
  step.attempts += 1;
  step.tried.push({ startedAt: at });
}

/** The attempt under way ends, if there is one. */
export function endAttempt(step: OpenStep, at: number, error?: string): void {
  const attempt = step.tried.at(-1);
  if (attempt === undefined || attempt.endedAt !== undefined) return;
  attempt.endedAt = at;
  if (error !== undefined) attempt.error = error;
}

export function clearFailure(step: OpenStep): void {
  step.failing = false;
  delete step.error;
  delete step.cause;
}

/** Marks a step, and with it the states around it, as under way. */
export function resume(step: OpenStep): void {
  step.failing = false;
  for (const at of [step, ...ownersOf(step)]) {
    if (at.status !== 'RUNNING' && at !== step) clearFailure(at);
    at.status = 'RUNNING';
    delete at.endedAt;
  }
}

/** Ends a step unless it has ended. */
export function settle(step: OpenStep, status: StepStatus, at: number): void {
  if (isOver(step)) return;
  step.status = status;
  step.endedAt ??= at;
  endAttempt(step, at, status === 'SUCCEEDED' ? undefined : step.error);
}

/** The steps as they are read: each Parallel or Map is followed by its branches, in the order in which they began. */
export function listSteps(steps: readonly OpenStep[]): ExecutedStep[] {
  return grouped(steps, undefined).map(toStep);
}

/** {@link listSteps}, with each attempt. */
export function listTimedSteps(steps: readonly OpenStep[]): TimedStep[] {
  return grouped(steps, undefined).map((step) => ({ ...toStep(step), tried: step.tried }));
}

function grouped(steps: readonly OpenStep[], owner: OpenStep | undefined): OpenStep[] {
  const mine = steps.filter((step) => step.container.owner === owner);
  const branches = [...new Set(mine.map((step) => step.container.key))];
  return branches.flatMap((key) =>
    mine
      .filter((step) => step.container.key === key)
      .flatMap((step) => [step, ...(isParent(step) ? grouped(steps, step) : [])]),
  );
}

function toStep(step: OpenStep): ExecutedStep {
  const { owner, branch } = step.container;
  return {
    name: step.name,
    type: step.type,
    status: step.status,
    attempts: step.attempts,
    startedAt: new Date(step.startedAt).toISOString(),
    ...(step.endedAt !== undefined && { endedAt: new Date(step.endedAt).toISOString() }),
    ...defined({ error: step.error, cause: step.cause, log: logGroupOf(step.parameters) }),
    ...(owner !== undefined && { parent: owner.name }),
    ...defined({ branch }),
  };
}
