/** The build that makes the cluster or brings it to what is configured, or, in plan mode, says what it would do. */
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { tagWaits } from '../../adapters/aws/tag-visibility';
import { findCluster, type Cluster } from '../../adapters/aws/eks';
import { listPodIdentities } from '../../adapters/aws/eks-inventory';
import { UserError } from '../../core/errors';
import { buildEnvironment } from '../../core/handover/build-environment';
import { upgradeNotes } from '../../core/upgrades/path';
import { run } from '../support/command';
import { readConfiguration, readInput } from '../support/input';
import { enterCluster, type EnteredCluster } from '../kubernetes/enter-cluster';
import { beside } from '../support/beside';
import { requireLockOfBuild } from '../support/lock';
import { runMain } from '../support/run-main';
import { inPlanMode, writePlan } from '../support/plan-output';
import { say } from '../support/say';
import { reader } from '../tools/download';
import { accessCorrector } from './access-correction';
import { ensureArtifactsBucket, planArtifactsBucket } from '../artifacts/artifacts-bucket';
import { convergeCluster, planConvergence, type ConvergeOptions } from './converge';
import { backUpBeforeUpgrade, planBackupBeforeUpgrade } from '../backups/backup-before-upgrade';
import { ensureBackups, planBackups, type BackupOptions } from '../backups/backups';
import { beginDatabase, finishDatabase, planDatabase } from '../database/database-instance';
import type { DatabaseOptions } from '../database/own-database';
import { ensureFileSystem, planFileSystem } from '../shared-volumes/file-system';
import { ensureFileSystemBackup, planFileSystemBackup } from '../shared-volumes/file-system-backup';
import { ensureDevicePlugin, planDevicePlugin } from './device-plugin';
import { eksctl } from './eksctl';
import {
  ensureLoadBalancerController,
  newController,
  planLoadBalancerController,
} from '../load-balancer/load-balancer-controller';
import { ensureInsightsLogs, planInsightsLogs } from '../observability/insights-logs';
import { ensureInterruptionQueue, planInterruptionQueue } from '../autoscaling/interruption-queue';
import {
  ensureKarpenter,
  newKarpenter,
  planKarpenter,
  removeUnwantedKarpenter,
} from '../autoscaling/karpenter';
import { findVersionChanges } from './installed-software';
import { observeCluster } from './observe';
import { observeEntries } from './observe-entries';
import { renderCluster } from './cluster-config';
import { findOwnFileSystem, type FileSystemOptions } from '../shared-volumes/own-file-system';
import { partUpdater } from './part-updates';
import { pollInterval } from './settled';
import { ensureIamRoles, planIamRoles } from './iam-roles';
import { stacksThrough } from './stacks';
import { sharedStorageOf } from '../../core/shared-storage';
import { ensureSharedVolumes, planSharedVolumes } from '../shared-volumes/shared-volumes';
import { ensureStorageClass, planStorageClass } from './storage-class';

