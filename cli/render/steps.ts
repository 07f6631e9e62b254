import pc from 'picocolors';
import type { ExecutionView, Step, StepStatus } from '../../core/execution/steps';
import type { Host } from '../host';

const marks: Record<StepStatus, (text: string) => string> = {
  PENDING: () => pc.dim('○'),
  RUNNING: () => pc.cyan('▸'),
  SUCCEEDED: () => pc.green('✓'),
  CAUGHT: () => pc.yellow('!'),
  FAILED: () => pc.red('✗'),
  TIMED_OUT: () => pc.red('✗'),
  ABORTED: () => pc.dim('−'),
};

type ShownStep = Pick<Step, 'name' | 'status' | 'attempts' | 'startedAt' | 'endedAt' | 'error' | 'parent'>;

/** `42 s`, `3 min 05 s`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** One line for a step: mark, name, time, and why it is tried again or has failed. */
export function stepLine(step: ShownStep, now: number): string {
  const ended = step.endedAt === undefined ? now : Date.parse(step.endedAt);
  const elapsed = step.status === 'PENDING' ? '' : formatElapsed(ended - Date.parse(step.startedAt));
  const tries = step.attempts > 1 ? `, ${step.attempts} attempts` : '';
  const error =
    step.error === undefined ? '' : `  ${step.status === 'RUNNING' ? 'waiting: ' : ''}${step.error}`;
  const indent = step.parent === undefined ? '' : '  ';
  return `${indent}${marks[step.status](step.status)} ${step.name}  ${pc.dim(`${elapsed}${tries}`)}${error}`;
}

/** All steps, a line each. */
export function stepsText({ steps }: Pick<ExecutionView, 'steps'>, now: number): string {
  return steps.map((step) => stepLine(step, now)).join('\n');
}

/** Shows steps while they happen: in place on a terminal, elsewhere a plain line for each change. */
export interface LiveSteps {
  update(view: Pick<ExecutionView, 'steps'>): void;
  /** Leaves the last picture standing. */
  done(): void;
}

/** @param quiet for `--json`: nothing is shown */
export async function liveSteps(host: Host, quiet: boolean): Promise<LiveSteps> {
  if (quiet) return { update: () => undefined, done: () => undefined };
  return host.isTerminal ? drawnSteps(host) : plainSteps(host);
}

async function drawnSteps(host: Host): Promise<LiveSteps> {
  const { createLogUpdate } = await import('log-update');
  const draw = createLogUpdate(process.stderr);
  let view: Pick<ExecutionView, 'steps'> = { steps: [] };
  const redraw = (): void => {
    draw(stepsText(view, host.now()));
  };
  const timer = setInterval(redraw, 1000);
  return {
    update: (next) => {
      view = next;
      redraw();
    },
    done: () => {
      clearInterval(timer);
      redraw();
      draw.done();
    },
  };
}

function plainSteps(host: Host): LiveSteps {
  const shown = new Map<string, string>();
  return {
    update: ({ steps }) => {
      for (const step of steps) {
        const key = `${step.parent ?? ''}/${step.branch ?? ''}/${step.name}`;
        const state = `${step.status}/${step.error ?? ''}`;
        if (shown.get(key) === state) continue;
        shown.set(key, state);
        host.err(`${stepLine(step, host.now())}\n`);
      }
    },
    done: () => undefined,
  };
}
