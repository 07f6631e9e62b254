import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { defined } from '../../core/defined';
import type { AwsClients } from './clients';

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
