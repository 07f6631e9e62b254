import { translateAwsError } from '../../adapters/aws/errors';
import { TransientError } from '../../core/errors';
import { buildEnvironment, type BuildEnvironment } from '../../core/handover/build-environment';
import type { PlannedChange, PlanProblem } from '../../core/plan';
import { cut, mostThatFits, writeExported } from './exported-json';
import type { Say } from './say';

/** What a build exports in plan mode, as JSON in its variable `PLAN`. */
export interface BuildPlan {
  changes: PlannedChange[];
  /** How many further changes were left out for length. */
  more: number;
  /** What was seen and should be known, though this build changes nothing of it. */
  notes?: string[];
  /** What would stop the build, after the changes that it would still make. */
  problem?: PlanProblem;
}

/** One change or note in the list. */
const longestWhat = 300;

const longestMessage = 1000;

/** The file that the build specification reads the exported variable from, beside the source. */
const planFile = 'plan.json';

/** Whether this build shall say what it would do, and do nothing: the workflow then sets `MODE`. */
export function inPlanMode(environment: BuildEnvironment = buildEnvironment()): boolean {
  return environment.MODE === 'plan';
}

/** The JSON of a plan, cut to what an exported variable holds: changes are left out for length, notes (a few) are not. */
export function encodePlan(
  changes: readonly PlannedChange[],
  problem?: PlanProblem,
  notes: readonly string[] = [],
): string {
  const shown = changes.map(({ action, what }) => ({ action, what: cut(what, longestWhat) }));
  return mostThatFits(changes.length, (count) =>
    JSON.stringify({
      changes: shown.slice(0, count),
      more: changes.length - count,
      ...(notes.length > 0 && { notes: notes.map((note) => cut(note, longestWhat)) }),
      ...(problem && { problem: { error: problem.error, message: cut(problem.message, longestMessage) } }),
    } satisfies BuildPlan),
  );
}

/**
 * The whole of a build in plan mode: finds out, says and writes what would be done. What stands in the way belongs to
 * the plan, so that the build itself ends well and the plan goes on.
 *
 * The build specification exports what is written, after the program:
 *
 *     env: { exported-variables: [PLAN] }
 *     if [ "${MODE-}" = plan ]; then PLAN="$(cat "$CODEBUILD_SRC_DIR/plan.json")" && export PLAN; fi
 *
 * @param find reads only; calls `add` with each change as it finds it, and `note` with what else should be known
 */
export async function writePlan(
  find: (add: (change: PlannedChange) => void, note: (text: string) => void) => Promise<void>,
  { say, environment = buildEnvironment() }: { say: Say; environment?: BuildEnvironment },
): Promise<void> {
  const changes: PlannedChange[] = [];
  const notes: string[] = [];
  let problem: PlanProblem | undefined;
  try {
    await find(
      (change) => {
        changes.push(change);
        say(`would ${change.action}: ${change.what}`);
      },
      (text) => {
        notes.push(text);
        say(`to know: ${text}`);
      },
    );
  } catch (error) {
    const translated = translateAwsError(error);
    const { name, message } = translated;
    // What may go away by itself says nothing of the deployment: the build fails, and is started again.
    if (translated instanceof TransientError) throw translated;
    problem = { error: name, message };
    say(`in the way: ${name}: ${message}`);
  }
  if (changes.length === 0 && problem === undefined) say('nothing to do');
  await writeExported(planFile, encodePlan(changes, problem, notes), environment);
}
