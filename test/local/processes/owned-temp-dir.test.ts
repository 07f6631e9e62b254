import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOwnedTempDir, sweepTempDirs } from '../../../local/processes/owned-temp-dir';

const prefix = 'kubeflow-eks-sweep-test-';
let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'kubeflow-eks-sweep-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** Makes a directory as a process with this id would have. */
async function directoryOf(name: string, owner?: string): Promise<void> {
  await mkdir(join(parent, name, 'logs'), { recursive: true });
  if (owner !== undefined) await writeFile(join(parent, name, 'owner.pid'), owner);
}

async function idOfSomebodyGone(): Promise<string> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return String(child.pid);
}

test('what a killed process has left is removed, and nothing else', async () => {
  const gone = await idOfSomebodyGone();
  await directoryOf(`${prefix}killed`, gone);
  await directoryOf(`${prefix}alive`, String(process.pid));
  await directoryOf(`${prefix}nobody-knows`);
  await directoryOf(`${prefix}nonsense`, '-1');
  await directoryOf('other-prefix', gone);

  expect(await sweepTempDirs(prefix, parent)).toEqual([join(parent, `${prefix}killed`)]);
  expect((await readdir(parent)).sort()).toEqual(
    ['other-prefix', ...['alive', 'nobody-knows', 'nonsense'].map((name) => prefix + name)].sort(),
  );
});

test('a directory of a process that runs is kept', async () => {
  const made = await makeOwnedTempDir(prefix);
  try {
    expect(await sweepTempDirs(prefix)).not.toContain(made.path);
    expect(existsSync(made.path)).toBe(true);
  } finally {
    await made.remove();
  }
});
