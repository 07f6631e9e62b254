import type { Plan, PlanAction, PlannedChange, PlannedStep } from '../../core/plan';
import type { Paint } from './paint';

const marks: Record<PlanAction, string> = { create: '+', change: '~', remove: '-' };

/**
 * A plan for people: the changes step by step, what follows from them, what stands in the way or should be known, and the sum.
 *
 * @param flags what the commands that it proposes need, to lead to the same place
 */
export function planText({ deployment, steps, summary }: Plan, paint: Paint, flags = ''): string {
  const parts = [
    changesText(steps, paint),
    followsText(steps),
    problemsText(steps, paint),
    planNotes({ deployment, steps }, flags).join('\n'),
  ];
  const { unlisted, ...changes } = changesOf(steps);
  const sums = [
    ...Object.entries(changes).map(([action, count]) => `${count} to ${action}`),
    ...(unlisted > 0 ? [`${unlisted} more not listed`] : []),
  ].join(', ');
  const nothing = steps.every(({ verdict }) => verdict === 'leave');
  parts.push(
    nothing
      ? `nothing to do: ${deployment} is what the configuration asks for`
      : `${deployment}: ${sums}; of ${steps.length} steps ${summary.leave} leave everything as it is, ` +
          `${summary.follows} follow, ${summary.problem} ${summary.problem === 1 ? 'meets a problem' : 'meet problems'}`,
  );
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function changesText(steps: readonly PlannedStep[], paint: Paint): string {
  const colours: Record<PlanAction, (text: string) => string> = {
    create: paint.green,
    change: paint.yellow,
    remove: paint.red,
  };
  const shown = ({ action, what }: PlannedChange): string =>
    `  ${colours[action](`${marks[action]} ${action}`)}  ${what}`;
  return steps
    .filter(({ changes, more = 0 }) => changes.length + more > 0)
    .map(({ state, changes, more = 0 }) =>
      [state, ...changes.map(shown), ...(more > 0 ? [`  and ${more} more`] : [])].join('\n'),
    )
    .join('\n');
}

function followsText(steps: readonly PlannedStep[]): string {
  const following = steps.filter(({ verdict }) => verdict === 'follows');
  if (following.length === 0) return '';
  return [
    'known only when the steps before them are done:',
    ...following.map(
      ({ state, follows, reason = '' }) =>
        `  ${state}: ${follows === undefined ? reason : `follows from ${follows.join(', ')}`}`,
    ),
  ].join('\n');
}

function problemsText(steps: readonly PlannedStep[], paint: Paint): string {
  return steps
    .flatMap(({ state, problem }) =>
      problem === undefined ? [] : [`${paint.red('✗')} ${state}: ${problem.error}: ${problem.message}`],
    )
    .join('\n\n');
}

/** What else should be known: what is to be done outside of the account, and what steps saw and change nothing of. */
export function planNotes(
  { deployment, steps }: Pick<Plan, 'deployment' | 'steps'>,
  flags: string,
): string[] {
  const makesPool = steps.some(
    ({ state, changes }) => state === 'Ensure user pool' && changes.some(({ action }) => action === 'create'),
  );
  const trust = `the user pool is new, and ADFS knows a pool by its id: set up a trust for it when it is there (kubeflow-eks idp ${deployment}${flags})`;
  return [...(makesPool ? [trust] : []), ...steps.flatMap(({ notes = [] }) => notes)];
}

/** How many changes there are of each kind, and how many more that are not listed. */
export function changesOf(steps: readonly PlannedStep[]): Record<PlanAction | 'unlisted', number> {
  const count = (action: PlanAction): number =>
    steps.flatMap(({ changes }) => changes).filter((change) => change.action === action).length;
  return {
    create: count('create'),
    change: count('change'),
    remove: count('remove'),
    unlisted: steps.reduce((sum, { more = 0 }) => sum + more, 0),
  };
}
