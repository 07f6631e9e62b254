import { packFiles, readFiles } from '../../../adapters/archive';
import { formatManifests } from '../objects';
import { renderedPath } from '../render';
import { distributionFolders, type RenderedDistribution } from './render-all';

/** Where the components' images are taken from instead of their own registries. */
export interface ImageMirror {
  registry: string;
  images: readonly string[];
}

/**
 * Packs a distribution for networks without egress: its files, and every component of it rendered, since kustomizations
 * fetch parts from elsewhere. What the build itself builds over it (login and dashboard) stays a kustomization.
 *
 * @param checkout folder with the distribution
 * @returns the same bytes for the same distribution
 * @throws Error naming what could not be rendered
 */
export async function packDistribution(
  checkout: string,
  { components }: Pick<RenderedDistribution, 'components'>,
  mirror?: ImageMirror,
): Promise<Buffer> {
  const failed = components.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) throw new Error(`${failed.title} could not be rendered: ${failed.failure ?? ''}`);
  const files = await readFiles(checkout, belongs);
  for (const { id, source, objects } of components)
    if ('kustomize' in source) files.set(renderedPath(id), Buffer.from(formatManifests(objects)));
  if (mirror !== undefined)
    for (const [path, content] of files)
      if (/\.(ya?ml|cfg|env|json)$/.test(path))
        files.set(path, Buffer.from(mirrorImages(content.toString('utf8'), mirror)));
  return packFiles(files);
}

/** What a build needs, and the licence that it comes with. */
function belongs(path: string): boolean {
  const [top] = path.split('/');
  return path === 'LICENSE' || distributionFolders.some((folder) => folder === top && folder !== 'rendered');
}

/**
 * The name of an image in a mirror: below the mirror's registry, under the path that it has in its own. `mysql:8.4` is
 * short for `docker.io/library/mysql:8.4`, and both are `<registry>/docker.io/library/mysql:8.4`.
 */
export function mirroredName(image: string, registry: string): string {
  const [first = '', ...rest] = image.split('/');
  const named = rest.length > 0 && (first.includes('.') || first.includes(':'));
  const full = named ? image : rest.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`;
  return `${registry.replace(/\/$/, '')}/${full}`;
}

/**
 * Text in which each of the images has its name in the mirror; so have their names without a version and the folders that
 * they are in, since programs put names together from these. The same text comes of it a second time.
 */
export function mirrorImages(text: string, { registry, images }: ImageMirror): string {
  const qualified = images.filter((image) => /^[^/]*[.:][^/]*\//.test(image)).map(withoutVersion);
  const folders = qualified
    .map((name) => name.slice(0, name.lastIndexOf('/')))
    .filter((name) => name.includes('/'));
  // Longest first: one name can be the beginning of another.
  const names = [...new Set([...images, ...qualified, ...folders])].sort(
    (one, other) => other.length - one.length,
  );
  if (names.length === 0) return text;
  const pattern = new RegExp(`(?<![\\w./@:-])(?:${names.map(escape).join('|')})(?![\\w/@:-]|\\.\\w)`, 'g');
  return text.replace(pattern, (name) => mirroredName(name, registry));
}

const withoutVersion = (image: string): string => image.replace(/@sha256:.*$/, '').replace(/:[\w.-]+$/, '');
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
