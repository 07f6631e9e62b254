import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
} from '@aws-sdk/client-codebuild';
import type { AwsClients } from './clients';

/** A build that is under way, as much as one wants to know while waiting for it. */
export interface RunningBuild {
  id: string;
  project: string;
  /** `INSTALL`, `BUILD`, … */
  phase: string;
  startedAt: Date;
  /** CloudWatch log group and stream. */
  log: { group: string; stream: string };
}

/**
 * The latest build of each project, where it is under way.
 *
 * @param projects names of CodeBuild projects; those that do not exist count for nothing
 */
export async function runningBuilds(
  clients: AwsClients,
  projects: readonly string[],
): Promise<RunningBuild[]> {
  const codebuild = clients.get(CodeBuildClient);
  const latest = await Promise.all(
    projects.map(async (projectName) => {
      const { ids = [] } = await codebuild.send(
        new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING' }),
      );
      return ids.slice(0, 1);
    }),
  );
  const ids = latest.flat();
  if (ids.length === 0) return [];
  const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids }));
  return builds
    .filter(({ buildStatus }) => buildStatus === 'IN_PROGRESS')
    .map(({ id = '', projectName = '', currentPhase = '', startTime, logs }) => ({
      id,
      project: projectName,
      phase: currentPhase,
      startedAt: startTime ?? new Date(0),
      log: { group: logs?.groupName ?? '', stream: logs?.streamName ?? '' },
    }));
}
