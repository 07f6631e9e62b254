import type { ExecutionView, ExecutedStep, StepStatus } from '../../core/execution/view';
import type { Paint } from './paint';

function mark(status: StepStatus, paint: Paint): string {
  switch (status) {
    case 'PENDING':
      return paint.dim('○');
    case 'RUNNING':
      return paint.cyan('▸');
    case 'SUCCEEDED':
      return paint.green('✓');
    case 'CAUGHT':
      return paint.yellow('!');
    case 'FAILED':
    case 'TIMED_OUT':
      return paint.red('✗');
    case 'ABORTED':
      return paint.dim('−');
  }
}

type ShownStep = Pick<
  ExecutedStep,
  'name' | 'status' | 'attempts' | 'startedAt' | 'endedAt' | 'error' | 'parent'
>;

/** `0.4 s`, `42 s`, `3 min 05 s`, `1 h 02 min`. */
export function formatElapsed(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/**
 * One line for a step: mark, name, time, and why it is tried again or has failed.
 *
 * @param note what else is to be known of it, such as how long it usually takes
 */
export function stepLine(step: ShownStep, now: number, paint: Paint, note = ''): string {
  const ended = step.endedAt === undefined ? now : Date.parse(step.endedAt);
  const elapsed = step.status === 'PENDING' ? '' : formatElapsed(ended - Date.parse(step.startedAt));
  const tries = step.attempts > 1 ? `, ${step.attempts} attempts` : '';
  const waits = step.status === 'RUNNING' ? 'waiting: ' : '';
  const error = step.error === undefined ? '' : `  ${waits}${step.error}`;
  const indent = step.parent === undefined ? '' : '  ';
  const beside = note === '' ? '' : `, ${note}`;
  return `${indent}${mark(step.status, paint)} ${step.name}  ${paint.dim(`${elapsed}${tries}${beside}`)}${error}`.trimEnd();
}

/** All steps, a line each. */
export function stepsText({ steps }: Pick<ExecutionView, 'steps'>, now: number, paint: Paint): string {
  return steps.map((step) => stepLine(step, now, paint)).join('\n');
}
