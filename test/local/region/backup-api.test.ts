import {
  BackupClient,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  CreateBackupVaultCommand,
  DeleteBackupPlanCommand,
  DeleteBackupSelectionCommand,
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupJobCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListTagsCommand,
  StartBackupJobCommand,
  StartRestoreJobCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { KubeError } from '../../../local/kubernetes/kube-client';
import { openGateway, type Gateway } from '../../../local/region/gateway/gateway';
import { BackupApi } from '../../../local/region/services/backup-api';
import { waitFor } from '../../../local/processes/wait-for';

const role = 'arn:aws:iam::111122223333:role/backup';
const cluster = 'arn:aws:eks:eu-central-1:111122223333:cluster/acme';
const volume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv' },
  spec: { csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' }, claimRef: {} },
};

let dir: string;
let gateway: Gateway;
let clients: AwsClients;
let backup: BackupClient;
let roleMadeAt: Date | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'backups-'));
  roleMadeAt = new Date(0);
  const api = new BackupApi({
    accountId: '111122223333',
    region: 'eu-central-1',
    dir,
    findCluster: (name) => (name === 'acme' ? { client: oneVolume as never } : undefined),
    roleCreatedAt: () => Promise.resolve(roleMadeAt),
  });
  gateway = await openGateway({ services: { backup: [api.handler] } });
  clients = createClients({
    region: 'eu-central-1',
    endpoint: gateway.endpoint,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
  backup = clients.get(BackupClient);
});
afterEach(async () => {
  clients.destroy();
  await gateway.close();
  await rm(dir, { recursive: true });
});

/** A cluster with one volume of EBS and nothing else. */
const oneVolume = {
  get: (path: string) =>
    Promise.resolve(
      path === '/apis'
        ? { groups: [] }
        : {
            resources: [
              {
                name: 'persistentvolumes',
                kind: 'PersistentVolume',
                namespaced: false,
                verbs: ['list', 'create'],
              },
            ],
          },
    ),
  list: () =>
    notYet-- > 0
      ? Promise.reject(new KubeError(429, 'TooManyRequests', 'storage is (re)initializing'))
      : Promise.resolve([volume]),
};
/** How often its API server cannot answer yet. */
let notYet = 0;

const makeVault = (name = 'vault') =>
  backup.send(new CreateBackupVaultCommand({ BackupVaultName: name, BackupVaultTags: { a: 'b' } }));
const makePlan = (more: object = {}, requestId = 'once') =>
  backup.send(
    new CreateBackupPlanCommand({
      BackupPlan: {
        BackupPlanName: 'plan',
        Rules: [{ RuleName: 'schedule', TargetBackupVaultName: 'vault', ...more }],
      },
      CreatorRequestId: requestId,
    }),
  );
const select = (id: string | undefined) =>
  backup.send(
    new CreateBackupSelectionCommand({
      BackupPlanId: id,
      BackupSelection: { SelectionName: 'cluster', IamRoleArn: role, Resources: [cluster] },
    }),
  );
const begin = (more: object = {}) =>
  backup.send(
    new StartBackupJobCommand({
      BackupVaultName: 'vault',
      ResourceArn: cluster,
      IamRoleArn: role,
      Lifecycle: { DeleteAfterDays: 3 },
      ...more,
    }),
  );
const points = async () => {
  const { RecoveryPoints = [] } = await backup.send(
    new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: 'vault' }),
  );
  return RecoveryPoints;
};
const complete = (id: string | undefined) =>
  waitFor(
    async () => (await backup.send(new DescribeBackupJobCommand({ BackupJobId: id }))).State === 'COMPLETED',
    { what: 'the backup to be complete', timeoutMs: 10_000 },
  );

