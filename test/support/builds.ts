import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { buildProjectName, type BuildProject } from '../../core/naming';
import type { Build } from '../../local/codebuild/build';
import { waitFor } from '../../local/processes/wait-for';
import type { TestRegion } from './region';

/** Builds of a project, oldest first. */
export function buildsOf({ region }: TestRegion, project: BuildProject): Build[] {
  return region.builds.all().filter(({ projectName }) => projectName === buildProjectName(project));
}

/** The variables that the workflow gave to the first build of a project, but for its execution: it has ended. */
export function variablesOf(region: TestRegion, project: BuildProject): Record<string, string> {
  const given = buildsOf(region, project)[0]?.environment.environmentVariables ?? [];
  return Object.fromEntries(
    given.flatMap(({ name, value }) => (name === 'EXECUTION_ARN' ? [] : [[name, value]])),
  );
}

/** Runs a build with the workflow's variables and others, as the workflow does: by the API, to its end. */
export async function runBuild(
  region: TestRegion,
  project: BuildProject,
  variables: Readonly<Record<string, string>> = {},
): Promise<Build> {
  const { build } = await region.clients.get(CodeBuildClient).send(
    new StartBuildCommand({
      projectName: buildProjectName(project),
      environmentVariablesOverride: Object.entries({ ...variablesOf(region, project), ...variables }).map(
        ([name, value]) => ({ name, value, type: 'PLAINTEXT' }),
      ),
    }),
  );
  return waitFor(
    () => buildsOf(region, project).find(({ id, buildComplete }) => id === build?.id && buildComplete),
    { what: 'the build to end', timeoutMs: 300_000 },
  );
}

/** What a build exported; empty where it did not. */
export function exportedBy({ exportedEnvironmentVariables: exported }: Build, name: string): string {
  return exported.find((variable) => variable.name === name)?.value ?? '';
}
