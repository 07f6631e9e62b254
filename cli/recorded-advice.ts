import { deploymentOf } from '../core/execution/deployment-of';
import { isSameMoment } from '../core/execution/same-moment';
import { stackNames } from '../core/naming';
import type { Followed } from './follow';
import type { Target } from './target';

/**
 * What the failure recorder advises on this very end of an execution, once it has recorded it.
 *
 * @returns `undefined` where the commands that it names would lead elsewhere: it knows of no profile and of no local region
 */
export async function recordedAdvice(
  { clients, flags }: Target,
  executionArn: string,
  { execution }: Pick<Followed, 'execution'>,
): Promise<string | undefined> {
  if (flags !== '') return undefined;
  const deployment = deploymentOf(execution.input);
  const stoppedAt = execution.stoppedAt?.getTime();
  if (execution.status === 'SUCCEEDED' || deployment === undefined || stoppedAt === undefined)
    return undefined;
  const { readRun } = await import('../adapters/aws/registry-runs');
  // A caller who may read executions, but not the registry, does without.
  const run = await readRun(clients, stackNames.table, deployment, executionArn).catch(() => undefined);
  const recordedAt = Date.parse(run?.failure?.stoppedAt ?? '');
  return isSameMoment(recordedAt, stoppedAt) ? run?.failure?.advice : undefined;
}
