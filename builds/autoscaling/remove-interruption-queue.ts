import type { AwsClients } from '../../adapters/aws/clients';
import { findQueue } from '../../adapters/aws/queues';
import type { BuildConfiguration } from '../../core/configuration';
import { notOurs } from '../../core/handover/left';
import { deploymentNames } from '../../core/naming';
import { mayHaveQueue, planRuleRemovals, removalOfQueue } from './interruption-queue';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';

/**
 * Removes the queue by which Karpenter learnt of machines that end, and the rules that filled it. What does not carry the
 * mark of this deployment is left alone, and said.
 */
export async function removeInterruptionQueue(
  clients: AwsClients,
  configuration: BuildConfiguration,
  { say, leave }: { say: Say; leave: Leave },
): Promise<void> {
  if (!(await mayHaveQueue(clients, configuration))) return;
  const { eks_name: deployment } = configuration;
  const name = deploymentNames.interruptionQueue(deployment);
  const { removals, foreign } = await planRuleRemovals(clients, configuration);
  const queue = await findQueue(clients, name);
  if (queue?.owner === deployment) removals.push(removalOfQueue(clients, queue, name));
  else if (queue !== undefined) foreign.push(`the queue ${name}`);
  for (const { what, make } of removals) {
    say(`deleting ${what}`);
    await make({ say });
  }
  for (const what of foreign) leave({ what, why: notOurs });
}
