import {
  BackupClient,
  DescribeBackupJobCommand,
  DescribeRestoreJobCommand,
  StartBackupJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { AdminDisableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { findBackupVault } from '../../adapters/aws/backup-plans';
import { backupNames } from '../../builds/backups/backups';
import { functionName } from '../../core/naming';
import type { SampleUser } from '../../core/configuration/users';
import { objectGuid } from '../../local/adfs/people';
import { waitFor } from '../../local/processes/wait-for';
import { grantsOf, logIn, type LoginTarget } from '../../local/rehearsal/logins';
import { configurationWith } from '../builds/support';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';

/* docs/operate/restore.md, "A namespace is lost", step by step: the objects are those of the real API server. */

const region = useRegion({ ...seedConfiguration, backup: {} });
const name = seedConfiguration.eks_name;
const alice: SampleUser = {
  userName: 'ACME\\alice',
  email: 'alice@acme.example',
  groups: ['team-a', 'team-b'],
};
const bob: SampleUser = { userName: 'ACME\\bob', email: 'bob@acme.example', groups: ['team-a'] };
let target: LoginTarget;

const succeed = async (workflow: 'provision' | 'resync' | 'destroy', input: object): Promise<string> => {
  const { start, finish } = region();
  const { execution } = await finish(await start(workflow, input));
  expect({ status: execution.status, cause: execution.cause?.slice(-1_500) }).toEqual({
    status: 'SUCCEEDED',
    cause: undefined,
  });
  return execution.output ?? '{}';
};
const namespacesOf = async ({ email }: SampleUser): Promise<string[]> =>
  (await grantsOf(target.cluster, email)).map(({ namespace }) => namespace).sort();
const kubectl = async (...args: string[]): Promise<string> => (await target.cluster.kubectl(args)).stdout;

beforeAll(async () => {
  const { document, region: local } = region();
  const { userPoolId, clientId } = JSON.parse(await succeed('provision', document)) as {
    userPoolId: string;
    clientId: string;
  };
  const profileManager = functionName('profile-manager');
  target = { userPoolId, clientId, cluster: clusterOf(region()), profileManager };
  for (const user of [alice, bob]) expect((await logIn(local, target, user)).outcome).toBe('allowed');
}, 600_000);

test('a lost namespace comes back with what users made in it, and with the access that the directory gives now', async () => {
  const { clients, document, region: local } = region();
  const backup = clients.get(BackupClient);
  const names = backupNames(configurationWith(document));
  await kubectl('create', 'configmap', '-n', 'team-a', 'results', '--from-literal=accuracy=0.97');
  await kubectl('create', 'secret', 'generic', '-n', 'team-a', 'token', '--from-literal=key=value');

  const { BackupJobId: job, RecoveryPointArn: point } = await backup.send(
    new StartBackupJobCommand({
      BackupVaultName: names.vault,
      ResourceArn: names.clusterArn,
      IamRoleArn: names.roleArn,
      Lifecycle: { DeleteAfterDays: 35 },
    }),
  );
  const ended = async () => {
    const { State: state, StatusMessage: why } = await backup.send(
      new DescribeBackupJobCommand({ BackupJobId: job }),
    );
    return state === 'RUNNING' ? undefined : { state, why };
  };
  const outcome = await waitFor(ended, { what: 'the backup to end', timeoutMs: 60_000 });
  expect(outcome).toEqual({ state: 'COMPLETED', why: undefined });

  // After the backup somebody leaves, and then the namespace is lost.
  await local.clients.cognito.send(
    new AdminDisableUserCommand({
      UserPoolId: target.userPoolId,
      Username: `ADFS_${objectGuid(bob.userName)}`.toLowerCase(),
    }),
  );
  await succeed('resync', { deployment: name });
  expect([await namespacesOf(alice), await namespacesOf(bob)]).toEqual([['team-a', 'team-b'], []]);
  await kubectl('delete', 'profile', 'team-a');
  await waitFor(
    async () => !(await kubectl('get', 'namespaces', '-o', 'name')).includes('namespace/team-a'),
    {
      what: 'the namespace to be gone',
      timeoutMs: 60_000,
    },
  );

  // 1. The Profile comes back.
  await succeed('resync', { deployment: name });
  expect(await namespacesOf(alice)).toEqual(['team-a', 'team-b']);
  expect(await kubectl('get', 'configmaps', '-n', 'team-a', '-o', 'name')).not.toContain('results');

  // 4. The restore.
  const iam = clients.get(IAMClient);
  const { Role: role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'kubeflow-restore',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: 'kubeflow-restore',
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const { RestoreJobId: restore } = await backup.send(
    new StartRestoreJobCommand({
      RecoveryPointArn: point,
      IamRoleArn: role?.Arn,
      ResourceType: 'EKS',
      Metadata: {
        clusterName: name,
        newCluster: 'false',
        namespaceLevelRestore: 'true',
        namespaces: JSON.stringify(['team-a']),
      },
    }),
  );
  const describe = () => backup.send(new DescribeRestoreJobCommand({ RestoreJobId: restore }));
  await waitFor(async () => (await describe()).Status === 'COMPLETED', {
    what: 'the restore to be complete',
    timeoutMs: 60_000,
  });
  expect(await kubectl('get', 'configmap', '-n', 'team-a', 'results', '-o', 'jsonpath={.data}')).toBe(
    '{"accuracy":"0.97"}',
  );
  expect(await kubectl('get', 'secrets', '-n', 'team-a', '-o', 'name')).toContain('secret/token');
  // Who has left since does not come back with the backup's day: nobody but the profile manager makes what has its mark.
  expect((await describe()).StatusMessage).toMatch(/failed to restore: .*RoleBinding team-a\/\S*bob/);
  expect(await namespacesOf(bob)).toEqual([]);

  // 5. The re-sync makes access what the directory says.
  await succeed('resync', { deployment: name });
  expect([await namespacesOf(alice), await namespacesOf(bob)]).toEqual([['team-a', 'team-b'], []]);
  await succeed('provision', document);
  expect([await namespacesOf(alice), await namespacesOf(bob)]).toEqual([['team-a', 'team-b'], []]);
}, 600_000);

test('a destroy leaves the backups with their vault, and says so', async () => {
  const { clients, document } = region();
  const { vault } = backupNames(configurationWith(document));
  const output = await succeed('destroy', { deployment: name });
  expect(output).toContain(`in the vault ${vault}, with the role `);
  expect((await findBackupVault(clients, vault))?.owner).toBe(name);
  expect(region().region.access.refusals()).toEqual([]);
}, 600_000);
