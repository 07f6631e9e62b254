import { BackupClient, CreateBackupPlanCommand, CreateBackupVaultCommand } from '@aws-sdk/client-backup';
import { findBackupPlan, findBackupVault } from '../../../adapters/aws/backup-plans';
import { backUpBeforeUpgrade, beforeTag } from '../../../builds/backups/backup-before-upgrade';
import { backupNames, ensureBackups, planBackups, type BackupOptions } from '../../../builds/backups/backups';
import type { VersionChange } from '../../../core/upgrades/software';
import { useBackups } from '../../support/backups';
import { configurationWith } from '../support';

const name = 'acme';
let roleMadeAt: Date | undefined;
const aws = useBackups(name, () => roleMadeAt);
const upgrade: VersionChange[] = [{ of: 'Kubernetes', from: '1.34', to: '1.35' }];
let said: string[];
beforeEach(() => {
  said = [];
  roleMadeAt = new Date(0);
});

const options = (backup: object = {}): BackupOptions => ({
  clients: aws.clients,
  configuration: configurationWith({ eks_name: name, region: 'eu-central-1', backup }),
  say: (line) => said.push(line),
  pollMs: 20,
});
const names = () => backupNames(options().configuration);

test('a vault and a plan of somebody else are conflicts, and are left alone', async () => {
  const client = aws.lookingClients.get(BackupClient);
  await client.send(
    new CreateBackupPlanCommand({
      BackupPlan: { BackupPlanName: names().plan, Rules: [{ RuleName: 'x', TargetBackupVaultName: 'x' }] },
    }),
  );
  await expect(planBackups(options())).rejects.toMatchObject({ name: 'ResourceConflict' });
  await client.send(new CreateBackupVaultCommand({ BackupVaultName: names().vault }));
  await expect(ensureBackups(options())).rejects.toMatchObject({ name: 'ResourceConflict' });
  expect(aws.mutatingCalls()).toEqual([]);
});

test('what was made by half is made whole, and a second time nothing is', async () => {
  await ensureBackups(options());
  aws.forgetCalls();
  await ensureBackups(options());
  expect(aws.mutatingCalls()).toEqual([]);
  const plan = await findBackupPlan(aws.clients, names().plan, name);
  expect(plan?.selections).toHaveLength(1);
});

test('a selection with another role is exchanged', async () => {
  await ensureBackups(options());
  const other = (): BackupOptions => ({
    ...options(),
    configuration: { ...options().configuration, iam_role_prefix: 'other' },
  });
  expect((await planBackups(other())).map(({ what }) => what)).toEqual([
    `the backup plan ${names().plan}: it backs up the cluster`,
  ]);
  await ensureBackups(other());
  const plan = await findBackupPlan(aws.clients, names().plan, name);
  expect(plan?.selections).toMatchObject([{ roleArn: backupNames(other().configuration).roleArn }]);
});

test('a role that AWS Backup does not see yet is waited for', async () => {
  roleMadeAt = new Date();
  await ensureBackups(options());
  expect(said).toContainEqual(expect.stringContaining('does not see the role'));
  expect((await findBackupPlan(aws.clients, names().plan, name))?.selections).toHaveLength(1);
});

describe('the backup before an upgrade', () => {
  const begun = () => aws.calls.filter(({ operation }) => operation === 'StartBackupJob').length;
  const before = (backup: object = {}, changes = upgrade) => backUpBeforeUpgrade(options(backup), changes);
  beforeEach(() => ensureBackups(options()));

  test('is complete when it goes on, and is not made again for the same versions', async () => {
    await before();
    expect(said.at(-1)).toMatch(/^the backup job-\S+ is complete$/);
    await before();
    expect(begun()).toBe(1);
  });

  test('of another day is not the one before: what people have made since is worth another', async () => {
    await before();
    const now = Date.now();
    const late = jest.spyOn(Date, 'now').mockImplementation(() => now + 25 * 60 * 60_000);
    await before();
    late.mockRestore();
    expect(begun()).toBe(2);
  });

  test('is another one where the same versions were backed up for before, and others since', async () => {
    await before();
    const other = options();
    const configuration = { ...other.configuration, kubernetes_version: '1.36' } as const;
    await backUpBeforeUpgrade({ ...other, configuration }, upgrade);
    await before();
    expect(new Set(said.filter((line) => line.endsWith('is complete'))).size).toBe(3);
  });

  test('is none where no version changes, or none is wanted', async () => {
    await before({}, []);
    await before({ before_upgrade: false });
    expect(begun()).toBe(0);
  });

  test('that runs is waited for by whoever comes after', async () => {
    const { promise: answered, resolve } = Promise.withResolvers<object[]>();
    aws.apiServer = {
      get: (path) =>
        Promise.resolve(
          path === '/apis'
            ? { groups: [] }
            : {
                resources: [{ name: 'secrets', kind: 'Secret', namespaced: true, verbs: ['list', 'create'] }],
              },
        ),
      list: () => answered,
    };
    const first = before();
    while (said.filter((line) => line.includes('RUNNING')).length === 0)
      await new Promise((done) => setTimeout(done, 20));
    const second = before();
    resolve([]);
    await Promise.all([first, second]);
    expect(begun()).toBe(1);
  });

  test('one that failed is made again by the next attempt', async () => {
    aws.apiServer = { get: () => Promise.reject(new Error('no way in')), list: () => Promise.resolve([]) };
    await expect(before()).rejects.toMatchObject({
      name: 'BackupFailed',
      message: expect.stringMatching(/is FAILED: Error: no way in\. Nothing was upgraded/) as string,
    });
    const failed = (await findBackupVault(aws.clients, names().vault))?.tags[beforeTag];
    aws.apiServer = {
      get: (path) => Promise.resolve(path === '/apis' ? { groups: [] } : { resources: [] }),
      list: () => Promise.resolve([]),
    };
    await before();
    expect(begun()).toBe(2);
    expect((await findBackupVault(aws.clients, names().vault))?.tags[beforeTag]).not.toBe(failed);
  });
});
