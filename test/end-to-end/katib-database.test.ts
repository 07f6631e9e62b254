import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { selectedComponents } from '../../builds/kubeflow/components';
import { ensureDatabaseSecret } from '../../builds/kubeflow/database-secrets';
import { externalDatabase } from '../../builds/kubeflow/overlay/external-database';
import { renderComponent } from '../../builds/kubeflow/render-components';
import type { KubernetesObject } from '../../builds/kubernetes/objects';
import { assembleDistribution } from '../../local/codebuild/distribution/assemble';
import { startMysqlServer, type MysqlServer } from '../../local/mysql/mysql-server';
import { startChild, type Child } from '../../local/processes/child';
import { freePort } from '../../local/processes/free-port';
import { progressOn } from '../../local/processes/progress';
import { makeTempDir, type TempDir } from '../../local/processes/temp-dir';
import { waitWhileRunning } from '../../local/processes/wait-while-running';
import { ensureProgram } from '../../local/programs';
import { createAuthority, type Authority } from '../../local/region/network/authority';
import { clusterInMemory } from '../builds/kubeflow/cluster-in-memory';
import { configurationWith, found, identity, oidcIssuer } from '../builds/support';
import { prepareContainer, type PreparedContainer } from '../support/container';
import { callGrpc, field } from '../support/grpc';

/*
 * The real katib-db-manager against a MySQL that asks for TLS and a password, as a database of RDS does: started with what is rendered
 * for it and nothing else, but for the port that it listens on and how long it tries.
 */

/** Whatever a secret may hold and a data source's name has a meaning for. */
const password = `a"b\\c/d@e:f?g#h%41(i) 'j'$(k)`;
const name = 'katib-db-manager';
/** A name of loopback, whose server has a certificate for it. */
const host = 'localhost';
const users = [
  { name: 'native', password, plugin: 'mysql_native_password' },
  { name: 'caching', password, plugin: 'caching_sha2_password' },
] as const;

let dir: TempDir;
let program: string;
let distribution: string;
let authority: Authority;
let server: MysqlServer;
let plainServer: MysqlServer;

beforeAll(async () => {
  dir = await makeTempDir();
  const onProgress = progressOn(process.stderr);
  program = await ensureProgram(name, { onProgress });
  const mysql = await ensureProgram('mysql-server', { onProgress });
  distribution = join(dir.path, 'distribution');
  await assembleDistribution(distribution);
  authority = await createAuthority();
  const certificate = await authority.certify(host);
  const folders = ['mysql', 'mysql-plain'].map((folder) => join(dir.path, folder)) as [string, string];
  for (const folder of folders) await mkdir(folder);
  [server, plainServer] = await Promise.all([
    startMysqlServer({ program: mysql, dir: folders[0], users, certificate }),
    startMysqlServer({ program: mysql, dir: folders[1], users }),
  ]);
}, 25 * 60_000);
afterAll(async () => {
  await Promise.all([server.stop(), plainServer.stop()]);
  await dir.remove();
});

/** A deployment with a database of its own name. */
interface Case {
  deployment: string;
  user?: 'native' | 'caching';
  password?: string;
  host?: string;
  port?: number;
  /** What the certificates of RDS are mounted as; ours by default, since nobody but AWS has a certificate by theirs. */
  authorities?: 'ours' | 'as rendered';
}

/** What the installation would apply for Katib, the Secret included. */
async function installed(of: Case): Promise<KubernetesObject[]> {
  const configuration = configurationWith({ eks_name: of.deployment });
  const database = externalDatabase(
    configuration,
    { host: of.host ?? host, port: of.port ?? server.port, secretArn: '' },
    'v1',
  );
  const [katib] = selectedComponents(['katib']).filter(({ id }) => id === 'katib');
  if (katib === undefined || database === undefined) throw new Error('there is no component Katib');
  const objects = await renderComponent(
    katib,
    { configuration, found, identity, cluster: { oidcIssuer }, database },
    {
      ...{ distribution, rbac: join(__dirname, '../../builds/kubeflow/rbac') },
      // The reduced distribution's folders are lists of objects, without anything to patch.
      kustomize: async (folder) => readFile(join(folder, 'objects.yaml'), 'utf8'),
    },
  );
  const cluster = clusterInMemory();
  const value = JSON.stringify({ username: of.user ?? 'native', password: of.password ?? password });
  const read = async () => Promise.resolve({ value, version: 'v1' });
  await ensureDatabaseSecret(cluster, 'katib', { ...database, secretVersion: 'v1' }, { secretArn: '', read });
  expect(JSON.stringify(objects)).not.toContain(JSON.stringify(password).slice(1, -1));
  const trusted = (object: KubernetesObject): KubernetesObject =>
    of.authorities !== 'as rendered' && object.metadata.name.endsWith('-database-authorities')
      ? { ...object, data: { 'rds.pem': authority.caPem } }
      : object;
  return [...objects.map(trusted), ...cluster.applied];
}

async function prepared(of: Case, container: string): Promise<PreparedContainer> {
  const objects = await installed(of);
  const deployment = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  if (deployment === undefined) throw new Error('Katib has no manager of a database');
  const folder = join(dir.path, of.deployment, container);
  return prepareContainer(deployment, { container, objects, folder });
}

