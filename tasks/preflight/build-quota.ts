import { buildQuota, buildQuotaName } from '../../core/concurrent-builds';
import { readQuota } from '../../adapters/aws/service-quotas';
import type { TaskContext } from '../support/context';
import { observeQuotaCode } from './observe-quota-code';

/** A deployment's builds follow each other. */
const needed = 1;

/**
 * Warns of an account that may run no build, as some new ones: "Cannot have more than 0 builds in queue for the account". No
 * reason to stop: what the quota says and what CodeBuild enforces may differ for a while.
 */
export async function checkBuildQuota(context: TaskContext): Promise<string[]> {
  const { clients } = context;
  const quota = await readQuota(clients, 'codebuild', buildQuota.code);
  observeQuotaCode(context, 'build-quota-code', { code: buildQuota.code, name: buildQuotaName, quota });
  if (typeof quota === 'string' || quota.value === undefined || quota.value >= needed) return [];
  return [
    `the account may run ${quota.value} builds of CodeBuild at a time in ${buildQuota.title} environments in ${clients.region}, and a deployment needs ${needed}: the first build will be refused. Ask for more: aws service-quotas request-service-quota-increase --service-code codebuild --quota-code ${buildQuota.code} --desired-value 5`,
  ];
}
