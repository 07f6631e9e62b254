import type { AwsClients } from '../../adapters/aws/clients';
import { buildQuota } from '../../core/concurrent-builds';
import { readQuota } from '../../adapters/aws/service-quotas';

/** A deployment's builds follow each other. */
const needed = 1;

/**
 * Warns of an account that may run no build, as some new ones: "Cannot have more than 0 builds in queue for the account". No
 * reason to stop: what the quota says and what CodeBuild enforces may differ for a while.
 */
export async function checkBuildQuota(clients: AwsClients): Promise<string[]> {
  const quota = await readQuota(clients, 'codebuild', buildQuota.code);
  if (quota === undefined || quota >= needed) return [];
  return [
    `the account may run ${quota} builds of CodeBuild at a time in ${buildQuota.title} environments in ${clients.region}, and a deployment needs ${needed}: the first build will be refused. Ask for more: aws service-quotas request-service-quota-increase --service-code codebuild --quota-code ${buildQuota.code} --desired-value 5`,
  ];
}
