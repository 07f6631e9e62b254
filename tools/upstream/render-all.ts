import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/errors';
import type { RemoteBase } from '../../core/versions';
import { selectedComponents, type Component } from '../../builds/kubeflow/components';
import { parseManifests, type KubernetesObject } from '../../builds/kubernetes/objects';
import { loginParts } from '../../builds/kubeflow/overlay/login-proxy';
import { pinRemoteBases } from '../../builds/kubeflow/remote-bases';
import { kustomizationsOf, renderComponent, type RenderInput } from '../../builds/kubeflow/render-components';
import { withoutStrayNamespaces } from '../../builds/kubernetes/scopes';
import { values } from './checks';

export interface UpstreamTools {
  /** Folder with the distribution; it is not changed. */
  checkout: string;
  /** Folder with our RBAC. */
  rbac: string;
  kustomize: (folder: string) => Promise<string>;
  /** Puts the files of a remote base's commit into a folder. */
  bring: (base: RemoteBase, folder: string) => Promise<void>;
}

/** A component as it would be applied, or why it could not be rendered. */
export interface RenderedUpstream extends Component {
  objects: KubernetesObject[];
  /** In one line. */
  failure?: string;
}

export interface RenderedDistribution {
  components: RenderedUpstream[];
  /** Remote bases that were brought. */
  bases: RemoteBase[];
  /** Values of Secrets that the distribution has, of eight characters or more. */
  publicValues: string[];
}

/** The folders of a distribution that an installation is built from. */
export const distributionFolders = ['common', 'applications', 'rendered'] as const;

/**
 * Renders every component that a deployment selects on a copy of a distribution, each for itself: what one cannot be
 * built of says nothing about the others.
 */
export async function renderDistribution(
  input: RenderInput,
  tools: UpstreamTools,
): Promise<RenderedDistribution> {
  const distribution = await mkdtemp(join(tmpdir(), 'upstream-'));
  const published = new Set<string>();
  const kustomize = async (folder: string): Promise<string> => {
    const text = await tools.kustomize(folder);
    publishedValues(text).forEach((value) => published.add(value));
    return text;
  };
  try {
    for (const folder of distributionFolders)
      if (existsSync(join(tools.checkout, folder)))
        await cp(join(tools.checkout, folder), join(distribution, folder), { recursive: true });
    const bases = new Map<string, RemoteBase>();
    const components: RenderedUpstream[] = [];
    for (const component of selectedComponents(input.configuration.kubeflow.components)) {
      try {
        const paths = kustomizationsOf([component], distribution);
        for (const base of await pinRemoteBases(distribution, paths, tools.bring)) bases.set(base.name, base);
        const objects = await renderComponent(component, input, { ...tools, distribution, kustomize });
        components.push({ ...component, objects });
      } catch (error) {
        components.push({ ...component, objects: [], failure: firstLine(error) });
      }
    }
    await kustomize(join(distribution, loginParts.base)).catch(() => '');
    return {
      components: withoutStrayNamespaces(components),
      bases: [...bases.values()],
      publicValues: [...published],
    };
  } finally {
    await rm(distribution, { recursive: true, force: true });
  }
}

/** Values of the Secrets in rendered manifests, as they would be used. */
function publishedValues(manifests: string): string[] {
  return manifests
    .split(/^---$/m)
    .filter((document) => /^kind: Secret$/m.test(document))
    .flatMap(parseManifests)
    .flatMap(({ data, stringData }) => [
      ...values(stringData),
      ...values(data),
      ...values(data).map((value) => Buffer.from(value, 'base64').toString('utf8')),
    ])
    .filter((value) => value.length >= 8);
}

function firstLine(error: unknown): string {
  const text = messageOf(error);
  const said = text.split('\n').filter((line) => line.trim() !== '');
  return (said.find((line) => /^error/i.test(line)) ?? said[0] ?? '').slice(0, 400);
}