runMain(async () => {
  const environment = buildEnvironment();
  const configuration = readConfiguration();
  const found = readInput('FOUND');
  const { region, eks_name: name } = configuration;
  const clients = createClients({ region, tagWaits });
  const buildRoles = [environment.KUBEFLOW_BUILD_ROLE_ARN, environment.TEARDOWN_BUILD_ROLE_ARN].flatMap(
    (arn) => arn ?? [],
  );
  const options = convergeOptions(clients, renderCluster(configuration, found, buildRoles), buildRoles);
  const backups: BackupOptions = { clients, configuration, say, pollMs: pollInterval() };
  const database: DatabaseOptions = { ...backups, found };

  if (inPlanMode()) {
    await writePlan(
      async (add, note) => {
        (await planIamRoles(clients, configuration, found)).forEach(add);
        (await planBackups(backups)).forEach(add);
        (await planArtifactsBucket(clients, configuration)).forEach(add);
        const cluster = await findCluster(clients, name);
        (await planDatabase(database, cluster?.securityGroupId)).forEach(add);
        const upgrade = await findVersionChanges(clients, configuration, cluster);
        const backup = await planBackupBeforeUpgrade(backups, upgrade);
        if (backup !== undefined) add(backup);
        (await planInterruptionQueue(clients, configuration)).forEach(add);
        (await planInsightsLogs(clients, configuration)).forEach(add);
        upgrade.flatMap(upgradeNotes).forEach(note);
        await planConvergence(options, add);
        const isThere = cluster !== undefined && ['ACTIVE', 'UPDATING'].includes(cluster.status);
        const way = isThere ? await enterCluster(clients, cluster) : undefined;
        const { file, kubectl } = way ?? {};
        (await planFileSystem(fileSystem(cluster))).forEach(add);
        const made = sharedStorageOf(configuration) && (await findOwnFileSystem(clients, configuration));
        (await planFileSystemBackup(backups, made)).forEach(add);
        const changes = [
          await planStorageClass(kubectl),
          (await planSharedVolumes(kubectl, { ...configuration, madeId: made?.id }))?.change,
          await planDevicePlugin(kubectl, configuration),
          file === undefined || kubectl === undefined
            ? newController
            : await planLoadBalancerController({ configuration, found, run, kubectl, kubeconfig: file }),
          ...(cluster === undefined || way === undefined
            ? newKarpenter(configuration, found)
            : await planKarpenter(karpenterOptions(cluster, way))),
        ];
        for (const change of changes) if (change !== undefined) add(change);
      },
      { say },
    );
    return;
  }

  await requireLockOfBuild(clients, name);
  await ensureIamRoles(clients, configuration, found, say);
  await ensureBackups(backups);
  // Before anything of an upgrade, that of Kubeflow included, whose build comes after this one.
  await backUpBeforeUpgrade(
    backups,
    await findVersionChanges(clients, configuration, await findCluster(clients, name)),
  );
  await ensureArtifactsBucket(clients, configuration, { say, pollMs: pollInterval() });
  await removeUnwantedKarpenter(
    configuration,
    await findCluster(clients, name),
    () => listPodIdentities(clients, name),
    async (present) => ({
      ...karpenterOptions(present, await enterCluster(clients, present)),
      ...{ say, pollMs: pollInterval() },
    }),
  );
  // After a Karpenter that goes, and before one that comes: neither runs without it.
  await ensureInterruptionQueue(clients, configuration, { say, pollMs: pollInterval() });
  await ensureInsightsLogs(clients, configuration, say);
  // A database takes as long as the control plane, beside which it is made.
  const [, begun] = await beside(convergeCluster(options), beginDatabase(database));
  const cluster = await findCluster(clients, name);
  if (cluster?.status !== 'ACTIVE') {
    throw new UserError(
      'ClusterFailed',
      `the cluster ${name} is ${cluster?.status ?? 'not there'} after its creation; expected ACTIVE. Retry this step.`,
    );
  }
  const way = await enterCluster(clients, cluster);
  const { file, kubectl } = way;
  await ensureStorageClass(kubectl, say);
  const made = await ensureFileSystem(fileSystem(cluster));
  await ensureFileSystemBackup(backups, made);
  await ensureSharedVolumes(kubectl, { ...configuration, madeId: made?.id }, say);
  await ensureDevicePlugin(kubectl, configuration, say);
  await ensureLoadBalancerController({
    configuration,
    found,
    kubectl,
    kubeconfig: file,
    run,
    get: reader(clients),
    mirror: environment.KUBEFLOW_EKS_TOOLS_MIRROR,
    charts: environment.KUBEFLOW_EKS_CHARTS,
    say,
  });
  await ensureKarpenter({
    ...karpenterOptions(cluster, way),
    get: reader(clients),
    mirror: environment.KUBEFLOW_EKS_TOOLS_MIRROR,
    charts: environment.KUBEFLOW_EKS_CHARTS,
    say,
    pollMs: pollInterval(),
  });
  await finishDatabase(database, cluster.securityGroupId, begun);

  function fileSystem(of: Cluster | undefined): FileSystemOptions {
    const securityGroupId = of?.securityGroupId;
    return { clients, configuration, found, securityGroupId, say, pollMs: pollInterval() };
  }

  function karpenterOptions({ securityGroupId = '' }: Cluster, way: EnteredCluster) {
    return { configuration, found, run, securityGroupId, kubeconfig: way.file, kubectl: way.kubectl };
  }
});

function convergeOptions(
  clients: AwsClients,
  desired: ConvergeOptions['desired'],
  buildRoles: readonly string[],
): ConvergeOptions {
  const waiting = { say, pollMs: pollInterval() };
  const { name } = desired.metadata;
  return {
    desired,
    observe: async () => {
      const observed = await observeCluster(clients, desired);
      observeEntries(observed?.accessEntries ?? [], buildRoles, name);
      return observed;
    },
    stacks: stacksThrough(clients),
    eksctl: eksctl(run, say),
    correctAccess: accessCorrector(clients, name),
    updateParts: partUpdater(clients, name, waiting),
    ...waiting,
  };
}
