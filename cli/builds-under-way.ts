import { buildProjectName } from '../core/naming';
import { formatElapsed } from './render/steps';
import type { Target } from './target';

const projects = [buildProjectName('cluster'), buildProjectName('kubeflow'), buildProjectName('teardown')];

/**
 * What the long steps are doing: a line for each build that is under way, with its phase and where its log is. A step
 * that waits for one shows nothing else for up to half an hour.
 */
export async function buildsUnderWay(target: Target, now: number): Promise<string[]> {
  const { runningBuilds } = await import('../adapters/aws/codebuild');
  const builds = await runningBuilds(target.clients, projects);
  return builds.map(
    ({ project, phase, startedAt, log }) =>
      `build ${project}: phase ${phase}, ${formatElapsed(now - startedAt.getTime())}; log ${log.group}, stream ${log.stream}`,
  );
}
