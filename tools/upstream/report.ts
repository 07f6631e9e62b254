import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { componentPods } from '../../core/nodes/distribution-pods';
import { meshedNamespaces, podsIn, type PodRequests } from '../../core/nodes/requests';
import { kubeflowDistribution } from '../../core/versions';
import type { Run } from '../../builds/support/command';
import { loginOf, type RenderInput } from '../../builds/kubeflow/render-components';
import { contested, problemsOf } from './checks';
import { imagesOf } from '../../builds/kubernetes/images';
import type { RenderedDistribution } from './render-all';
import { sampleOidcIssuer } from './sample';
import { defined } from '../../core/defined';

export interface ComponentReport {
  id: string;
  title: string;
  objects: number;
  kinds: Record<string, number>;
  problems: string[];
  /** Why nothing is known about it. */
  unproven?: string;
}

export interface UpstreamReport {
  commit: { expected: string; found?: string };
  components: ComponentReport[];
  /** What concerns no one component. */
  problems: string[];
  images: string[];
  /** What the workloads of each component ask of nodes. */
  pods: Record<string, PodRequests[]>;
  /** The components of which `core/nodes/distribution-pods.ts` says otherwise. */
  otherPods: string[];
  ok: boolean;
}

/** Holds what was rendered of a distribution against what an installation must be. */
export function reportOn(
  input: RenderInput,
  rendered: RenderedDistribution,
  checkout: { commit?: string; problems: readonly string[] },
): UpstreamReport {
  const context = {
    login: loginOf(input),
    oidcIssuer: input.cluster.oidcIssuer ?? sampleOidcIssuer,
    publicValues: rendered.publicValues,
    tenants: input.configuration.kubeflow.model_registry?.namespaces ?? [],
  };
  const components = rendered.components.map((component): ComponentReport => {
    const { id, title, objects, failure } = component;
    const kinds: Record<string, number> = {};
    for (const { kind } of objects) kinds[kind] = (kinds[kind] ?? 0) + 1;
    return failure === undefined
      ? { id, title, objects: objects.length, kinds, problems: problemsOf(component, context) }
      : { id, title, objects: 0, kinds, problems: [], unproven: failure };
  });
  const all = rendered.components.flatMap(({ objects }) => objects);
  // A Profile's namespace is meshed by the profile controller.
  const meshed = new Set([...meshedNamespaces(all), ...context.tenants]);
  const pods = Object.fromEntries(
    rendered.components
      .map(({ id, objects }) => [id, podsIn(objects, meshed)])
      .filter(([, found]) => found?.length !== 0),
  ) as UpstreamReport['pods'];
  const problems = [
    ...checkout.problems,
    ...[...contested(rendered.components)].map(([name, ids]) => `${ids.join(' and ')} both apply ${name}`),
  ];
  return {
    commit: {
      expected: kubeflowDistribution.git.commit,
      ...defined({ found: checkout.commit }),
    },
    components,
    problems,
    images: imagesOf(all),
    pods,
    otherPods: Object.keys(pods).filter((id) => !isDeepStrictEqual(pods[id], componentPods[id])),
    ok:
      problems.length === 0 &&
      components.every((component) => component.unproven === undefined && component.problems.length === 0),
  };
}

/** Of a git checkout: its commit, and what keeps it from being the pinned one. Nothing of a folder that is none. */
export async function inspectCheckout(
  folder: string,
  run: Run,
): Promise<{ commit?: string; problems: string[] }> {
  if (!existsSync(join(folder, '.git'))) return { problems: [] };
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', folder, ...args])).stdout.trim();
  const commit = await git('rev-parse', 'HEAD');
  const changed = await git('status', '--porcelain', '--', 'common', 'applications');
  const { commit: expected } = kubeflowDistribution.git;
  return {
    commit,
    problems: [
      ...(commit === expected ? [] : [`the checkout is at ${commit}; pinned is ${expected}`]),
      ...(changed === '' ? [] : [`the checkout has changes: ${changed.split('\n').length} files`]),
    ],
  };
}
