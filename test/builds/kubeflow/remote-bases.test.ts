import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fetchCommit } from '../../../builds/kubeflow/git-source';
import { findRemoteReferences, pinRemoteBases } from '../../../builds/kubeflow/remote-bases';
import { run } from '../../../builds/support/command';
import { remoteBases } from '../../../core/versions';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distribution-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const [argo, jobset] = remoteBases;
const argoReference = `${argo?.url ?? ''}/manifests/base/crds/minimal?ref=${argo?.tag ?? ''}`;

test('every base is pinned by a commit of its tag', () => {
  for (const { url, tag, commit, asset } of remoteBases) {
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    if (asset !== undefined) expect(asset.url).toBe(`${url}/releases/download/${tag}/manifests.yaml`);
  }
});

test('what a kustomization fetches is found through all that it is built from, and nothing else', async () => {
  await write({
    'apps/overlay/kustomization.yaml': 'resources: [../base, deployment.yaml]\ncomponents: [../component]\n',
    'apps/overlay/deployment.yaml': 'kind: Deployment\n',
    'apps/base/kustomization.yml': `resources:\n- ${argoReference}\n`,
    'apps/component/Kustomization': 'resources: []\nbases: [github.com/somebody/else?ref=v1]\n',
    'apps/unused/kustomization.yaml': 'resources: [https://example.com/unused.yaml]\n',
  });
  expect(await findRemoteReferences(folder, ['apps/overlay', 'apps/overlay/', 'not/there'])).toEqual([
    { reference: argoReference, file: 'apps/base/kustomization.yml' },
    { reference: 'github.com/somebody/else?ref=v1', file: 'apps/component/Kustomization' },
  ]);
});

test('a base is brought once and referred to, whether a tag or an asset of its release was named', async () => {
  await write({
    'apps/a/kustomization.yaml': `resources:\n  - ${argoReference}\n  - plain.yaml\n`,
    'apps/b/kustomization.yaml': `# stays\nresources: ["${argoReference}", ../c]\n`,
    'apps/c/kustomization.yaml': `resources:\n- ${jobset?.asset?.url ?? ''}\n`,
  });
  const brought: string[] = [];
  const bases = await pinRemoteBases(folder, ['apps/a', 'apps/b'], async ({ name, commit }, into) => {
    brought.push(`${name} ${commit}`);
    await writeFile(join(into, 'brought'), name);
  });
  expect(bases).toEqual([argo, jobset]);
  expect(brought).toEqual([`argo-workflows ${argo?.commit ?? ''}`, `jobset ${jobset?.commit ?? ''}`]);
  expect(await readFile(join(folder, 'apps/a/kustomization.yaml'), 'utf8')).toBe(
    'resources:\n  - ../../.remote/argo-workflows/manifests/base/crds/minimal\n  - plain.yaml\n',
  );
  expect(await readFile(join(folder, 'apps/b/kustomization.yaml'), 'utf8')).toMatch(/^# stays\n/);
  expect(await readFile(join(folder, 'apps/c/kustomization.yaml'), 'utf8')).toBe(
    'resources:\n- ../../.remote/jobset/config/default\n',
  );
  expect(await readFile(join(folder, '.remote/jobset/brought'), 'utf8')).toBe('jobset');
  expect(await findRemoteReferences(folder, ['apps/a', 'apps/b'])).toEqual([]);
});

test.each([
  ['another tag', argoReference.replace(argo?.tag ?? '', 'v9.9.9')],
  ['no tag', argoReference.replace(/\?.*/, '')],
  ['another repository', 'https://github.com/somebody/else//config?ref=v1'],
  ['a file of somebody', 'https://example.com/manifests.yaml'],
])('%s is refused, and nothing is brought', async (_what, reference) => {
  await write({ 'apps/a/kustomization.yaml': `resources: [${argoReference}, "${reference}"]\n` });
  const bring = jest.fn();
  await expect(pinRemoteBases(folder, ['apps/a'], bring)).rejects.toMatchObject({
    name: 'InvalidConfiguration',
    message: expect.stringContaining(reference) as string,
  });
  expect(bring).not.toHaveBeenCalled();
});

test('git brings the files of a commit, and no other', async () => {
  const repository = join(folder, 'repository');
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args]))
      .stdout;
  await write({ 'repository/file': 'first' });
  await git('init', '--quiet');
  await git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  await git('add', 'file');
  await git('commit', '--quiet', '-m', 'first');
  const commit = (await git('rev-parse', 'HEAD')).trim();
  await write({ 'repository/file': 'second' });
  await git('commit', '--quiet', '-a', '-m', 'second');
  const into = join(folder, 'into');
  await mkdir(into);
  await fetchCommit({ url: repository, commit }, into, run);
  expect(await readFile(join(into, 'file'), 'utf8')).toBe('first');
  await mkdir(join(folder, 'other'));
  await expect(
    fetchCommit({ url: repository, commit: 'f'.repeat(40) }, join(folder, 'other'), run),
  ).rejects.toThrow('git');
});

test('a kustomization of a folder outside of the distribution is refused, and not changed', async () => {
  const outside = `resources: ["${argoReference}"]\n`;
  await write({
    'kustomization.yaml': outside,
    'distribution/apps/a/kustomization.yaml': 'resources: [../../..]\n',
  });
  const brought = pinRemoteBases(join(folder, 'distribution'), ['apps/a'], () => Promise.resolve());
  await expect(brought).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  expect(await readFile(join(folder, 'kustomization.yaml'), 'utf8')).toBe(outside);
});
