import { BackupClient, UpdateRegionSettingsCommand } from '@aws-sdk/client-backup';
import { findBackupPlan, findBackupVault } from '../../adapters/aws/backup-plans';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { beforeTag } from '../../builds/backups/backup-before-upgrade';
import { deploymentNames } from '../../core/naming';
import { kubeflowOf } from '../../core/upgrades/software';
import { changesDuring, clusterBuilds, planOf } from '../support/cluster-builds';
import { seedConfiguration, useRegion } from '../support/region';

/* The cluster's build with `backup`, against the local region's AWS Backup, with the rights that the stack gives it. */

const region = useRegion(seedConfiguration);
const { begin, succeed } = clusterBuilds(region);

const name = 'kept';
const names = { vault: deploymentNames.backupVault(name), plan: deploymentNames.backupPlan(name) };
const backup = (more: object = {}) => ({ backup: { schedule: 'daily', ...more } });
const backupLines = (lines: readonly string[]): string[] =>
  lines
    .filter((line) => /backup/i.test(line) && !/^waiting|policy/.test(line.trim()))
    .map((line) => line.trim());

test('backups are planned, made once, changed, made before an upgrade, and end', async () => {
  const { clients } = region();
  const found = async () => ({
    vault: await findBackupVault(clients, names.vault),
    plan: await findBackupPlan(clients, names.plan, name),
  });
  const without = await changesDuring(region(), async () => {
    expect(backupLines((await succeed(name)).lines)).toEqual([]);
  });
  expect(without.filter((call) => call.startsWith('backup'))).toEqual([]);
  expect(await found()).toEqual({ vault: undefined, plan: undefined });

  const planning = await changesDuring(region(), async () => {
    const planned = planOf(await (await begin(name, backup(), { MODE: 'plan' })).ended());
    expect(planned.changes.map(({ action, what }) => `${action} ${what}`)).toEqual([
      expect.stringMatching(/^create the role kubeflow_kubeflow_Backup_kept_/),
      expect.stringMatching(
        /^change the role .*: the policy \S+AWSBackupServiceRolePolicyForBackup is attached/,
      ),
      `create the backup vault ${names.vault}`,
      `create the backup plan ${names.plan}: cron(0 3 * * ? *), kept for 35 days`,
    ]);
  });
  expect(planning).toEqual([]);

  await succeed(name, backup());
  const { vault, plan } = await found();
  expect(vault).toMatchObject({ owner: name, keyArn: region().document['kms_key_arn'] });
  expect(plan?.selections).toMatchObject([{ resources: [expect.stringMatching(/:cluster\/kept$/)] }]);
  expect(await changesDuring(region(), () => succeed(name, backup()))).toEqual([]);

  // It was provisioned with another Kubeflow: the backup comes before anything of an upgrade.
  await writeItem(clients, region().region.synthesis.deployed.table.name, registryKey.registration(name), {
    kubeflow: { ...kubeflowOf({}), version: '1.10.0', source: 'a'.repeat(40) },
  });
  const upgrade = `create a backup of the cluster ${name} before Kubeflow 1.10.0 → ${kubeflowOf({}).version ?? ''}, which is waited for`;
  const planned = planOf(await (await begin(name, backup(), { MODE: 'plan' })).ended());
  expect(planned.changes.map(({ action, what }) => `${action} ${what}`)).toEqual([upgrade]);
  expect(planned.notes?.[0]).toMatch(/^Kubeflow 1\.10\.0 → \S+ skips 1\.11, 26\.03: upstream has notes/);
  expect(planned.notes).toHaveLength(5);
  const upgraded = backupLines((await succeed(name, backup())).lines);
  expect(upgraded).toEqual([upgrade, expect.stringMatching(/^the backup job-\S+ is complete/)]);
  expect((await found()).vault?.tags[beforeTag]).toMatch(/^kubernetes \S+ kubeflow \S+ \w{12} job job-/);
  // What comes after it may fail: the attempt after that has its backup already.
  expect(backupLines((await succeed(name, backup())).lines)).toEqual([]);
  expect(
    backupLines((await succeed(name, backup({ before_upgrade: false, retention_days: 7 }))).lines),
  ).toEqual([`change the backup plan ${names.plan}: cron(0 3 * * ? *), kept for 7 days`]);

  expect(backupLines((await succeed(name)).lines)).toEqual([
    `remove the backup plan ${names.plan}; what it has backed up stays`,
  ]);
  const after = await found();
  expect([after.plan, after.vault?.owner]).toEqual([undefined, name]);
  expect(region().region.access.refusals()).toEqual([]);
}, 600_000);

test('an account that has EKS left out is told before anything is made', async () => {
  const client = region().clients.get(BackupClient);
  await client.send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { EKS: false } }));
  const planned = planOf(await (await begin('left', backup(), { MODE: 'plan' })).ended());
  await client.send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { EKS: true } }));
  expect(planned).toMatchObject({ problem: { error: 'BackupNotEnabled' } });
}, 300_000);
