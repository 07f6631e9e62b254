import { exportedVariables } from '../core/handover/build-environment';

/** The expressions of a plan, without their marks. `$steps` is the plan so far, `$unknown` who gave no result. */

/** Names as a list in an expression. */
function listed(names: readonly string[]): string {
  return `[${names.map((name) => `"${name}"`).join(', ')}]`;
}

/** Those of the steps whose results are not known. */
export function unknownOf(steps: readonly string[]): string {
  return `[$unknown[$ in ${listed(steps)}]]`;
}

/** Those of the steps that do not leave everything as it is. */
export function pendingOf(steps: readonly string[]): string {
  return `[$steps[state in ${listed(steps)} and verdict != "leave"].state]`;
}

/** The list with the step's name, unless its result is there. */
export function unknownAfter(step: string, before: string, result: string): string {
  return `$exists(${result}) ? ${before} : [$append(${before}, "${step}")]`;
}

/**
 * The plan with a step's entry: its verdict, and what its task or build has said.
 *
 * @param answer `{changes, more?, notes?, follows?, reason?, problem?}`
 */
export function stepsAfter(step: string, before: string, answer: string): string {
  const verdict = [
    '$exists($answer.problem) ? "problem"',
    '$exists($answer.follows) or $exists($answer.reason) ? "follows"',
    '$count($changes) = 0 ? "leave"',
    '$count($changes[action != "create"]) = 0 ? "create" : "change"',
  ].join(' : ');
  const rest =
    '$sift($answer, function($value, $key) { $key in ["follows", "reason", "problem", "notes"] or ($key = "more" and $value > 0) })';
  return (
    `($answer := ${answer}; $changes := [$answer.changes]; ` +
    `[$append(${before}, $merge([{"state": "${step}", "verdict": ${verdict}, "changes": $changes}, ${rest}]))])`
  );
}

/** An expression whose value may not be there; nothing may be assigned or sent in its place but null. */
export function orNull(expression: string): string {
  return `($value := ${expression}; $exists($value) ? $value : null)`;
}

/** What a build has exported. Without it the state fails: the build did something else than was asked of it. */
export const exportedPlan = `$parse($result.ExportedEnvironmentVariables[Name = "${exportedVariables.plan}"].Value)`;

/** How many steps have come to each verdict. */
export function summary(verdicts: readonly string[]): string {
  return `{${verdicts.map((verdict) => `"${verdict}": $count($steps[verdict = "${verdict}"])`).join(', ')}}`;
}
