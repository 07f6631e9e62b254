import { minorOf } from '../kubernetes-version';
import { kubeflowSteps } from './kubeflow-steps';
import { kubernetesSteps } from './kubernetes-steps';
import type { VersionChange } from './software';
import type { UpgradePoint, UpgradeStep } from './upgrade-step';

/** The steps between two versions, in order, and what is to be said of the way as a whole. */
export interface UpgradePath {
  readonly steps: readonly UpgradeStep[];
  readonly warnings: readonly string[];
}

/** `26.03.1` and `1.10.2` as numbers, of which the first that differs decides. */
function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The way that a change of versions takes, as far as the table knows it. */
export function upgradePath({ of, from, to }: VersionChange): UpgradePath {
  if (from === null || to === null || !isVersion(from) || !isVersion(to))
    return {
      steps: [],
      warnings: [`which ${of} it goes up from is not known: ${guide} has what is between releases`],
    };
  return of === 'Kubernetes' ? kubernetesPath(from, to) : kubeflowPath(from, to);
}

const guide = 'docs/guides/upgrades.md';

const isVersion = (text: string): boolean => /^\d+\.\d+(?:\.\d+)?$/.test(text);

/** EKS goes up one minor version at a time, and the build does all of them; it never goes back (refused elsewhere). */
function kubernetesPath(from: string, to: string): UpgradePath {
  const steps = kubernetesSteps.filter(
    (step) => minorOf(step.from) >= minorOf(from) && minorOf(step.to) <= minorOf(to),
  );
  const skips = minorOf(to) - minorOf(from);
  return {
    steps,
    warnings:
      skips > 2
        ? [
            `Kubernetes ${from} → ${to} is ${skips.toString()} versions, one after the other, for which one build has no time: start again where it ends, it goes on`,
          ]
        : [],
  };
}

function kubeflowPath(from: string, to: string): UpgradePath {
  if (compare(to, from) < 0)
    return {
      steps: [],
      warnings: [
        `Kubeflow ${from} → ${to} goes back, for which upstream has nothing: what has changed its form is not changed back; ${guide} has the way back`,
      ],
    };
  // A patch of a release that the table has no steps for takes those of the release.
  const steps = kubeflowSteps.filter((step) => compare(step.to, from) > 0 && compare(step.to, to) <= 0);
  const skipped = steps.slice(0, -1).map((step) => step.to);
  return {
    steps,
    warnings:
      skipped.length === 0
        ? []
        : [
            `Kubeflow ${from} → ${to} skips ${skipped.join(', ')}: upstream has notes and tests from each release to the next, and none for a leap. Install each in turn by kubeflow.source with the release of this software that is made for it, or make a new deployment and move the data`,
          ],
  };
}

/** Of all that a plan prints, this is one part: more would not fit beside the changes. */
const mostNotes = 5;

/**
 * What a plan says of a change of versions: warnings, then what somebody has to do, then what else is otherwise, as much of it
 * as has room.
 */
export function upgradeNotes(change: VersionChange): string[] {
  const { steps, warnings } = upgradePath(change);
  const points = steps.flatMap(({ from, to, points: some }) =>
    some.map((point) => ({ point, text: `${change.of} ${from} → ${to}: ${sentence(point)}` })),
  );
  const ordered = [
    ...points.filter(({ point }) => point.todo !== undefined),
    ...points.filter(({ point }) => point.todo === undefined),
  ].map(({ text }) => text);
  const room = mostNotes - warnings.length;
  const rest = ordered.length - room;
  return [
    ...warnings,
    ...(rest > 0
      ? [
          ...ordered.slice(0, room - 1),
          `${(rest + 1).toString()} more things between these versions of ${change.of}: ${guide}`,
        ]
      : ordered),
  ];
}

const sentence = ({ what, todo }: UpgradePoint): string => (todo === undefined ? what : `${what} ${todo}`);
