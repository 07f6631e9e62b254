import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACMClient, DescribeCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  DescribeUserPoolCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ListRolesCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createClients } from '../../../adapters/aws/clients';
import { startMoto } from '../../../local/moto/moto';
import { ensureVirtualEnvironment, findPython } from '../../../local/moto/virtual-environment';
import { waitFor } from '../../../local/processes/wait-for';
import { useMoto } from '../../support/moto';

describe('a moto server', () => {
  const moto = useMoto({ region: 'eu-west-1', accountId: '210987654321' });

  test('is of the account that it was asked for', async () => {
    const { Account } = await moto.clients.get(STSClient).send(new GetCallerIdentityCommand({}));
    expect(Account).toBe('210987654321');
  });

  test('forgets everything at a reset', async () => {
    const cognito = moto.clients.get(CognitoIdentityProviderClient);
    const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'acme' }));
    await moto.server.reset();
    await expect(
      cognito.send(new DescribeUserPoolCommand({ UserPoolId: UserPool?.Id })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect((await moto.clients.get(IAMClient).send(new ListRolesCommand({}))).Roles).toEqual([]);
  });

  test('keeps a certificate waiting for as long as it is told', async () => {
    const acm = moto.clients.get(ACMClient);
    const statusOf = async () => {
      const { CertificateArn } = await acm.send(
        new RequestCertificateCommand({ DomainName: 'example.com', ValidationMethod: 'DNS' }),
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
      return Certificate?.Status;
    };
    await moto.server.setCertificateWait(3600);
    expect(await statusOf()).toBe('PENDING_VALIDATION');
    await moto.server.setCertificateWait(0);
    expect(await statusOf()).toBe('ISSUED');
  });

  test('listens on loopback only and records the calls of a test by service and operation', async () => {
    expect(new URL(moto.endpoint).hostname).toBe('127.0.0.1');
    const clients = createClients({
      region: 'eu-west-1',
      endpoint: moto.endpoint,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await clients.get(STSClient).send(new GetCallerIdentityCommand({}));
    clients.destroy();
    await moto.clients.get(STSClient).send(new GetCallerIdentityCommand({}));
    await moto.clients
      .get(CognitoIdentityProviderClient)
      .send(new CreateUserPoolCommand({ PoolName: 'acme' }));

    expect(moto.calls).toEqual([
      { service: 'STS', operation: 'GetCallerIdentity', mutating: false },
      { service: 'CognitoIdentityProvider', operation: 'CreateUserPool', mutating: true },
    ]);
    expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider CreateUserPool']);
  });
});

describe('the process of moto', () => {
  test('ends when it is stopped, and stopping twice is no error', async () => {
    const moto = await startMoto();
    expect(isAlive(moto.pid)).toBe(true);
    await moto.stop();
    await moto.stop();
    expect(isAlive(moto.pid)).toBe(false);
  });

  test('ends when its parent is killed with SIGKILL', async () => {
    const script = `
      import { startMoto } from ${JSON.stringify(join(__dirname, '../../../local/moto/moto'))};
      startMoto().then(({ pid }) => console.log('pid', pid));
      setInterval(() => undefined, 1000);`;
    const folder = await mkdtemp(join(tmpdir(), 'kfe-moto-'));
    await writeFile(join(folder, 'parent.ts'), script);
    const parent = spawn(process.execPath, ['--import', 'tsx', join(folder, 'parent.ts')], {
      cwd: join(__dirname, '../../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const pid = await new Promise<number>((resolve, reject) => {
        parent.stdout.on('data', (chunk: Buffer) => {
          const found = /pid (\d+)/.exec(chunk.toString())?.[1];
          if (found !== undefined) resolve(Number(found));
        });
        parent.once('exit', () => {
          reject(new Error('the parent ended before moto was ready'));
        });
      });
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      await waitFor(() => !isAlive(pid), { what: 'moto to end with its parent', timeoutMs: 10_000 });
    } finally {
      parent.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the Python of moto', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kfe-python-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  /** A python3 that says what an older one, or one without venv, says. */
  const fake = async (script: string) => {
    await writeFile(join(folder, 'python3'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'python3'), 0o755);
    return { PATH: `${folder}:/usr/bin:/bin`, KUBEFLOW_EKS_PYTHON: join(folder, 'python3') };
  };

  test('is found where one is new enough', async () => {
    expect((await findPython(await fake('echo 3.12.1'))).version).toBe('3.12.1');
  });

  test.each([
    ['echo 3.9.18', /needs? Python 3\.10 or newer.*python3 is 3\.9\.18/],
    ['echo 3.12.1; exit 1', /without the module venv or ensurepip \(Debian: apt install python3-venv\)/],
    ['exit 3', /does not run/],
  ])('that does `%s` is refused with what to install', async (script, message) => {
    await expect(findPython(await fake(script))).rejects.toThrow(message);
  });

  test('that is not there is refused by its name', async () => {
    await expect(findPython({ PATH: folder, KUBEFLOW_EKS_PYTHON: join(folder, 'absent') })).rejects.toThrow(
      /absent is not there.*KUBEFLOW_EKS_PYTHON/,
    );
  });

  test('is made once: a second request is answered from the cache at once', async () => {
    const first = await ensureVirtualEnvironment();
    const lines: string[] = [];
    const started = Date.now();
    expect(await ensureVirtualEnvironment((line) => lines.push(line))).toBe(first);
    expect(lines).toEqual([]);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
