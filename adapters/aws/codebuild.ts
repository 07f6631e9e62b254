import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
} from '@aws-sdk/client-codebuild';
import { defined } from '../../core/defined';
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

/** A build, ended or not, with what it did when. */
export interface BuildRecord {
  /** `<project>:<uuid>`. */
  id: string;
  project: string;
  /** `IN_PROGRESS`, `SUCCEEDED`, `FAILED`, … */
  status: string;
  startedAt: Date;
  /** In their order; the last one has no end while it is under way. */
  phases: { type: string; status?: string; startedAt: Date; endedAt?: Date }[];
  /** CloudWatch log group and stream. */
  log: { group: string; stream: string };
}

/** BatchGetBuilds takes so many ids (API reference). */
const mostIds = 100;

/**
 * Builds by their ids or ARNs.
 *
 * @returns those that CodeBuild still knows: it keeps builds for a year
 */
export async function readBuilds(clients: AwsClients, ids: readonly string[]): Promise<BuildRecord[]> {
  const found: BuildRecord[] = [];
  for (let from = 0; from < ids.length; from += mostIds) {
    const { builds = [] } = await clients
      .get(CodeBuildClient)
      .send(new BatchGetBuildsCommand({ ids: ids.slice(from, from + mostIds) }));
    for (const { id = '', projectName = '', buildStatus = '', startTime, phases = [], logs } of builds) {
      found.push({
        id,
        project: projectName,
        status: buildStatus,
        startedAt: startTime ?? new Date(0),
        phases: phases.flatMap(({ phaseType: type, phaseStatus, startTime: startedAt, endTime: endedAt }) =>
          type === undefined || startedAt === undefined
            ? []
            : [{ type, startedAt, ...defined({ status: phaseStatus, endedAt }) }],
        ),
        log: { group: logs?.groupName ?? '', stream: logs?.streamName ?? '' },
      });
    }
  }
  return found;
}