/** Runs what the init container hands to `mysql`, as far as it is made of options. */
async function makeDatabase(of: Case): Promise<void> {
  const { command, environment } = await prepared(of, 'database');
  const [client, ...words] = command;
  const options = new Map(words.map((word) => word.slice(2).split(/=(.*)/s) as [string, string]));
  expect([client, options.get('ssl-mode')]).toEqual(['mysql', 'VERIFY_IDENTITY']);
  const connection = await createConnection({
    ...{ host: options.get('host') ?? '', port: Number(options.get('port')) },
    ...{ user: options.get('user') ?? '', password: environment['MYSQL_PWD'] ?? '' },
    ssl: { ca: await readFile(options.get('ssl-ca') ?? '', 'utf8'), verifyIdentity: true },
  });
  await connection.query(options.get('execute') ?? '');
  await connection.end();
}

interface Manager {
  child: Child;
  port: number;
}
async function startManager(
  { command, args, environment }: PreparedContainer,
  tries = '60s',
): Promise<Manager> {
  expect(command).toEqual(['./katib-db-manager']);
  const port = await freePort();
  const child = startChild({
    ...{ name, command: program, cwd: dir.path, env: environment },
    args: [...args, `--listen-address=127.0.0.1:${port.toString()}`, `--connect-timeout=${tries}`],
  });
  return { child, port };
}

/** What a manager says that cannot get in, until it gives up. */
async function refusal(of: Case, change: Record<string, string> = {}): Promise<string> {
  const container = await prepared(of, name);
  const environment = { ...container.environment, ...change };
  const { child } = await startManager({ ...container, environment }, '7s');
  const { code } = await child.exited;
  expect(code).not.toBe(0);
  const said = child.recentOutput();
  expect(said).not.toContain(password);
  expect(said).not.toContain('Start Katib manager');
  return said;
}

const query = async (statement: string): Promise<Record<string, unknown>[]> => {
  const ssl = { ca: authority.caPem, verifyIdentity: true };
  const connection = await createConnection({
    ...{ host, port: server.port, user: 'native', password, ssl },
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows;
  } finally {
    await connection.end();
  }
};

test.each([
  ['native', 'acme-prod', 'acme_prod_katib'],
  ['caching', 'acme-dev', 'acme_dev_katib'],
] as const)(
  'it gets in with a user of the kind %s, makes its table, and keeps observations there',
  async (user, deployment, database) => {
    await makeDatabase({ deployment, user });
    // Again, as at every start of the pod.
    await makeDatabase({ deployment, user });
    const { child, port } = await startManager(await prepared({ deployment, user }, name));
    try {
      const health = async () => callGrpc(port, '/grpc.health.v1.Health/Check', Buffer.alloc(0));
      await waitWhileRunning(child, async () => (await health()).status === 0, {
        ...{ what: `${name} to be healthy`, timeoutMs: 60_000, intervalMs: 200 },
      });
      // SERVING, of HealthCheckResponse.
      expect(await health()).toEqual({ status: 0, text: '', message: Buffer.from([0x08, 1]) });

      const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'args=']);
      expect(stdout).toContain(`${program} --listen-address`);
      expect(stdout).not.toContain(password);

      const tables = await query(`SHOW TABLES FROM ${database}`);
      expect(tables.map((row) => Object.values(row))).toEqual([['observation_logs']]);

      const log = field(1, [
        field(1, '2026-01-02T03:04:05.678901Z'),
        field(2, [field(1, 'accuracy'), field(2, '0.93')]),
      ]);
      const manager = '/api.v1.beta1.DBManager';
      const reported = await callGrpc(
        port,
        `${manager}/ReportObservationLog`,
        Buffer.concat([field(1, 'trial-1'), field(2, [log])]),
      );
      expect(reported).toMatchObject({ status: 0, text: '' });
      const kept = await callGrpc(port, `${manager}/GetObservationLog`, field(1, 'trial-1'));
      expect(kept).toEqual({ status: 0, text: '', message: field(1, [log]) });
    } finally {
      await child.stop(3000);
    }
  },
);

test('it does not get in by anything less, and says why without the password', async () => {
  const deployment = (more: string): string => `refused-${more}`;
  const [authorities, plain, wrong, otherName, noTls, noDatabase] = await Promise.all([
    refusal({ deployment: deployment('authority'), authorities: 'as rendered' }),
    refusal({ deployment: deployment('plain') }, { KATIB_MYSQL_DB_DATABASE: 'refused_plain_katib' }),
    refusal({ deployment: deployment('password'), password: 'wrong' }),
    refusal({ deployment: deployment('name'), host: '127.0.0.1' }),
    refusal({ deployment: deployment('server'), port: plainServer.port }),
    refusal({ deployment: deployment('database') }),
  ]);
  expect(authorities).toMatch(/x509: certificate signed by unknown authority/);
  expect(plain).toMatch(/Error 3159: .*insecure transport/);
  expect(wrong).toMatch(/Error 1045: Access denied for user 'native'/);
  expect(otherName).toMatch(/x509: cannot validate certificate for 127\.0\.0\.1/);
  expect(noTls).toMatch(/TLS requested but server does not support TLS/);
  expect(noDatabase).toMatch(/Error 1049: .*refused_database_katib/);
});

test('the server refuses as MySQL does, whoever asks', async () => {
  const at = { host, port: server.port, user: 'native', password };
  await expect(createConnection(at)).rejects.toMatchObject({ errno: 3159 });
  const ssl = { ca: authority.caPem, verifyIdentity: true };
  await expect(createConnection({ ...at, ssl, password: 'wrong' })).rejects.toMatchObject({ errno: 1045 });
  await expect(createConnection({ ...at, ssl, user: 'root', password: '' })).rejects.toMatchObject({
    errno: 1045,
  });
});
