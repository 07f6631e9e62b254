/**
 * How long a provisioning takes on AWS by the durations that AWS documents, run through the real definition on a virtual
 * clock, and how much of that is waiting that nothing asks for.
 *
 *     npm run --silent bench:provisioning -- [--json]
 */
import { parseArgs } from 'node:util';
import { atMost, printTable, printVerdicts, runBench, say } from '../support/output';
import { awaited, builds, type Case } from '../../../core/execution/documented-durations';
import { timedRun, type TimedRun } from './timed-run';

/** Most that the run may take over the longest path of true dependencies. */
const limit = 1.02;

const cases = ['typical', 'worst'] as const satisfies readonly Case[];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const runs: { which: Case; run: TimedRun }[] = [];
  for (const which of cases) {
    say(`running provision with the ${which} durations on a virtual clock`);
    runs.push({ which, run: await timedRun(which) });
  }
  const verdicts = runs.map(({ which, run }) =>
    atMost(`${which}: the run over the longest path`, Number(run.ratio.toFixed(4)), limit),
  );
  if (values.json) {
    const durations = { builds, awaited };
    process.stdout.write(
      `${JSON.stringify({ runs: Object.fromEntries(runs.map(({ which, run }) => [which, { ...run, history: undefined }])), durations, verdicts }, null, 2)}\n`,
    );
  } else {
    for (const { which, run } of runs) print(which, run);
    printVerdicts(verdicts);
  }
  if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
}

function print(which: Case, { seconds, ideal, states }: TimedRun): void {
  process.stdout.write(
    `\n${which}: ${clockTime(seconds)}, at best ${clockTime(ideal.seconds)} by way of ${ideal.steps.join(', ')}\n`,
  );
  printTable(
    ['step', 'begins', 'ends', 'tries'],
    states.map(({ name, begin, end, attempts }) => [name, clockTime(begin), clockTime(end), attempts]),
  );
}

/** Minutes and seconds, such as 41:07. */
function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60).toString()}:${(whole % 60).toString().padStart(2, '0')}`;
}

runBench(main);
