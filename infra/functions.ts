import type { FunctionSpec } from '../core/function-spec';
import { functions as driftPlanner } from '../lambda/drift-planner/deployment';
import { functions as driftRecorder } from '../lambda/drift-recorder/deployment';
import { functions as failureRecorder } from '../lambda/failure-recorder/deployment';
import { functions as profileManager } from '../lambda/profile-manager/deployment';
import { taskFolders, type TaskName } from '../tasks/deployments';

/** Every function that the stack deploys, collected from the folders. A test holds this against the files. */

/** Name of a function's file. */
export type FunctionFile =
  | TaskName
  | keyof typeof profileManager
  | keyof typeof failureRecorder
  | keyof typeof driftPlanner
  | keyof typeof driftRecorder;

/** A function with nothing left to defaults. */
export interface DeployedFunction extends FunctionSpec {
  /** Entry point, relative to the repository's root. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

const deployed = new Map<string, DeployedFunction>([
  ...withEntries(profileManager, () => 'lambda/profile-manager/index.ts'),
  ...withEntries(failureRecorder, () => 'lambda/failure-recorder/index.ts'),
  ...withEntries(driftPlanner, () => 'lambda/drift-planner/index.ts'),
  ...withEntries(driftRecorder, () => 'lambda/drift-recorder/index.ts'),
  ...Object.entries(taskFolders).flatMap(([folder, functions]) =>
    withEntries(functions, (file) => `tasks/${folder}/${file}.ts`),
  ),
]);

function withEntries(
  functions: Readonly<Record<string, FunctionSpec>>,
  entryOf: (file: string) => string,
): [string, DeployedFunction][] {
  return Object.entries(functions).map(([file, spec]) => [
    file,
    { timeoutSeconds: 60, memoryMb: 256, ...spec, entry: entryOf(file) },
  ]);
}

/** The files of all functions, in a fixed order. */
export const functionFiles = [...deployed.keys()] as FunctionFile[];

/**
 * How a function is deployed.
 *
 * @throws Error for a file that no `deployment.ts` names
 */
export function functionSpec(file: FunctionFile): DeployedFunction {
  const spec = deployed.get(file);
  if (!spec) throw new Error(`no function ${file}: add it to the deployment.ts of its folder`);
  return spec;
}
