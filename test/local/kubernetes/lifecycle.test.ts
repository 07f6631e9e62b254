import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensurePrograms } from '../../../local/kubernetes/control-plane-programs';
import { startControlPlane } from '../../../local/kubernetes/control-plane';
import { startChild } from '../../../local/processes/child';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { waitFor } from '../../../local/processes/wait-for';
import { progressOn } from '../../../local/processes/progress';

const root = join(__dirname, '..', '..', '..');
let dir: TempDir;

beforeAll(async () => {
  await ensurePrograms({ onProgress: progressOn(process.stderr) });
}, 25 * 60_000);
beforeEach(async () => {
  dir = await makeTempDir('kfe-cp-');
});
afterEach(async () => {
  await dir.remove();
});

/** All programs of a control plane have its directory in their arguments. */
async function processesOf(path: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,args=']);
  return stdout.split('\n').filter((line) => line.includes(path));
}

test('what was stored survives a stop, under the same endpoint, authority and token', async () => {
  const options = { dir: dir.path, clusterName: 'test' };
  const first = await startControlPlane(options);
  await first.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } });
  await first.stop();
  await first.stop();
  expect(await processesOf(dir.path)).toEqual([]);

  const second = await startControlPlane(options);
  try {
    expect(await second.client.find('/api/v1/namespaces/kept')).toBeDefined();
    expect([second.endpoint, second.caPem, second.adminToken]).toEqual([
      first.endpoint,
      first.caPem,
      first.adminToken,
    ]);
  } finally {
    await second.stop();
  }
});

test('a port that somebody else has taken meanwhile is not insisted on', async () => {
  const options = { dir: dir.path, clusterName: 'test' };
  const first = await startControlPlane(options);
  await first.stop();
  const squatter = createServer();
  await new Promise<void>((resolve) =>
    squatter.listen(Number(new URL(first.endpoint).port), '127.0.0.1', resolve),
  );
  try {
    const second = await startControlPlane(options);
    expect(second.endpoint).not.toBe(first.endpoint);
    expect((await second.kubectl(['get', 'namespaces', '-o', 'name'])).stdout).toContain('namespace/default');
    await second.stop();
  } finally {
    squatter.close();
  }
});

test('nothing is left running when the parent is killed with SIGKILL', async () => {
  const parent = startChild({
    name: 'main',
    command: process.execPath,
    args: ['--import', 'tsx', 'local/kubernetes/main.ts', dir.path],
    cwd: root,
  });
  await parent.line((line) => (line.startsWith('export KUBECONFIG=') ? line : undefined), 60_000);
  const programs = (await processesOf(dir.path)).filter((line) => !line.includes('main.ts'));
  expect(programs).toHaveLength(3);
  const node = (await processesOf(dir.path)).find(
    (line) => line.includes('main.ts') && !line.includes('/bin/sh'),
  );
  process.kill(Number.parseInt(node ?? '', 10), 'SIGKILL');
  await waitFor(async () => (await processesOf(dir.path)).length === 0, {
    what: 'the orphans to end',
    timeoutMs: 20_000,
    intervalMs: 200,
  });
});

test('a program that ends by itself is reported with what it wrote last', async () => {
  const failures: Error[] = [];
  const controlPlane = await startControlPlane({
    dir: dir.path,
    clusterName: 'test',
    onFailure: (error) => failures.push(error),
  });
  process.kill(controlPlane.pids['kube-controller-manager'] ?? 0, 'SIGKILL');
  await waitFor(() => failures.length > 0, { what: 'the report' });
  expect(failures[0]?.message).toContain('kube-controller-manager ended by itself');
  await controlPlane.stop();
  expect(failures).toHaveLength(1);
});

test('programs in KUBEBUILDER_ASSETS are used instead of those of our binary', async () => {
  const { writeFile } = await import('node:fs/promises');
  const { path: binary } = (await ensurePrograms()).tokenWebhook;
  const assets = await makeTempDir('kfe-assets-');
  const wrapper = (name: string): string =>
    `#!/bin/sh\necho "the ${name} of the assets"\nexec '${binary}' ${name} "$@"\n`;
  await writeFile(join(assets.path, 'kube-apiserver'), wrapper('kube-apiserver'), { mode: 0o755 });
  const before = process.env['KUBEBUILDER_ASSETS'];
  process.env['KUBEBUILDER_ASSETS'] = assets.path;
  const lines: string[] = [];
  try {
    const controlPlane = await startControlPlane({
      dir: dir.path,
      clusterName: 'test',
      onLine: (component, line) => lines.push(`${component}: ${line}`),
    });
    expect(lines).toContain('kube-apiserver: the kube-apiserver of the assets');
    await controlPlane.stop();
    expect(await processesOf(dir.path)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env['KUBEBUILDER_ASSETS'];
    else process.env['KUBEBUILDER_ASSETS'] = before;
    await assets.remove();
  }
});