test('names of vaults are held to their form, are taken once, and keep their tags', async () => {
  await expect(makeVault('a vault')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  const { BackupVaultArn: arn } = await makeVault();
  await expect(makeVault()).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  expect((await backup.send(new ListTagsCommand({ ResourceArn: arn }))).Tags).toEqual({ a: 'b' });
});

test('a plan is made once for a request, has a start window of an hour, and goes after its selections', async () => {
  await expect(makePlan({ StartWindowMinutes: 30 })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  const { BackupPlanId: id } = await makePlan();
  expect((await makePlan()).BackupPlanId).toBe(id);
  await select(id);
  await expect(backup.send(new DeleteBackupPlanCommand({ BackupPlanId: id }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
});

test('a plan whose selection was just taken away still has it for a moment, and its request id for ever', async () => {
  const { BackupPlanId: id } = await makePlan();
  const { SelectionId: selection } = await select(id);
  await backup.send(new DeleteBackupSelectionCommand({ BackupPlanId: id, SelectionId: selection }));
  const remove = () => backup.send(new DeleteBackupPlanCommand({ BackupPlanId: id }));
  await expect(remove()).rejects.toThrow(/selections must be deleted/);
  await remove();
  expect((await makePlan()).BackupPlanId).toBe(id);
  await expect(select(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a plan with the document of one that is there is refused', async () => {
  await makePlan();
  await expect(makePlan({}, 'another')).rejects.toMatchObject({ name: 'AlreadyExistsException' });
});

test('a role that is not there, or that was just made, is not seen', async () => {
  await makeVault();
  const { BackupPlanId: id } = await makePlan();
  for (const madeAt of [undefined, new Date()]) {
    roleMadeAt = madeAt;
    for (const call of [select(id), begin()])
      await expect(call).rejects.toThrow(/cannot be assumed by AWS Backup/);
  }
});

test('a backup needs its vault, its cluster, and that the account has EKS opted in', async () => {
  await expect(begin()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await makeVault();
  await expect(begin({ ResourceArn: `${cluster}-other` })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  await backup.send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { EKS: false } }));
  await expect(begin()).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

test('a cluster that cannot answer for a kind at once is read again', async () => {
  await makeVault();
  notYet = 1;
  await complete((await begin()).BackupJobId);
  expect(await points()).toHaveLength(3);
});

test('a backup has parts, which go before the whole, and holds its vault until then', async () => {
  await makeVault();
  const { BackupJobId: id } = await begin({ IdempotencyToken: 'once' });
  expect((await begin({ IdempotencyToken: 'once' })).BackupJobId).toBe(id);
  await complete(id);
  const [whole, state, disk] = await points();
  expect([whole?.IsParent, state?.ResourceType, disk?.ResourceType]).toEqual([true, 'EKS', 'EBS']);
  expect(whole?.CalculatedLifecycle?.DeleteAt?.getTime()).toBeCloseTo(
    (whole?.CreationDate?.getTime() ?? 0) + 3 * 24 * 60 * 60_000,
    -3,
  );
  const remove = (point: typeof whole) =>
    backup.send(
      new DeleteRecoveryPointCommand({ BackupVaultName: 'vault', RecoveryPointArn: point?.RecoveryPointArn }),
    );
  for (const held of [whole, state])
    await expect(remove(held)).rejects.toMatchObject({ name: 'InvalidRequestException' });
  const deleteVault = () => backup.send(new DeleteBackupVaultCommand({ BackupVaultName: 'vault' }));
  await expect(deleteVault()).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await remove(disk);
  await remove(whole);
  expect(await points()).toEqual([]);
  await deleteVault();
});

test('a restore names a backup, a cluster and at most five namespaces', async () => {
  await makeVault();
  const { BackupJobId: id, RecoveryPointArn: arn } = await begin();
  await complete(id);
  const restore = (metadata: Record<string, string>, point = arn) =>
    backup.send(
      new StartRestoreJobCommand({ RecoveryPointArn: point, IamRoleArn: role, Metadata: metadata }),
    );
  await expect(restore({ clusterName: 'acme' }, `${arn ?? ''}0`)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(restore({ clusterName: 'other' })).rejects.toThrow(/clusterName/);
  await expect(
    restore({ clusterName: 'acme', namespaces: JSON.stringify(['1', '2', '3', '4', '5', '6']) }),
  ).rejects.toThrow(/up to 5 namespaces/);
});
