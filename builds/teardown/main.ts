/** The build that removes load balancers, Kubeflow's volumes, Karpenter's nodes, mount targets and the cluster, in this order. */
import { createClients } from '../../adapters/aws/clients';
import { tagWaits } from '../../adapters/aws/tag-visibility';
import { findCluster, type Cluster } from '../../adapters/aws/eks';
import { listGroupsOfEks } from '../../adapters/aws/leftovers';
import { listLogGroups } from '../../adapters/aws/log-groups';
import { buildEnvironment } from '../../core/handover/build-environment';
import { notOurs, type Left } from '../../core/handover/left';
import { insightsLogPrefix } from '../../core/naming';
import { deleteCommand, eksctl as eksctlOf } from '../cluster/eksctl';
import { pollInterval } from '../cluster/settled';
import { stacksThrough } from '../cluster/stacks';
import { enterByKubectl } from '../kubernetes/enter-cluster';
import { run } from '../support/command';
import { readConfiguration } from '../support/input';
import { writeLeft } from '../support/left-output';
import { requireLockOfBuild } from '../support/lock';
import { runMain } from '../support/run-main';
import { say } from '../support/say';
import { answers, letIn } from './access';
import { removeArtifactsBucket } from '../artifacts/remove-artifacts-bucket';
import { attempt } from './attempt';
import { noteVolumes, removeFileSystem, removeMountTargets } from '../shared-volumes/remove-file-system';
import { endBackups } from '../backups/end-backups';
import { closeDatabase, removeDatabase } from '../database/remove-database';
import { removeIamRoles } from './remove-iam-roles';
import { removeInterruptionQueue } from '../autoscaling/remove-interruption-queue';
import { sweepAfterCluster, sweepInstances, sweepLoadBalancers } from './leftovers';
import { removeLoadBalancers } from '../load-balancer/remove-load-balancers';
import { removeNodes } from '../autoscaling/autoscaled-nodes';
import { removeStacks } from './stacks';
import { removeVolumes } from './volumes';

runMain(async () => {
  const configuration = readConfiguration();
  const { region, eks_name: name } = configuration;
  const clients = createClients({ region, tagWaits });
  const left: Left[] = [];
  const leave = (one: Left): void => {
    left.push(one);
    say(`${one.what} is left: ${one.why}`);
  };
  await requireLockOfBuild(clients, name);
  const cluster = await findCluster(clients, name);
  if (cluster !== undefined && cluster.owner !== name) {
    leave({ what: `the cluster ${name}`, why: notOurs });
    await writeLeft(left);
    return;
  }
  // First: no backup of a cluster that is being emptied.
  const keep = await endBackups(clients, configuration, { say, leave, pollMs: pollInterval() });
  const sharing = { clients, configuration, say, leave, pollMs: pollInterval(), ...patience() };
  await noteVolumes(sharing);
  const emptied = cluster?.status === 'ACTIVE' ? await emptyCluster(cluster) : undefined;
  if (cluster !== undefined && cluster.status !== 'ACTIVE') {
    say(`the cluster ${name} is ${cluster.status}: what was made from within it is looked for by its tags`);
  }
  // Nobody uses it any more, and a rule of its would hold the cluster's security group.
  const database = { clients, configuration, say, leave, pollMs: pollInterval() };
  await closeDatabase(database);
  const sweeping = { clients, deployment: name, say, leave, pollMs: pollInterval(), ...patience() };
  await sweepLoadBalancers(sweeping);
  await sweepInstances(sweeping);
  // Their security group lets that of the cluster in, and would hold it.
  await removeMountTargets(sharing);
  if (cluster === undefined) {
    say(`there is no cluster ${name}`);
  } else {
    await eksctlOf(run, say)(deleteCommand({ name, region }, { force: emptied?.isUnbalanced !== true }));
  }
  // Before the roles that are not in them: CloudFormation could not take away what uses these.
  await removeStacks({ stacks: stacksThrough(clients), say, pollMs: pollInterval() }, name);
  // With a cluster that we delete its group goes, since the stacks take their rules back before.
  if (cluster === undefined)
    for (const group of await listGroupsOfEks(clients, name))
      leave({
        what: `the security group ${group.id} (${group.name})`,
        why: 'EKS made it for the cluster, and could not delete it with that, since rules of the nodes referred to it; delete it in EC2',
      });
  await sweepAfterCluster(emptied?.doomed ?? new Set(), sweeping);
  await removeDatabase(database);
  await removeInterruptionQueue(clients, configuration, { say, leave });
  await removeIamRoles(clients, configuration, cluster, { say, leave, keep });
  await removeArtifactsBucket(clients, configuration, { say, leave });
  for (const group of await listLogGroups(clients, insightsLogPrefix(name)))
    leave({
      what: `the log group ${group.name}`,
      why: `what Container Insights wrote is kept ${group.retentionDays === undefined ? 'for ever' : `for ${group.retentionDays} days`}; delete it when nobody needs it`,
    });
  await removeFileSystem(sharing);
  if (cluster !== undefined)
    leave({
      what: `the log group /aws/eks/${name}/cluster`,
      why: 'EKS keeps the logs of a cluster, its audit log among them; delete it when nobody needs them',
    });
  await writeLeft(left);
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
    const role = buildEnvironment().TEARDOWN_BUILD_ROLE_ARN;
    if (role !== undefined) await letIn(clients, configuration, role, say);
    const { kubectl } = await enterByKubectl(cluster, region);
    if (!(await answers(kubectl, say, patience()))) {
      say(`the cluster ${name} does not answer: what was made from within it is looked for by its tags`);
      return undefined;
    }
    return attempt(
      'emptying the cluster',
      async () => {
        const isUnbalanced = await removeLoadBalancers(kubectl, say, patience());
        const doomed = await removeVolumes(kubectl, say, patience());
        // Last: until here pods may need their nodes, the storage driver's among them.
        await removeNodes(kubectl, say, patience());
        return { isUnbalanced, doomed };
      },
      say,
    );
  }
});

/** How long what is dead is waited for, where a rehearsal says it; otherwise each wait has its own bound. */
function patience(): { timeoutSeconds?: number } {
  const seconds = buildEnvironment().KUBEFLOW_EKS_PATIENCE_SECONDS;
  return seconds === undefined ? {} : { timeoutSeconds: Number(seconds) };
}
