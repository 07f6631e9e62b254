import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishConnection } from '../../local/region/connection';
import { minimalConfiguration } from '../support/minimal-configuration';
import { cli, documentOf } from './recording-host';

let folder = '';
let file = '';
const before = process.env['KUBEFLOW_EKS_REGION_DIR'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-local-up-'));
  file = join(folder, 'acme.yaml');
  writeFileSync(file, JSON.stringify(minimalConfiguration));
  process.env['KUBEFLOW_EKS_REGION_DIR'] = join(folder, 'region');
});
afterEach(() => {
  if (before === undefined) delete process.env['KUBEFLOW_EKS_REGION_DIR'];
  else process.env['KUBEFLOW_EKS_REGION_DIR'] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** A region that is up, as far as a command can tell: this process runs it. */
function isUp(): void {
  publishConnection({
    endpoint: 'http://127.0.0.1:4566',
    region: minimalConfiguration.region,
    accountId: minimalConfiguration.account_id,
    credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
    pid: process.pid,
    dir: folder,
    startedAt: '2026-01-01T00:00:00.000Z',
    clock: 'virtual',
    version: '0.1.0',
  });
}

test.each(['0', '65536', '80.5', 'http'])('no port is %s', async (port) => {
  expect(await cli(['local', 'up', file, '--port', port])).toMatchObject({
    code: 2,
    err: `--port is "${port}"\ngive a number from 1 to 65535\n`,
  });
});

test('a port is not ignored where the region is up at another one', async () => {
  isUp();
  const { code, err } = await cli(['local', 'up', file, '--port', '8123']);
  expect(code).toBe(1);
  expect(err).toContain(
    'the local region is up at http://127.0.0.1:4566, and keeps its port; take it down first',
  );
  expect((await cli(['local', 'up', file, '--port', '4566'])).code).toBe(0);
});

test('nor is the real time, where waits pass at once in the one that is up', async () => {
  isUp();
  const { code, err } = await cli(['local', 'up', file, '--real-time']);
  expect(code).toBe(1);
  expect(err).toContain(
    'the local region is up, and lets waits pass at once; for their real time take it down first',
  );
  expect((await cli(['local', 'up', file])).code).toBe(0);
});

test('for machines it says all that is known of it, as documented', async () => {
  isUp();
  const documents = [await cli(['local', 'status', '--json']), await cli(['local', 'up', file, '--json'])];
  for (const each of documents)
    expect(documentOf(each)).toMatchObject({ up: true, clock: 'virtual', version: '0.1.0' });
});

test.each([
  ['rehearse', []],
  ['local', ['up']],
])('%s is told where a configuration is given as its users', async (command, words) => {
  const { code, err } = await cli([command, ...words, file, '--users', file]);
  expect({ code, err }).toEqual({
    code: 2,
    err:
      `${file} is a configuration, and no list of users\n` +
      'the configuration comes first: rehearse CONFIG --users USERS; see examples/acme.users.yaml\n',
  });
});

test.each([
  [['status', '--local', '--region', 'us-east-1'], 'us-east-1'],
  [
    ['watch', 'arn:aws:states:us-east-1:999999999999:execution:kubeflow-eks-provision:one', '--local'],
    'us-east-1 of account 999999999999',
  ],
])('%j is told that the local region is another place', async (words, where) => {
  isUp();
  const { region, account_id: accountId } = minimalConfiguration;
  const { code, err } = await cli(words);
  expect(code).toBe(2);
  expect(err).toContain(
    `the local region is ${region} of account ${accountId}, what is asked for is in ${where}\nleave --region out`,
  );
});
