import type { ProgressReporter, RehearsalStep } from '../../local/rehearsal/result';
import { unhurried } from '../../local/processes/progress';
import type { Host } from '../host';
import { readableCause } from '../../core/execution/cause';
import { formatElapsed, stepLine } from './steps';

/** Told of a rehearsal while it goes on. */
export interface RehearsalProgress extends ProgressReporter {
  /** Leaves the last picture standing. */
  done(): void;
}

/** Shows a rehearsal: on a terminal its phases and steps in place, elsewhere every line as it comes. */
export function rehearsalProgress(host: Host): RehearsalProgress {
  return host.isTerminal ? drawn(host) : plain(host);
}

/** Steps as lines when they end, since a rehearsal's are quick; what is retried says so once. */
function plain(host: Host): RehearsalProgress {
  const paint = host.paint.err;
  const retried = new Set<string>();
  const line = unhurried(
    (text) => {
      host.err(`  ${paint.dim(text)}\n`);
    },
    () => host.now(),
  );
  return {
    phase: (text) => {
      host.err(`${paint.bold(text)}\n`);
    },
    line,
    step: (step) => {
      const waits = step.status === 'RUNNING';
      if (waits && (step.error === undefined || retried.has(step.name))) return;
      if (waits) retried.add(step.name);
      host.err(`  ${stepLine(step, host.now(), paint)}\n`);
      if (step.status === 'FAILED') host.err(`    ${readableCause(step.cause)}\n`);
    },
    done: () => undefined,
  };
}

interface Phase {
  title: string;
  beganAt: number;
  endedAt?: number;
  steps: Map<string, RehearsalStep>;
}

/** Every phase with its time, the steps below theirs, and the latest detail of what is going on now. */
function drawn(host: Host): RehearsalProgress {
  const paint = host.paint.err;
  const phases: Phase[] = [];
  let detail = '';
  const picture = (): string =>
    [
      ...phases.flatMap(({ title, beganAt, endedAt = host.now(), steps }) => [
        `${paint.bold(title)}  ${paint.dim(formatElapsed(endedAt - beganAt))}`,
        ...[...steps.values()].map((step) => `  ${stepLine(step, host.now(), paint)}`),
      ]),
      paint.dim(`  ${detail}`),
    ].join('\n');
  const redraw = (): void => {
    void host.redraw(picture());
  };
  const timer = setInterval(redraw, 1000);
  return {
    phase: (title) => {
      const last = phases.at(-1);
      if (last !== undefined) last.endedAt = host.now();
      phases.push({ title, beganAt: host.now(), steps: new Map() });
      detail = '';
      redraw();
    },
    line: (text) => {
      detail = text;
      redraw();
    },
    step: (step) => {
      phases.at(-1)?.steps.set(step.name, step);
      redraw();
    },
    done: () => {
      clearInterval(timer);
      detail = '';
      host.settle();
    },
  };
}
