import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { components, type Component } from '../../../builds/kubeflow/components';
import { renderComponent } from '../../../builds/kubeflow/render-components';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { run } from '../../../builds/support/command';
import { assembleDistribution } from '../../../local/codebuild/distribution/assemble';
import { ensurePrograms, type Programs } from '../../../local/kubernetes/control-plane-programs';
import { configurationWith, found, identity, oidcIssuer } from '../support';

export interface Rendering {
  /** Folder with the distribution. */
  readonly distribution: string;
  readonly programs: Programs;
  /** A component's objects, as kustomize builds them and a configuration changes them. */
  render: (
    id: string,
    cluster?: { oidcIssuer?: string },
    document?: Record<string, unknown>,
  ) => Promise<KubernetesObject[]>;
}

const rbac = join(__dirname, '../../../builds/kubeflow/rbac');

/** Renders components of the local region's distribution with the real kustomize. */
export function useRendering(): Rendering {
  let distribution: string;
  let programs: Programs;
  beforeAll(async () => {
    programs = await ensurePrograms();
    distribution = await mkdtemp(join(tmpdir(), 'distribution-'));
    await assembleDistribution(distribution);
  }, 25 * 60_000);
  afterAll(async () => {
    await rm(distribution, { recursive: true });
  });
  return {
    get distribution() {
      return distribution;
    },
    get programs() {
      return programs;
    },
    render: async (id, cluster = { oidcIssuer }, document = {}) => {
      const component = components.find((candidate) => candidate.id === id) as Component;
      const { path, prefix } = programs.kubectl;
      return renderComponent(
        component,
        { configuration: configurationWith(document), found, identity, cluster, secretVersion: 'v1' },
        {
          distribution,
          rbac,
          kustomize: async (folder) => (await run(path, [...prefix, 'kustomize', folder])).stdout,
        },
      );
    },
  };
}

/** The first object of a kind whose name begins so: kustomize adds hashes to some. */
export const named = (
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
): KubernetesObject | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name.startsWith(name));
