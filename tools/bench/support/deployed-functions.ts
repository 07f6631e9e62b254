import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { registryKey, writeItem } from '../../../adapters/aws/registry';
import type { DirectoryUser } from '../../../core/access/directory';
import { kubernetesGroups, stackNames } from '../../../core/naming';
import { customAttributes } from '../../../core/saml/directory-kinds';
import { bundleFunctions } from '../../../infra/bundle';
import type { FunctionFile } from '../../../infra/functions';
import { bounded } from '../../../isolation/bounded';
import { startMoto } from '../../../local/moto/moto';
import { CredentialStore } from '../../../local/sts/credentials';
import { serveSts } from '../../../local/sts/server';
import { createSts } from '../../../local/sts/sts';
import { makeRegistry, registryEnvironment } from '../../../test/support/registry';
import { startBenchCluster, type BenchCluster } from './cluster';
import { say } from './output';

/** Where the bench's stack would be. */
export const benchRegion = 'eu-central-1';
export const benchAccount = '123456789012';
const roleArn = `arn:aws:iam::${benchAccount}:role/kubeflow-eks-profile-manager`;

/** The deployment whose pool is registered. */
export const benchDeployment = 'bench';

/** The bundles that deploy, and everything that they ask: a cluster, a pool with its users, a registry, an STS. */
export interface DeployedFunctions {
  readonly cluster: BenchCluster;
  readonly clients: AwsClients;
  readonly userPoolId: string;
  /** The folder of a function's bundle. */
  readonly bundleOf: (file: FunctionFile) => string;
  /** Process variables of a function, credentials of its role included. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts them, with a pool of these users that is registered for the cluster. */
export async function startDeployedFunctions(users: readonly DirectoryUser[]): Promise<DeployedFunctions> {
  const folder = await mkdtemp(join(tmpdir(), 'kfe-functions-'));
  await bundleFunctions({ outdir: folder });
  const credentials = new CredentialStore();
  const sts = await serveSts(createSts({ credentials }));
  const moto = await startMoto({ accountId: benchAccount, progress: say });
  const accessEntries = [{ principalArn: roleArn, kubernetesGroups: [kubernetesGroups.profileManager] }];
  const eksTokens = { region: benchRegion, stsUrl: sts.url, accessEntries };
  const cluster = await startBenchCluster({ eksTokens });
  const clients = createClients({
    region: benchRegion,
    endpoint: moto.endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const credential = credentials.issue(roleArn, 'bench');
  return {
    cluster,
    clients,
    userPoolId: await registerPool(clients, cluster, users),
    bundleOf: (file) => join(folder, file),
    environment: {
      PATH: process.env['PATH'] ?? '',
      AWS_REGION: benchRegion,
      AWS_ACCESS_KEY_ID: credential.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
      AWS_SESSION_TOKEN: credential.sessionToken,
      AWS_ENDPOINT_URL: moto.endpoint,
      ...registryEnvironment,
    },
    async stop() {
      clients.destroy();
      await cluster.stop();
      await moto.stop();
      await sts.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function registerPool(
  clients: AwsClients,
  { controlPlane }: BenchCluster,
  users: readonly DirectoryUser[],
): Promise<string> {
  await makeRegistry(clients);
  const cognito = clients.get(CognitoIdentityProviderClient);
  const { UserPool: made } = await cognito.send(new CreateUserPoolCommand({ PoolName: benchDeployment }));
  const userPoolId = made?.Id ?? '';
  await bounded(
    8,
    users.map(({ userName, email, groupsAttribute }) => async () => {
      const UserAttributes = [
        { Name: 'email', Value: email },
        { Name: customAttributes.groups, Value: groupsAttribute },
      ];
      await cognito.send(
        new AdminCreateUserCommand({ UserPoolId: userPoolId, Username: userName, UserAttributes }),
      );
    }),
  );
  const { endpoint, caPem } = controlPlane;
  const certificateAuthority = Buffer.from(caPem).toString('base64');
  await writeItem(clients, stackNames.table, registryKey.pool(userPoolId), {
    deployment: benchDeployment,
    cluster: { name: 'bench', endpoint, certificateAuthority, region: benchRegion },
    rules: {},
  });
  return userPoolId;
}
