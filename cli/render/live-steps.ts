import { stripVTControlCharacters } from 'node:util';
import { countSteps } from '../../core/execution/step-count';
import type { UsualTime } from '../../core/execution/usual-time';
import type { ExecutionView, ExecutedStep } from '../../core/execution/view';
import type { Host } from '../host';
import type { Surroundings, WatchedBuild } from '../surroundings';
import { formatElapsed, stepLine } from './steps';

/** Shows steps while they happen: in place on a terminal, elsewhere a plain line for each change. */
export interface LiveSteps {
  /** @param around what is known around them, once that has been looked at */
  update(view: ExecutionView, around?: Surroundings): void;
  /** Whether anybody sees what is known around them. */
  readonly showsSurroundings: boolean;
  /** Leaves the last picture standing. */
  done(): void;
}

/** @param quiet for `--json`: nothing is shown */
export function liveSteps(host: Host, quiet: boolean): LiveSteps {
  if (quiet) return { update: () => undefined, showsSurroundings: false, done: () => undefined };
  return host.isTerminal ? drawnSteps(host) : plainSteps(host);
}

/** `usually 21 min 00 s (3 earlier runs)`. */
export function usualText(usual: UsualTime | undefined): string {
  if (usual === undefined) return '';
  const runs = 'runs' in usual ? `${usual.runs} earlier run${usual.runs === 1 ? '' : 's'}` : '';
  const time = formatElapsed(usual.seconds * 1000);
  switch (usual.from) {
    case 'earlier runs':
      return `usually ${time} (${runs})`;
    case 'longer than earlier runs':
      return `longer than usual: at most ${time} in ${runs}`;
    case 'documentation':
      return `usually ${time}, at most ${formatElapsed(usual.worst * 1000)} (documented)`;
  }
}

/** What a build is doing: its phase, and what it said last. */
export function buildLine(
  { project, phase, startedAt, lastLine }: WatchedBuild,
  now: number,
  columns: number,
): string {
  const said = lastLine === undefined ? '' : `: ${stripVTControlCharacters(lastLine)}`;
  const line = `build ${project}, phase ${phase}, ${formatElapsed(now - startedAt.getTime())}${said}`;
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}

function noteOf(step: ExecutedStep, around: Surroundings | undefined, now: number): string {
  if (step.status !== 'RUNNING' || step.type !== 'Task') return '';
  return usualText(around?.usual(step, now - Date.parse(step.startedAt)));
}

function drawnSteps(host: Host): LiveSteps {
  let view: ExecutionView = { status: 'RUNNING', redrives: 0, steps: [] };
  let around: Surroundings | undefined;
  const paint = host.paint.err;
  const redraw = (): void => {
    const now = host.now();
    const lines = [
      ...view.steps.map((step) => stepLine(step, now, paint, noteOf(step, around, now))),
      ...(around?.builds ?? []).map((build) => paint.dim(buildLine(build, now, host.columns))),
      totalLine(view, around, host),
    ];
    void host.redraw(lines.join('\n'));
  };
  // The times go on while nothing else changes.
  const timer = setInterval(redraw, 1000);
  return {
    update(next, nextAround) {
      view = next;
      around = nextAround;
      redraw();
    },
    showsSurroundings: true,
    done() {
      clearInterval(timer);
      host.settle();
    },
  };
}

function totalLine(view: ExecutionView, around: Surroundings | undefined, host: Host): string {
  const { status, startedAt, endedAt } = view;
  if (startedAt === undefined) return host.paint.err.dim('starting');
  const ended = endedAt === undefined ? host.now() : Date.parse(endedAt);
  return host.paint.err.dim(
    `${status.toLowerCase()} for ${formatElapsed(ended - Date.parse(startedAt))}${countText(view, around)}`,
  );
}

/** `, 6 of 31 steps done`. */
function countText(view: ExecutionView, around: Surroundings | undefined): string {
  if (around?.known === undefined) return '';
  const { done, of } = countSteps(view, around.known);
  return `, ${done} of ${of} steps done`;
}

/** What a build said last is repeated no more often, in milliseconds: a log is not to be filled with another. */
const betweenLastLines = 60_000;

function plainSteps(host: Host): LiveSteps {
  const shown = new Map<string, string>();
  const said = new Map<string, { phase: string; lastLine: string | undefined; at: number }>();
  const tellOf = (build: WatchedBuild): void => {
    const { log, phase, lastLine } = build;
    const before = said.get(log.stream);
    const now = host.now();
    const isNew = before?.phase !== phase;
    if (!isNew && (before.lastLine === lastLine || now - before.at < betweenLastLines)) return;
    said.set(log.stream, { phase, lastLine, at: now });
    host.err(`${buildLine(build, now, Number.POSITIVE_INFINITY)}\n`);
  };
  return {
    update(view, around) {
      const now = host.now();
      for (const step of view.steps) {
        const key = `${step.parent ?? ''}/${step.branch ?? ''}/${step.name}`;
        const state = `${step.status}/${step.error ?? ''}`;
        if (shown.get(key) === state) continue;
        shown.set(key, state);
        const count =
          step.status === 'RUNNING' && step.type === 'Task' ? countText(view, around).slice(2) : '';
        const note = [noteOf(step, around, now), count].filter((text) => text !== '').join(', ');
        host.err(`${stepLine(step, now, host.paint.err, note)}\n`);
      }
      around?.builds.forEach(tellOf);
    },
    showsSurroundings: true,
    done: () => undefined,
  };
}
