import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { messageOf, UserError } from '../../core/errors';
import { remoteBases, type RemoteBase } from '../../core/versions';
import { parseYaml } from '../support/parse-yaml';

/** What a kustomization fetches from elsewhere, and which one does. */
export interface RemoteReference {
  reference: string;
  /** Path of the kustomization's file in the distribution. */
  file: string;
}

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The fields of a kustomization that can name another one. */
const referring = ['resources', 'components', 'bases', 'crds', 'generators', 'transformers'] as const;

/**
 * What these kustomizations would fetch from elsewhere, with all that they are built from.
 *
 * @param paths of the kustomizations in the distribution; one that is not there refers to nothing
 * @throws UserError `InvalidConfiguration` for a kustomization that is no YAML, or refers to a folder outside of the distribution
 */
export async function findRemoteReferences(
  distribution: string,
  paths: readonly string[],
): Promise<RemoteReference[]> {
  const found: RemoteReference[] = [];
  const seen = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const name = fileNames.find((candidate) => existsSync(join(distribution, path, candidate)));
    if (name === undefined) return;
    const file = posix.join(path, name);
    for (const reference of references(await readFile(join(distribution, file), 'utf8'), file)) {
      if (isRemote(reference)) found.push({ reference, file });
      else if (await isFolder(join(distribution, path, reference)))
        await visit(within(posix.join(path, reference), file));
    }
  };
  for (const path of paths) await visit(posix.normalize(path));
  return found;
}

/** What a kustomization refers to: whatever else its fields hold, kustomize refuses when it builds. */
function references(text: string, file: string): string[] {
  let kustomization: unknown;
  try {
    kustomization = parseYaml(text);
  } catch (error) {
    throw new UserError(
      'InvalidConfiguration',
      `${file} of the source of Kubeflow is not YAML that can be read (${messageOf(error).split('\n')[0] ?? ''})`,
      { cause: error },
    );
  }
  const fields = Object(kustomization) as Partial<Record<(typeof referring)[number], unknown>>;
  return referring.flatMap((field) => {
    const listed: unknown = fields[field];
    return Array.isArray(listed) ? listed.filter((entry) => typeof entry === 'string') : [];
  });
}

/**
 * A path that stays in the distribution. Kustomize would build a folder of this machine as well, and nobody could say what would
 * be installed; and what is pinned is written into the files that refer to it.
 */
function within(path: string, file: string): string {
  if (path !== '..' && !path.startsWith('../')) return path;
  throw new UserError(
    'InvalidConfiguration',
    `${file} of the source of Kubeflow refers to a folder outside of it (${path})`,
  );
}

/** As kustomize tells them apart: what has a scheme, names a host's path of git, or a version, is not here. */
function isRemote(reference: string): boolean {
  return /^[a-z]+:\/\/|^git@|^github\.com[/:]|[?&](ref|version)=/.test(reference);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Brings what kustomizations of the distribution would fetch themselves, by commits that are pinned here, and makes them
 * refer to it: a tag or a release's file can be changed by its owner, and kustomize checks neither.
 *
 * @param paths of the kustomizations that are to be built; the files of the distribution are changed
 * @param bring puts the files of a base's commit into an empty folder
 * @returns the bases that were brought
 * @throws UserError `InvalidConfiguration` for a reference that no pin is known for, and as {@link findRemoteReferences}
 */
export async function pinRemoteBases(
  distribution: string,
  paths: readonly string[],
  bring: (base: RemoteBase, folder: string) => Promise<void>,
): Promise<RemoteBase[]> {
  const pinned = (await findRemoteReferences(distribution, paths)).map(({ reference, file }) => ({
    reference,
    file,
    ...resolve(reference, file),
  }));
  const bases = new Set(pinned.map(({ base }) => base));
  for (const base of bases) {
    const folder = join(distribution, '.remote', base.name);
    if (existsSync(folder)) continue;
    await mkdir(folder, { recursive: true });
    await bring(base, folder);
  }
  for (const { reference, file, base, folder } of pinned) {
    const local = posix.join(posix.relative(posix.dirname(file), '.remote'), base.name, folder);
    const path = join(distribution, file);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replaceAll(reference, () => local),
    );
  }
  return [...bases];
}

/** The pinned base of a reference, and the folder of it that is meant. */
function resolve(reference: string, file: string): { base: RemoteBase; folder: string } {
  for (const base of remoteBases) {
    if (reference === base.asset?.url) return { base, folder: base.asset.folder };
    const [address = '', query] = reference.split('?');
    if (address.startsWith(`${base.url}/`) && (query === `ref=${base.tag}` || query === `ref=${base.commit}`))
      return { base, folder: address.slice(base.url.length).replace(/^\/+/, '') };
  }
  throw new UserError(
    'InvalidConfiguration',
    `${file} of the source of Kubeflow fetches ${reference}, for which core/versions.ts has no commit, so nobody could ` +
      'say what would be installed. Pin it there (remoteBases), or install from an archive that has the component ' +
      'rendered (npm run mirror:pack).',
  );
}
