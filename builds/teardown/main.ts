/** The build that removes load balancers, Kubeflow's volumes and the cluster, in this order. */
import { join } from 'node:path';
import { createClients } from '../../adapters/aws/clients';
import { findCluster, type Cluster } from '../../adapters/aws/eks';
import { findAccessEntry } from '../../adapters/aws/eks-access-entries';
import { ownerTag } from '../../core/naming';
import { buildEnvironment } from '../../core/handover/build-environment';
import { deleteCommand, eksctl as eksctlOf } from '../cluster/eksctl';
import { pollInterval } from '../cluster/settled';
import { clearFailedStack, stackNameOf, stacksThrough } from '../cluster/stacks';
import { kubectl as kubectlOf } from '../kubernetes/kubectl';
import { run } from '../support/command';
import { readConfiguration } from '../support/input';
import { kubeconfig, writeKubeconfig } from '../kubernetes/kubeconfig';
import { requireLockOfBuild } from '../support/lock';
import { runMain } from '../support/run-main';
import { say } from '../support/say';
import { attempt } from './attempt';
import { removeIdentities } from './cluster-identities';
import { sweepAfterCluster, sweepLoadBalancers } from './leftovers';
import { removeLoadBalancers } from './load-balancers';
import { removeVolumes } from './volumes';

runMain(async () => {
  const configuration = readConfiguration();
  const { region, eks_name: name } = configuration;
  const clients = createClients({ region });
  await requireLockOfBuild(clients, name);
  const cluster = await findCluster(clients, name);
  if (cluster !== undefined && cluster.owner !== name) {
    say(`the cluster ${name} does not carry the tag ${ownerTag}=${name}: it is left alone`);
    return;
  }
  const emptied = cluster?.status === 'ACTIVE' ? await emptyCluster(cluster) : undefined;
  if (cluster !== undefined && cluster.status !== 'ACTIVE') {
    say(`the cluster ${name} is ${cluster.status}: what was made from within it is looked for by its tags`);
  }
  const sweeping = { clients, deployment: name, say, pollMs: pollInterval() };
  await sweepLoadBalancers(sweeping);
  if (cluster === undefined) {
    say(`there is no cluster ${name}`);
    await removeStack(name);
  } else {
    await eksctlOf(run, say)(deleteCommand({ name, region }, { force: emptied?.isUnbalanced !== true }));
  }
  await sweepAfterCluster(emptied?.doomed ?? new Set(), sweeping);
  await removeIdentities(clients, configuration, cluster, say);
  say('done');

  /**
   * Takes away from within what would outlive the cluster.
   *
   * @returns whether its load balancers are gone, and the ids of the volumes that were to be deleted and are not; nothing
   *   where the cluster could not be entered, or is too broken to tell
   */
  async function emptyCluster(
    cluster: Cluster,
  ): Promise<{ isUnbalanced: boolean; doomed: ReadonlySet<string> } | undefined> {
    if (!(await mayEnter(name))) {
      // Access entries come before anything is installed.
      say(`the creation of ${name} stopped before this build was let into it: nothing was installed in it`);
      return undefined;
    }
    const file = join(buildEnvironment().CODEBUILD_SRC_DIR ?? process.cwd(), '.kube', 'config');
    await writeKubeconfig(file, kubeconfig(cluster, region, join(__dirname, '..', 'eks-token', 'build.js')));
    const kubectl = kubectlOf(run, file);
    return attempt(
      'emptying the cluster',
      async () => {
        const isUnbalanced = await removeLoadBalancers(kubectl, say);
        return { isUnbalanced, doomed: await removeVolumes(kubectl, say) };
      },
      say,
    );
  }

  /** Whether the cluster has an access entry for this build's role. */
  async function mayEnter(cluster: string): Promise<boolean> {
    const role = buildEnvironment().TEARDOWN_BUILD_ROLE_ARN;
    return role === undefined || (await findAccessEntry(clients, cluster, role)) !== undefined;
  }

  /** What a creation that failed has left. */
  async function removeStack(cluster: string): Promise<void> {
    const stacks = stacksThrough(clients);
    const stackName = stackNameOf.cluster(cluster);
    const stack = await stacks.find(stackName);
    // Its role may go only after it: CloudFormation could not take away what is in it.
    if (stack?.tags[ownerTag] === cluster) {
      await clearFailedStack({ stacks, say, pollMs: pollInterval() }, cluster, stackName);
    }
  }
});
