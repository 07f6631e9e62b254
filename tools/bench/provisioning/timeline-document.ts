/** `npx tsx tools/bench/provisioning/timeline-document.ts` writes `docs/timeline.md`: what happens when. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../core/errors';
import { provisionParts } from '../../../workflows/steps/provision';
import {
  awaited,
  builds,
  call,
  type Case,
  type Duration,
} from '../../../core/execution/documented-durations';
import { resources, timedRun, type TimedRun } from './timed-run';

/** Where the document is. */
export const timelineFile = join(__dirname, '..', '..', '..', 'docs', 'timeline.md');

/** The timeline of both cases, with the durations that they are made of. */
export async function timelineDocument(): Promise<string> {
  const typical = await timedRun('typical');
  const worst = await timedRun('worst');
  return [
    '# What happens when',
    '',
    'A provisioning of a fresh deployment, run through the real definition on a virtual clock in which every step takes what',
    'AWS documents. `npm run --silent bench:provisioning` makes it, with the times of each step, and compares it with the longest path',
    'of what the steps truly depend on. This page is generated (`npx tsx tools/bench/provisioning/timeline-document.ts`).',
    'Nothing in it was measured on AWS.',
    '',
    '| | whole | longest path of true dependencies | ratio |',
    '| --- | --- | --- | --- |',
    summary('as a rule', typical),
    summary('at worst', worst),
    '',
    '## As a rule',
    '',
    ...gantt('typical', typical),
    '',
    '## At worst',
    '',
    "The login's domain is the longest path here: Kubeflow is installed while it becomes active.",
    '',
    ...gantt('worst', worst),
    '',
    '## The durations',
    '',
    '| what | as a rule | at worst | where that is written |',
    '| --- | --- | --- | --- |',
    row('a call of a function', call),
    ...Object.entries(builds).map(([name, duration]) => row(`build of ${name}`, duration)),
    ...Object.entries(awaited).map(([name, duration]) =>
      row(
        `${name}, from ${duration.since.length > 0 ? duration.since.join(' and ') : 'its first call'} on`,
        duration,
      ),
    ),
    '',
  ].join('\n');
}

function summary(what: string, { seconds, ideal, ratio }: TimedRun): string {
  return `| ${what} | ${inMinutes(seconds)} | ${inMinutes(ideal.seconds)} | ${ratio.toFixed(3)} |`;
}

function row(what: string, { typical, worst, source }: Duration): string {
  return `| ${what} | ${inMinutes(typical)} | ${inMinutes(worst)} | ${source} |`;
}

/** Seconds below a minute and a half, else minutes. */
function inMinutes(seconds: number): string {
  return seconds < 90 ? `${seconds.toString()} s` : `${Number((seconds / 60).toFixed(1)).toString()} min`;
}

/** A chart of the steps that take half a minute and more, a section for each branch. */
function gantt(which: Case, { states }: TimedRun): string[] {
  const sections = provisionParts(resources).flatMap((part) =>
    'branches' in part
      ? part.branches.map((steps, index) => ({
          title: `${part.name}, branch ${(index + 1).toString()}`,
          steps,
        }))
      : [{ title: 'In a row', steps: part }],
  );
  const lines = sections.flatMap(({ title, steps }) => {
    const bars = steps.flatMap(({ name }) => {
      const state = states.find((each) => each.name === name);
      if (state === undefined || state.end - state.begin < 30) return [];
      return [`    ${name} :${state.begin.toFixed(0)}, ${state.end.toFixed(0)}`];
    });
    return bars.length === 0 ? [] : [`    section ${title}`, ...bars];
  });
  return [
    '```mermaid',
    'gantt',
    `    title Provisioning, ${which} durations`,
    '    dateFormat X',
    '    axisFormat %H:%M',
    ...lines,
    '```',
  ];
}

if (require.main === module) {
  timelineDocument().then(
    (text) => {
      writeFileSync(timelineFile, text);
    },
    (error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exitCode = 1;
    },
  );
}
