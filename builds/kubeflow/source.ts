import { mkdir, mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildConfiguration } from '../../core/configuration';
import { UserError } from '../../core/errors';
import { kubeflowDistribution } from '../../core/versions';
import type { Run } from '../support/command';
import type { Say } from '../support/say';
import type { Get } from '../tools/download';
import { verify } from '../tools/verify';
import { fetchCommit } from './git-source';
import { pinRemoteBases } from './remote-bases';

export interface SourceOptions {
  source: BuildConfiguration['kubeflow']['source'];
  /** Finds the kustomizations that will be built of a distribution: what they fetch is brought too. */
  kustomizations: (distribution: string) => readonly string[];
  /** Folder with a checkout that this machine brings; stands for the source in git, not for an archive. */
  mirror?: string | undefined;
  get: Get;
  run: Run;
  say: Say;
}

/**
 * Brings the distribution onto this machine, verified: an archive by its SHA-256, git by its commit, which is a digest
 * of all it holds; so with what its kustomizations fetch from elsewhere.
 *
 * @returns the folder that has `common` and `applications`
 * @throws UserError `ChecksumMismatch`, `InvalidConfiguration`
 */
export async function fetchDistribution(options: SourceOptions): Promise<string> {
  const { kustomizations, run, say } = options;
  const folder = await fetchFolder(options);
  const bases = await pinRemoteBases(folder, kustomizations(folder), async (base, into) =>
    fetchCommit(base, into, run),
  );
  for (const { url, tag, commit } of bases) say(`${url} ${tag} at ${commit}`);
  return folder;
}

async function fetchFolder(options: SourceOptions): Promise<string> {
  const { source, mirror, run, say } = options;
  if (source?.archive !== undefined) return fetchArchive(source.archive, options);
  const { url, commit } = source?.git ?? kubeflowDistribution.git;
  if (mirror !== undefined) {
    say(`the distribution that this machine brings is used (${mirror}); it stands for ${url} at ${commit}`);
    return rootOf(mirror);
  }
  const folder = await mkdtemp(join(tmpdir(), 'distribution-'));
  await fetchCommit({ url, commit }, folder, run);
  say(`${url} at ${commit}`);
  return rootOf(folder);
}

async function fetchArchive(
  { url, sha256 }: { url: string; sha256: string },
  { get, run, say }: SourceOptions,
): Promise<string> {
  const content = await get(url);
  verify(content, sha256, url, 'kubeflow.source.archive.sha256 of the configuration');
  say(`${url}: verified against the configured digest`);
  const folder = await mkdtemp(join(tmpdir(), 'distribution-'));
  const unpacked = join(folder, 'unpacked');
  await mkdir(unpacked);
  await writeFile(join(folder, 'archive.tar.gz'), content);
  await run('tar', ['-xzf', join(folder, 'archive.tar.gz'), '-C', unpacked, '--no-same-owner']);
  return rootOf(unpacked);
}

/** The folder itself, or the only one in it: archives of GitHub have everything under one. */
async function rootOf(folder: string): Promise<string> {
  if (await isFolder(join(folder, 'common'))) return folder;
  const [only, ...others] = await readdir(folder);
  if (only !== undefined && others.length === 0 && (await isFolder(join(folder, only, 'common')))) {
    return join(folder, only);
  }
  throw new UserError(
    'InvalidConfiguration',
    `the source of Kubeflow has no folder "common": it is not laid out like ${kubeflowDistribution.git.url}`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
