import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTempDir, type TempDir } from '../../local/processes/temp-dir';
import { programNames } from '../../local/programs';
import { cli, documentOf } from './recording-host';

let dir: TempDir;
let env: Record<string, string>;

beforeEach(async () => {
  dir = await makeTempDir();
  const own = join(dir.path, 'eksctl');
  await writeFile(own, 'an own one', { mode: 0o755 });
  env = { KUBEFLOW_EKS_CACHE: join(dir.path, 'cache'), KUBEFLOW_EKS_PROGRAM_EKSCTL: own, PATH: '/nowhere' };
});
afterEach(async () => {
  await dir.remove();
});

test('programs are listed with their version, and whether they are there', async () => {
  const { code, out } = await cli(['local', 'programs'], { env });
  expect(code).toBe(0);
  expect(out).toMatch(/^PROGRAM +VERSION +SIZE +BUILT +WHAT IT DOES\n/);
  expect(out).toMatch(/^control-plane +v1\.35\.4 +missing +etcd, API server/m);
  expect(out).toMatch(/^eksctl +v0\.230\.0 +taken from \S+eksctl +\S+ s ago +makes the cluster/m);
  // What `local programs build` brings for the logins is listed, too.
  expect(out).toMatch(/^envoy +v1\.40\.0 +missing +takes the requests/m);
  const listed = documentOf(await cli(['local', 'programs', '--json'], { env }));
  expect(listed['programs']).toContainEqual(
    expect.objectContaining({ name: 'eksctl', state: 'named', bytes: 10 }),
  );
});

test('one that is named by a setting needs no build, and one that there is not is refused', async () => {
  const built = await cli(['local', 'programs', 'build', 'eksctl', '--json'], { env });
  expect(built.code).toBe(0);
  expect(documentOf(built)).toMatchObject({
    programs: [{ name: 'eksctl', path: env['KUBEFLOW_EKS_PROGRAM_EKSCTL'] }],
  });
  const unknown = await cli(['local', 'programs', 'build', 'eksctrl'], { env });
  expect(unknown.code).toBe(2);
  expect(unknown.err).toBe(
    `there is no program eksctrl\nthe programs are envoy, ${programNames.join(', ')}\n`,
  );
  const named = { ...env, KUBEFLOW_EKS_PROGRAM_ENVOY: env['KUBEFLOW_EKS_PROGRAM_EKSCTL'] ?? '' };
  expect(
    documentOf(await cli(['local', 'programs', 'build', 'envoy', '--json'], { env: named })),
  ).toMatchObject({
    programs: [{ name: 'envoy', path: named.KUBEFLOW_EKS_PROGRAM_ENVOY }],
  });
  const missing = await cli(['local', 'programs', 'build', 'control-plane'], { env });
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('no working `go` on the PATH')]);
});

test('what this checkout does not use is pruned', async () => {
  const nothing = await cli(['local', 'programs', 'prune'], { env });
  expect([nothing.code, nothing.out]).toEqual([
    0,
    'nothing to take away: every program in the cache is one that this checkout uses\n',
  ]);
  const old = join(dir.path, 'cache', 'programs', 'eksctl-v0.1.0-0123456789abcdef');
  await writeFile(old, Buffer.alloc(2_000_000));
  const pruned = await cli(['local', 'programs', 'prune', '--json'], { env });
  expect(documentOf(pruned)).toMatchObject({ pruned: [{ path: old, bytes: 2_000_000 }] });
});
