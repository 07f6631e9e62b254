import { exportedVariables } from '../core/handover/build-environment';

/** Expressions, without their marks, of what destroy has left: `$left` is the list so far. */

/** With what a task says that it left. */
export const leftSoFar = '[$append($left, $result.left)]';

const exported = `$result.ExportedEnvironmentVariables[Name = "${exportedVariables.left}"].Value`;

/** With what a build has exported. */
export const leftByBuild = `[$append($left, $length(${exported}) > 0 ? $parse(${exported}) : [])]`;
