import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ensureProgram,
  listPrograms,
  programPath,
  prunePrograms,
  requireProgram,
} from '../../../local/programs';
import { editSources } from '../../../local/programs/edited-sources';
import { folderOf } from '../../../local/programs/module-folders';
import { programNames, programs, type ProgramName } from '../../../local/programs/table';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { waitFor } from '../../../local/processes/wait-for';

// A real build takes minutes, so here `go` is a script that writes down that it was called. That the real one works is
// what every other test of the control plane shows.
const go = `#!/bin/sh
case "$1" in
  env) echo "\${FAKE_GO_VERSION:-go1.26.5}" ;;
  mod) printf '\\t"Dir": "%s",\\n' "$FAKE_MODULE" ;;
  list) printf 'stale\\n\\nstale\\n' ;;
  build)
    echo built >> "$FAKE_GO_CALLS"
    [ -n "$FAKE_GO_FAILS" ] && { echo 'main.go:1: does not compile' >&2; exit 1; }
    while [ "$1" != -o ]; do shift; done
    echo a >&2; sleep \${FAKE_GO_SECONDS:-1}; echo b >&2; echo binary > "$2" ;;
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
  await writeFile(join(bin, 'go'), go);
  await chmod(join(bin, 'go'), 0o755);
  const published = join(dir.path, 'published');
  await mkdir(join(published, 'cmd'), { recursive: true });
  await writeFile(join(published, 'go.mod'), 'module example\n');
  for (const { file, from } of programs.eksctl.edits) {
    await mkdir(join(published, dirname(file)), { recursive: true });
    await writeFile(join(published, file), `${from}\n`, { flag: 'a' });
  }
  environment = {
    FAKE_MODULE: published,
    PATH: `${bin}:/usr/bin:/bin`,
    KUBEFLOW_EKS_CACHE: join(dir.path, 'cache'),
    FAKE_GO_CALLS: calls,
  };
});
afterEach(async () => {
  await dir.remove();
});

const builds = async (): Promise<number> => (await readFile(calls, 'utf8')).trim().split('\n').length;
const inCache = async (): Promise<string[]> =>
  (await readdir(join(dir.path, 'cache', 'programs'))).filter((name) => !name.startsWith('lock'));

test('is built once, also for two at the same time, and then comes from the cache without Go', async () => {
  const progress: string[] = [];
  const onProgress = (message: string): void => {
    progress.push(message);
  };
  const [one, two] = await Promise.all([
    ensureProgram('eksctl', { environment, onProgress }),
    ensureProgram('eksctl', { environment, onProgress }),
  ]);
  expect([one, two]).toEqual([await programPath('eksctl', environment), one]);
  expect(await readFile(one, 'utf8')).toBe('binary\n');
  expect(await builds()).toBe(1);
  expect(progress).toEqual([
    `building eksctl ${programs.eksctl.version} from its Go modules; the next time it comes from the cache`,
    ...progress.slice(1, -1),
    expect.stringMatching(/^built eksctl v[\d.]+ in \d+ s$/),
  ]);
  for (const line of progress.slice(1, -1))
    expect(line).toMatch(/^building eksctl v[\d.]+: [0-2] of 2 packages compiled, \d+ s$/);

  await expect(ensureProgram('eksctl', { environment: { ...environment, PATH: '/nowhere' } })).resolves.toBe(
    one,
  );
});

test('two programs are built one after the other: what they share is compiled once', async () => {
  const progress: string[] = [];
  await Promise.all([
    ensureProgram('eksctl', { environment }),
    ensureProgram('control-plane', { environment, onProgress: (message) => progress.push(message) }),
  ]);
  expect(await builds()).toBe(2);
  expect(await inCache()).toHaveLength(2);
});

test('a failed build says what the compiler said, leaves nothing, and can be repeated', async () => {
  const failing = { ...environment, FAKE_GO_FAILS: '1' };
  await expect(ensureProgram('eksctl', { environment: failing })).rejects.toThrow(/does not compile/);
  expect(await inCache()).toEqual([]);
  expect(existsSync(await ensureProgram('eksctl', { environment }))).toBe(true);
});

test('who gives up ends the build, unless somebody else waits for it', async () => {
  const slow = { ...environment, FAKE_GO_SECONDS: '30' };
  const began = Date.now();
  const [one, two] = [new AbortController(), new AbortController()];
  const waiting = [one, two].map(({ signal }) => ensureProgram('eksctl', { environment: slow, signal }));
  const ended = Promise.allSettled(waiting);
  await waitFor(() => existsSync(calls), { what: 'the compiler to run', timeoutMs: 20_000 });
  one.abort(new Error('the first gives up'));
  await expect(waiting[0]).rejects.toThrow('the first gives up');
  two.abort(new Error('the second gives up'));
  await expect(waiting[1]).rejects.toThrow('the second gives up');
  await ended;
  expect(Date.now() - began).toBeLessThan(25_000);
  expect(await inCache()).toEqual([]);
});

test.each([
  [
    'Go is missing',
    { PATH: '/nowhere' },
    /there is no working `go` on the PATH.*Install Go 1\.26\.5 or later/,
  ],
  [
    'Go is too old',
    { FAKE_GO_VERSION: 'go1.25.5' },
    /with Go 1\.26\.5 or later; the one on the PATH is go1\.25\.5/,
  ],
  [
    'Go is a little too old',
    { FAKE_GO_VERSION: 'go1.26.4' },
    /1\.26\.5 or later; the one on the PATH is go1\.26\.4/,
  ],
])('says what to do when %s', async (_, change, message) => {
  const changed = { ...environment, ...change };
  await expect(ensureProgram('eksctl', { environment: changed })).rejects.toThrow(message);
  await expect(requireProgram('eksctl', changed)).rejects.toThrow(message);
});

test('a program that a setting names is taken instead, and no other', async () => {
  const own = join(dir.path, 'my-eksctl');
  const named = { ...environment, PATH: '/nowhere', KUBEFLOW_EKS_PROGRAM_EKSCTL: own };
  await expect(ensureProgram('eksctl', { environment: named })).rejects.toThrow(
    `KUBEFLOW_EKS_PROGRAM_EKSCTL is "${own}", which is no program that can be run`,
  );
  await writeFile(own, '', { mode: 0o755 });
  await expect(ensureProgram('eksctl', { environment: named })).resolves.toBe(own);
  expect((await listPrograms(named)).find(({ name }) => name === 'eksctl')).toMatchObject({
    state: 'named',
    path: own,
  });
  await expect(ensureProgram('control-plane', { environment: named })).rejects.toThrow(/no working `go`/);
});

test('what is there is listed, and what this checkout does not use is pruned', async () => {
  const path = await ensureProgram('eksctl', { environment });
  await utimes(path, new Date(0), new Date(0));
  const other = join(dir.path, 'cache', 'programs', 'eksctl-v0.1.0-0123456789abcdef');
  await writeFile(other, 'an older one');
  const listed = await listPrograms(environment);
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(programs));
  expect(listed.filter(({ state }) => state !== 'missing')).toEqual([
    expect.objectContaining({
      name: 'eksctl',
      version: programs.eksctl.version,
      state: 'built',
      bytes: 7,
      builtAt: '1970-01-01T00:00:00.000Z',
    }),
  ]);
  expect(await prunePrograms({ environment })).toEqual([{ path: other, bytes: 12 }]);
  expect(await prunePrograms({ environment })).toEqual([]);
  expect(await prunePrograms({ environment, all: true })).toEqual([{ path, bytes: 7 }]);
});

test('the versions of the table are those that go.mod pins, and every Kubernetes module has the same', async () => {
  const moduleOf = (program: ProgramName) => readFile(join(folderOf(program), 'go.mod'), 'utf8');
  for (const program of programNames) {
    const { module: name, version } = programs[program];
    expect(await moduleOf(program)).toContain(`\t${name} ${version}`);
  }
  const module = await moduleOf('control-plane');
  const replaced = [...module.matchAll(/^\tk8s\.io\/(\S+) => \S+ (\S+)$/gm)]
    .filter(([, name]) => name !== 'kube-openapi')
    .map(([, , version]) => version);
  expect(replaced.length).toBeGreaterThan(30);
  expect(new Set(replaced)).toEqual(new Set([programs['control-plane'].version.replace(/^v1/, 'v0')]));
});

test('sources are changed in a copy, which the go.mod beside it names', async () => {
  const [edit] = programs.eksctl.edits;
  const folder = join(dir.path, 'sources');
  const ownFolder = join(__dirname, '../../../local/programs');
  const moduleSource = environment['FAKE_MODULE'] ?? '';
  const goMod = await editSources(programs.eksctl, { moduleSource, ownFolder, folder });
  expect(await readFile(join(folder, 'module', edit.file), 'utf8')).toContain(edit.to);
  expect(await readFile(join(moduleSource, edit.file), 'utf8')).toContain(edit.from);
  expect(await readFile(goMod, 'utf8')).toMatch(/\nreplace github\.com\/weaveworks\/eksctl => .*\/module\n$/);

  await writeFile(join(moduleSource, edit.file), 'something else');
  await expect(
    editSources(programs.eksctl, { moduleSource, ownFolder, folder: join(dir.path, 'again') }),
  ).rejects.toThrow(/pkg\/cfn\/waiter\/stack\.go has not exactly one "return 30/);
});
