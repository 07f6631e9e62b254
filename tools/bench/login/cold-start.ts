import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createClients } from '../../../adapters/aws/clients';
import { registryKey, writeItem } from '../../../adapters/aws/registry';
import { kubernetesGroups, stackNames } from '../../../core/naming';
import { bundleFunctions } from '../../../infra/bundle';
import { startMoto } from '../../../local/moto/moto';
import { CredentialStore } from '../../../local/sts/credentials';
import { serveSts } from '../../../local/sts/server';
import { createSts } from '../../../local/sts/sts';
import { makeRegistry, registryEnvironment } from '../../../test/support/registry';
import { makeTenants, startBenchCluster, tenantName } from '../support/cluster';
import { say } from '../support/output';
import { median, rounded, timed } from '../support/stats';

/** How a cold profile manager does. */
export interface ColdStart {
  /** Median from the start of the process to the answer of its first login. */
  readonly ms: number;
  readonly runs: readonly number[];
  readonly bundleBytes: number;
  readonly node: string;
}

const runs = 7;
const region = 'eu-central-1';
const accountId = '123456789012';
const roleArn = `arn:aws:iam::${accountId}:role/kubeflow-eks-profile-manager`;

/** Runs the deployed bundle as Lambda does: load it, call its handler once. The login grants one namespace again. */
const harness = `
  const { handler } = require(process.env.BUNDLE);
  handler(JSON.parse(process.env.EVENT), { getRemainingTimeInMillis: () => 10000 }).then(
    (answer) => { console.error(JSON.stringify(answer.response)); process.exit(0); },
    (error) => { console.error(error); process.exit(1); },
  );
`;

/**
 * Measures the bundle that deploys, with everything that a first login needs for real: the registry read and the question
 * who else has the e-mail (moto), a token that the API server verifies through STS, a new TLS connection, three reads and
 * two writes.
 */
export async function measureColdStart(): Promise<ColdStart> {
  const folder = await mkdtemp(join(tmpdir(), 'kfe-cold-'));
  await bundleFunctions({ outdir: folder });
  const bundle = join(folder, 'profile-manager', 'index.js');
  const credentials = new CredentialStore();
  const sts = await serveSts(createSts({ credentials }));
  const moto = await startMoto({ accountId, progress: say });
  const entry = { principalArn: roleArn, kubernetesGroups: [kubernetesGroups.profileManager] };
  const cluster = await startBenchCluster({ eksTokens: { region, stsUrl: sts.url, accessEntries: [entry] } });
  try {
    await makeTenants(cluster, 0, runs + 1);
    const { controlPlane } = cluster;
    const userPoolId = await register(moto.endpoint, controlPlane.endpoint, controlPlane.caPem);
    const credential = credentials.issue(roleArn, 'cold-start');
    const environment = {
      PATH: process.env['PATH'],
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credential.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
      AWS_SESSION_TOKEN: credential.sessionToken,
      AWS_ENDPOINT_URL: moto.endpoint,
      ...registryEnvironment,
      BUNDLE: bundle,
    };
    const times: number[] = [];
    // The first run warms the file system and the servers, and is not counted.
    for (let run = 0; run <= runs; run += 1) {
      const { ms } = await timed(() =>
        firstLogin({ ...environment, EVENT: JSON.stringify(loginEvent(userPoolId, run)) }),
      );
      if (run > 0) times.push(rounded(ms));
    }
    return {
      ms: rounded(median(times)),
      runs: times,
      bundleBytes: (await stat(bundle)).size,
      node: process.version,
    };
  } finally {
    await cluster.stop();
    await moto.stop();
    await sts.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function loginEvent(userPoolId: string, run: number) {
  return {
    version: '2',
    triggerSource: 'TokenGeneration_HostedAuth',
    userPoolId,
    userName: `ADFS_user-${run}`,
    request: { userAttributes: { email: `user-${run}@example.com`, 'custom:groups': tenantName(run) } },
    response: {},
  };
}

async function firstLogin(env: Record<string, string | undefined>): Promise<void> {
  const child = spawn(process.execPath, ['--eval', harness], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 || !output.includes('"outcome":"synced"')) {
    throw new Error(`the bundle's first login failed (${code ?? 'killed'}): ${output}`);
  }
}

/** A pool with the users who log in, and its registration. */
async function register(endpoint: string, apiServer: string, caPem: string): Promise<string> {
  const clients = createClients({
    region,
    endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  await makeRegistry(clients);
  const cognito = clients.get(CognitoIdentityProviderClient);
  const { UserPool: made } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'bench' }));
  const userPoolId = made?.Id ?? '';
  for (let run = 0; run <= runs; run += 1) {
    const { userName, request } = loginEvent(userPoolId, run);
    const email = { Name: 'email', Value: request.userAttributes.email };
    await cognito.send(
      new AdminCreateUserCommand({ UserPoolId: userPoolId, Username: userName, UserAttributes: [email] }),
    );
  }
  const certificateAuthority = Buffer.from(caPem).toString('base64');
  await writeItem(clients, stackNames.table, registryKey.pool(userPoolId), {
    deployment: 'bench',
    cluster: { name: 'bench', endpoint: apiServer, certificateAuthority, region },
    rules: {},
  });
  clients.destroy();
  return userPoolId;
}
