/** The build that removes load balancers, Kubeflow's volumes and the cluster, in this order. */
import { join } from 'node:path';
import { createClients } from '../../adapters/aws/clients';
import { findCluster } from '../../adapters/aws/eks';
import { findAccessEntry } from '../../adapters/aws/eks-access-entries';
import { ownerTag } from '../../core/naming';
import { buildEnvironment } from '../../core/handover/build-environment';
import { eksctl as eksctlOf } from '../cluster/eksctl';
import { pollInterval } from '../cluster/settled';
import { clearFailedStack, stackNameOf, stacksThrough } from '../cluster/stacks';
import { kubectl as kubectlOf } from '../kubernetes/kubectl';
import { run } from '../support/command';
import { readConfiguration } from '../support/input';
import { kubeconfig, writeKubeconfig } from '../kubernetes/kubeconfig';
import { requireLockOfBuild } from '../support/lock';
import { runMain } from '../support/main';
import { say } from '../support/say';
import { removeIdentities } from './identities';
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
  if (cluster?.status === 'ACTIVE' && !(await mayEnter(name))) {
    // Access entries come before anything is installed.
    say(
      `the creation of ${name} stopped before this build was let into it: there is nothing in it to take away`,
    );
  } else if (cluster?.status === 'ACTIVE') {
    const file = join(buildEnvironment().CODEBUILD_SRC_DIR ?? process.cwd(), '.kube', 'config');
    await writeKubeconfig(file, kubeconfig(cluster, region, join(__dirname, '..', 'eks-token', 'build.js')));
    const kubectl = kubectlOf(run, file);
    await removeLoadBalancers(kubectl, say);
    await removeVolumes(kubectl, say);
  }
  if (cluster !== undefined && cluster.status !== 'ACTIVE') {
    say(
      `the cluster ${name} is ${cluster.status}: load balancers and volumes that were made from within it stay`,
    );
  }
  if (cluster === undefined) {
    say(`there is no cluster ${name}`);
    await removeStack(name);
  } else {
    // Disruption budgets would keep the last pods of a cluster that is going anyway.
    const flags = ['--wait', '--disable-nodegroup-eviction'];
    await eksctlOf(run, say)({ args: ['delete', 'cluster', '--name', name, '--region', region, ...flags] });
  }
  await removeIdentities(clients, configuration, cluster, say);
  say('done');

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
