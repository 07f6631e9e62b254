import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureControlPlane } from '../../../local/kubernetes/binary';
import { kubernetesVersion } from '../../../local/kubernetes/build';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';

// A real build takes minutes, so here `go` is a script that writes down that it was called. That the real one works is
// what every other test of the control plane shows.
const goProgram = `#!/bin/sh
case "$1" in
  env) echo "\${FAKE_GO_VERSION:-go1.26.0}" ;;
  list) printf 'a\\nb\\nc\\n' ;;
  build)
    echo built >> "$FAKE_GO_CALLS"
    [ -n "$FAKE_GO_FAILS" ] && { echo 'main.go:1: does not compile' >&2; exit 1; }
    while [ "$1" != -o ]; do shift; done
    echo a >&2; sleep 1; echo b >&2; echo binary > "$2" ;;
esac
`;

let dir: TempDir;
let calls: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await makeTempDir();
  calls = join(dir.path, 'calls');
  const bin = join(dir.path, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'go'), goProgram);
  await chmod(join(bin, 'go'), 0o755);
  environment = {
    ...process.env,
    PATH: `${bin}:/usr/bin:/bin`,
    KUBEFLOW_EKS_CACHE: join(dir.path, 'cache'),
    FAKE_GO_CALLS: calls,
  };
});
afterEach(async () => {
  await dir.remove();
});

const builds = async (): Promise<number> => (await readFile(calls, 'utf8')).trim().split('\n').length;

test('is built once, also by two at the same time, and then comes from the cache without Go', async () => {
  const progress: string[] = [];
  const onProgress = (message: string): number => progress.push(message);
  const [one, two] = await Promise.all([
    ensureControlPlane({ environment, onProgress }),
    ensureControlPlane({ environment, onProgress }),
  ]);
  expect(one).toBe(two);
  expect(await readFile(one, 'utf8')).toBe('binary\n');
  expect(await builds()).toBe(1);
  expect(progress).toContainEqual(expect.stringMatching(/^another process is building/));
  expect(progress).toContainEqual(expect.stringMatching(/^built the control plane in \d+ s$/));

  await expect(ensureControlPlane({ environment: { ...environment, PATH: '/nowhere' } })).resolves.toBe(one);
});

test('a failed build says what the compiler said, leaves nothing, and can be repeated', async () => {
  const failing = { ...environment, FAKE_GO_FAILS: '1' };
  await expect(ensureControlPlane({ environment: failing })).rejects.toThrow(/does not compile/);
  const left = await readdir(join(dir.path, 'cache', 'control-plane'));
  expect(left.filter((name) => !name.includes('lock'))).toEqual([]);
  expect(existsSync(await ensureControlPlane({ environment }))).toBe(true);
});

test.each([
  ['Go is missing', { PATH: '/nowhere' }, /there is no working `go` on the PATH.*Install Go 1\.24 or later/],
  [
    'Go is too old',
    { FAKE_GO_VERSION: 'go1.21.5' },
    /needs Go 1\.24 or later; the one on the PATH is go1\.21\.5/,
  ],
])('says what to do when %s', async (_, change, message) => {
  await expect(ensureControlPlane({ environment: { ...environment, ...change } })).rejects.toThrow(message);
});

test('the version that is reported is the one that go.mod pins, in every Kubernetes module', async () => {
  const module = await readFile(
    join(__dirname, '..', '..', '..', 'local', 'control-plane', 'go.mod'),
    'utf8',
  );
  expect(module).toContain(`k8s.io/kubernetes v${kubernetesVersion}\n`);
  const replaced = [...module.matchAll(/^\tk8s\.io\/\S+ => k8s\.io\/\S+ (\S+)$/gm)].map(
    ([, version]) => version,
  );
  expect(replaced.length).toBeGreaterThan(30);
  expect(new Set(replaced)).toEqual(new Set([`v0${kubernetesVersion.slice(1)}`]));
});
