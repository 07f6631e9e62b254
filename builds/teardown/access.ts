import type { AwsClients } from '../../adapters/aws/clients';
import {
  associateAccessPolicy,
  createAccessEntry,
  deleteAccessEntry,
  findAccessEntry,
  isOlderThanRole,
} from '../../adapters/aws/eks-access-entries';
import { roleCreatedAt } from '../../adapters/aws/iam';
import type { BuildConfiguration } from '../../core/configuration';
import { deploymentTags } from '../../core/naming';
import { administratorPolicy } from '../cluster/access-entries';
import type { KubectlProgram } from '../kubernetes/kubectl';
import { CommandError } from '../support/command';
import type { Say } from '../support/say';
import { settle } from '../support/settle';

/** EKS takes a minute or two to heed a new entry. */
const patienceSeconds = 180;

/**
 * Lets this build into the cluster where its access entry is missing, since a creation stopped before it or somebody
 * removed it, or dead, since the role was re-created after it.
 *
 * @param role ARN of the build's role
 */
export async function letIn(
  clients: AwsClients,
  configuration: BuildConfiguration,
  role: string,
  say: Say,
): Promise<void> {
  const { eks_name: cluster, region } = configuration;
  const entry = await findAccessEntry(clients, cluster, role);
  if (entry !== undefined && !isOlderThanRole(entry, await roleCreatedAt(clients, role))) return;
  if (entry !== undefined && entry.owner !== cluster) {
    say("this build's access entry is of a role that was re-created since, and is not ours to re-create");
    return;
  }
  say(
    entry === undefined
      ? 'this build is let into the cluster'
      : "this build's role was re-created since it was let into the cluster: it is let in again",
  );
  if (entry !== undefined) await deleteAccessEntry(clients, cluster, role);
  await createAccessEntry(
    clients,
    cluster,
    { principalArn: role, kubernetesGroups: [] },
    deploymentTags(configuration),
  );
  await associateAccessPolicy(clients, cluster, role, administratorPolicy(region));
}

/**
 * Waits until the cluster answers.
 *
 * @returns whether it does
 */
export async function answers(
  kubectl: KubectlProgram,
  say: Say,
  { timeoutSeconds = patienceSeconds, pollMs = 5_000 } = {},
): Promise<boolean> {
  return settle<boolean>(
    async () => {
      try {
        await kubectl.list('namespace');
        return { done: true };
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return { waiting: error.message };
      }
    },
    {
      ...{ deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs, say },
      late: () => false,
    },
  );
}
