import { settle } from '../support/settle';
import type { Waiting } from './settled';
import { clearFailedStack, findOurStack, type Stacks } from './stacks';

/**
 * What EKS says of a role that IAM has made and not yet shown to it: of the role of a cluster, its own service-linked one
 * included, which the first cluster of an account brings; of the role of an access entry; of the role of a pod identity.
 * Sources: terraform-provider-aws, `internal/service/eks` (`cluster.go`, `access_entry.go`,
 * `pod_identity_association.go`), which tries each again; aws/aws-k8s-tester issue 232 (the first cluster of an account).
 */
const refusals =
  /could not be assumed because|roleArn, \S+, does not exist|Error in role params|doesn't have the Amazon EKS Managed Policies|IAM role's policy must include|principalArn is invalid: invalid principal|Role provided in the request does not exist/;

/** How long IAM may take to show EKS a role, with the rollbacks of the attempts that come too early, in milliseconds. */
const visibilityMs = 600_000;

function isOfUnseenRole(error: unknown): boolean {
  return error instanceof Error && refusals.test(error.message);
}

/**
 * Has eksctl make something for which a role was made a moment before, again where EKS does not see the role yet:
 * CloudFormation gives up at once and rolls back. What the attempt left of its stacks is waited for and deleted first.
 *
 * @param stackNames of the stacks that the work makes
 * @throws what the last attempt threw
 */
export async function onceRolesAreSeen(
  options: Waiting & { stacks: Stacks },
  cluster: string,
  stackNames: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const { say, pollMs = 15_000, patienceMs = visibilityMs } = options;
  let refusal: unknown;
  await settle(
    async () => {
      for (const stackName of refusal === undefined ? [] : stackNames) {
        const status = (await findOurStack(options.stacks, cluster, stackName))?.status ?? '';
        if (status.endsWith('_IN_PROGRESS')) return { waiting: `the stack ${stackName} is ${status}` };
        if (/FAILED|ROLLBACK/.test(status)) await clearFailedStack(options, cluster, stackName);
      }
      try {
        await work();
        return { done: undefined };
      } catch (error) {
        if (!isOfUnseenRole(error)) throw error;
        refusal = error;
        return { waiting: 'EKS does not see a role yet that was just made' };
      }
    },
    {
      ...{ deadline: Date.now() + patienceMs, poll: pollMs, say },
      late: () => {
        throw refusal;
      },
    },
  );
}
