import { BackupClient, StartBackupJobCommand } from '@aws-sdk/client-backup';
import { countRecoveryPoints, findBackupPlan, findBackupVault } from '../../../adapters/aws/backup-plans';
import { createRole, deleteRole, findRole } from '../../../adapters/aws/iam';
import { backupNames, ensureBackups } from '../../../builds/backups/backups';
import { endBackups } from '../../../builds/backups/end-backups';
import type { Left } from '../../../core/handover/left';
import { iamNames } from '../../../core/iam-names';
import { deploymentTags } from '../../../core/naming';
import { waitFor } from '../../../local/processes/wait-for';
import { useBackups } from '../../support/backups';
import { configurationWith } from '../support';

const aws = useBackups('acme');
const configuration = configurationWith({ eks_name: 'acme', region: 'eu-central-1', backup: {} });
const names = backupNames(configuration);
const role = iamNames.backupRole(configuration);
let left: Left[];
let said: string[];
beforeEach(() => {
  left = [];
  said = [];
});

const end = (of = configuration) =>
  endBackups(aws.clients, of, { say: (line) => said.push(line), leave: (one) => left.push(one), pollMs: 10 });
const make = async () => {
  await createRole(aws.clients, {
    name: role,
    trust: {},
    description: 'backups',
    boundaryArn: undefined,
    tags: deploymentTags(configuration),
  });
  await ensureBackups({ clients: aws.clients, configuration, say: () => undefined, pollMs: 10 });
};
const there = async () => [
  (await findBackupPlan(aws.clients, names.plan, 'acme'))?.owner,
  (await findBackupVault(aws.clients, names.vault))?.owner,
];

test('where none were configured, AWS Backup is not asked', async () => {
  expect(await end(configurationWith({ eks_name: 'acme', region: 'eu-central-1' }))).toEqual([]);
  expect(aws.calls.map(({ service }) => service)).toEqual(['IAM']);
});

test('a plan and an empty vault go, and the role may go with them', async () => {
  await make();
  expect(await end()).toEqual([]);
  expect([await there(), left]).toEqual([[undefined, undefined], []]);
  // AWS Backup still sees the selection that was just taken away.
  expect(said).toContainEqual(expect.stringContaining('backs up nothing'));
});

test('a plan goes where somebody has deleted the role alone', async () => {
  await make();
  const found = await findRole(aws.clients, role);
  if (found !== undefined) await deleteRole(aws.clients, found);
  await end();
  expect(await there()).toEqual([undefined, undefined]);
});

test('a deployment of the name that comes after it has backups again', async () => {
  await make();
  await end();
  await ensureBackups({ clients: aws.clients, configuration, say: () => undefined, pollMs: 10 });
  expect((await findBackupPlan(aws.clients, names.plan, 'acme'))?.selections).toHaveLength(1);
});

test('a vault with backups stays, with the role by which they expire, and both are named', async () => {
  await make();
  const client = aws.lookingClients.get(BackupClient);
  await client.send(
    new StartBackupJobCommand({
      BackupVaultName: names.vault,
      ResourceArn: names.clusterArn,
      IamRoleArn: names.roleArn,
      Lifecycle: { DeleteAfterDays: 35 },
    }),
  );
  await waitFor(async () => (await countRecoveryPoints(aws.lookingClients, names.vault)).count > 0, {
    what: 'the backup to be there',
    timeoutMs: 10_000,
  });
  expect(await end()).toEqual([role]);
  expect(await there()).toEqual([undefined, 'acme']);
  expect(left).toEqual([
    {
      what: `2 backups in the vault ${names.vault}, with the role ${role}`,
      why: expect.stringMatching(/the last expires on \d{4}-\d\d-\d\d/) as string,
    },
  ]);
  expect(aws.mutatingCalls().filter((call) => /DeleteRecoveryPoint|DeleteBackupVault/.test(call))).toEqual(
    [],
  );
});
