import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { Logger } from '@aws-lambda-powertools/logger';
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { readItem, registryKey, writeItem } from '../../adapters/aws/registry';
import { kubernetesGroups, stackNames } from '../../core/naming';
import { CredentialStore } from '../../local/sts/credentials';
import { serveSts, type StsServer } from '../../local/sts/server';
import { createSts } from '../../local/sts/sts';
import { task } from '../../tasks/resync/reconcile-access';
import { createContext } from '../../tasks/support/context';
import { eventually, makeTenant, prepareCluster } from '../isolation/support';
import { useControlPlane } from '../support/control-plane';
import { useMoto } from '../support/moto';
import { makeRegistry } from '../support/registry';
import { testDeployment } from '../support/task-context';

const region = 'eu-central-1';
const roleArn = 'arn:aws:iam::123456789012:role/kubeflow-eks-reconcile-access';
const store = new CredentialStore();
const credential = store.issue(roleArn, 'function');
let sts: StsServer;

const moto = useMoto(region);
const kubernetes = useControlPlane(async () => {
  sts = await serveSts(createSts({ credentials: store }));
  const entry = { principalArn: roleArn, kubernetesGroups: [kubernetesGroups.profileManager] };
  return { clusterName: 'acme', eksTokens: { region, stsUrl: sts.url, accessEntries: [entry] } };
});
let clients: AwsClients;

beforeAll(async () => {
  await prepareCluster(kubernetes());
  for (const name of ['red', 'green']) await makeTenant(kubernetes().client, name);
});
afterAll(async () => {
  clients.destroy();
  await sts.close();
});
beforeEach(async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = credential;
  clients = createClients({
    region,
    endpoint: moto.server.endpoint,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  await makeRegistry(clients);
});

const context = () =>
  createContext({
    clients,
    logger: new Logger({ logLevel: 'SILENT' }),
    environment: { REGISTRY_TABLE: stackNames.table },
  });

async function poolWith(users: Record<string, string>): Promise<string> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: 'acme',
      Schema: [{ Name: 'groups', AttributeDataType: 'String', Mutable: true }],
    }),
  );
  const userPoolId = UserPool?.Id ?? '';
  for (const [name, groups] of Object.entries(users)) {
    const attributes = { email: `${name}@example.com`, 'custom:groups': groups };
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    await cognito.send(
      new AdminCreateUserCommand({ UserPoolId: userPoolId, Username: name, UserAttributes }),
    );
  }
  return userPoolId;
}

async function register(userPoolId: string): Promise<void> {
  const certificateAuthority = Buffer.from(kubernetes().caPem).toString('base64');
  await writeItem(clients, stackNames.table, registryKey.pool(userPoolId), {
    deployment: testDeployment.name,
    cluster: { name: 'acme', endpoint: kubernetes().endpoint, certificateAuthority, region },
    rules: {},
  });
}

const expectEdit = (user: string, namespace: string, allowed: boolean) =>
  eventually(async () => {
    expect(await kubernetes().client.allowed({ user, namespace, verb: 'create', resource: 'pods' })).toBe(
      allowed,
    );
  });

test('all pages of the pool are worked through, disabled users lose their access, and the summary is kept', async () => {
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`user-${index}`, '[red]']));
  const userPoolId = await poolWith({ ...many, alice: '[red,green]' });
  await register(userPoolId);
  const first = await task.run({ deployment: testDeployment, userPoolId }, context());
  expect(first).toMatchObject({ directory: { users: 66 }, created: 67 * 2, failures: {} });
  await expectEdit('user-64@example.com', 'red', true);
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new AdminDisableUserCommand({ UserPoolId: userPoolId, Username: 'alice' }));
  const second = await task.run({ deployment: testDeployment, userPoolId }, context());
  expect(second).toMatchObject({ directory: { disabled: 1 }, removed: 4, revokedIdentities: 1 });
  await expectEdit('alice@example.com', 'green', false);
  const kept = await readItem(clients, stackNames.table, {
    pk: `deployment#${testDeployment.name}`,
    sk: 'access',
  });
  expect(kept).toMatchObject({ removed: 4, expiresAt: expect.any(Number) as number });
  expect(JSON.stringify([second, kept])).not.toContain('example.com');
}, 120_000);

test('a pool that is not this deployment’s is refused', async () => {
  const run = task.run({ deployment: testDeployment, userPoolId: 'eu-central-1_other' }, context());
  await expect(run).rejects.toMatchObject({ name: 'DeploymentMissing', kind: 'user' });
});
