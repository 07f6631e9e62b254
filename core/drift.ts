import { createHash } from 'node:crypto';
import type { Plan, PlanAction, PlannedStep } from './plan';

/** One thing that is not as a deployment was provisioned, or that a provisioning would be stopped by. */
export type Difference =
  | { readonly state: string; readonly action: PlanAction; readonly what: string }
  | { readonly state: string; readonly error: string };

/** What a plan by a deployment's registration says of the deployment. */
export type Drift =
  | {
      readonly kind: 'known';
      /** How much a provisioning would change or be stopped by; 0 where all is as it was provisioned. */
      readonly changes: number;
      readonly differences: readonly Difference[];
      /** The same for the same differences, in whatever order they are found; empty where there is none. */
      readonly digest: string;
    }
  /** Somebody works on the deployment, or something in it is under way: what differs need not stay. */
  | { readonly kind: 'unclear'; readonly why: string };

/** Of a plan that met them, another execution has worked on the deployment meanwhile. */
const busy = ['DeploymentLocked', 'ExecutionOutdated'];

/**
 * What a plan says that was made with the configuration a deployment is registered with. The rule is that of
 * `plan --detailed-exitcode`, with two exceptions: what stands in the way of a provisioning counts too, since somebody
 * brought it there, and what is under way is waited for.
 */
export function driftOf({ steps }: Plan): Drift {
  const worker = steps.find(({ problem }) => problem !== undefined && busy.includes(problem.error));
  if (worker?.problem !== undefined) return { kind: 'unclear', why: worker.problem.error };
  const differences = steps.flatMap(differencesOf);
  const unlisted = steps.flatMap(({ state, more = 0 }) => (more > 0 ? [{ state, more }] : []));
  if (differences.length === 0 && unlisted.length === 0) {
    const underWay = steps.find(({ verdict }) => verdict === 'follows');
    return underWay === undefined
      ? { kind: 'known', changes: 0, differences: [], digest: '' }
      : { kind: 'unclear', why: underWay.reason ?? `${underWay.state} follows from what is under way` };
  }
  return {
    kind: 'known',
    changes: differences.length + unlisted.reduce((sum, { more }) => sum + more, 0),
    differences,
    digest: digestOf([...differences, ...unlisted]),
  };
}

function differencesOf({ state, changes, problem }: PlannedStep): Difference[] {
  return [
    ...changes.map(({ action, what }) => ({ state, action, what })),
    ...(problem === undefined ? [] : [{ state, error: problem.error }]),
  ];
}

/** The message of a problem is left out: it may tell the time, or how much is left of something. */
function digestOf(found: readonly object[]): string {
  const lines = found.map((one) => JSON.stringify(one)).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** What a mail lists; all of it is in the plan. */
const mostListed = 20;

/**
 * Differences for people, step by step, at most {@link mostListed} of them.
 *
 * @param changes how many there are in all
 */
export function differenceLines(differences: readonly Difference[], changes: number): string[] {
  const listed = differences.slice(0, mostListed);
  const lines = listed.flatMap((difference, index) => {
    const text =
      'error' in difference
        ? `  in the way: ${difference.error}`
        : `  ${difference.action} ${difference.what}`;
    return difference.state === listed[index - 1]?.state ? [text] : [difference.state, text];
  });
  const rest = changes - listed.length;
  return rest > 0 ? [...lines, `and ${rest} more`] : lines;
}

/** `1 difference`, `3 differences`. */
export function countDifferences(changes: number): string {
  return `${changes} ${changes === 1 ? 'difference' : 'differences'}`;
}
