import { packFiles, readFiles } from '../../adapters/archive';
import { formatManifests } from '../../builds/kubernetes/objects';
import { renderedPath } from '../../builds/kubeflow/render-components';
import { distributionFolders, type RenderedDistribution } from './render-all';

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
): Promise<Buffer> {
  const failed = components.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) throw new Error(`${failed.title} could not be rendered: ${failed.failure ?? ''}`);
  const files = await readFiles(checkout, belongs);
  for (const { id, source, objects } of components)
    if ('kustomize' in source) files.set(renderedPath(id), Buffer.from(formatManifests(objects)));
  return packFiles(files);
}

/** What a build needs, and the licence that it comes with. */
function belongs(path: string): boolean {
  const [top] = path.split('/');
  return path === 'LICENSE' || distributionFolders.some((folder) => folder === top && folder !== 'rendered');
}
