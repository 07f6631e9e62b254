import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { components, type Component } from '../../../builds/kubeflow/components';
import { pinRemoteBases } from '../../../builds/kubeflow/remote-bases';
import { kustomizationsOf, renderComponent } from '../../../builds/kubeflow/render-components';
import { formatManifests, parseManifests } from '../../../builds/kubernetes/objects';
import { withoutStrayNamespaces } from '../../../builds/kubernetes/scopes';
import { assembleDistribution } from '../../../local/codebuild/distribution/assemble';
import { remoteBases } from '../../../core/versions';
import { configurationWith, found, identity } from '../../builds/support';
import fc from '../../support/fast-check';
import { fuzzed, type FuzzedKind } from '../kind';
import { jsonOf, mutated, mutatedText } from '../mutated';

/** The components of which this project changes something. */
const changed = components.filter(({ id }) =>
  ['istio', 'kserve', 'notebooks', 'pipelines', 'katib', 'dashboard', 'login'].includes(id),
);

const configuration = configurationWith({
  kubeflow: {
    components: ['notebooks', 'pipelines', 'katib', 'kserve'],
    notebooks: {
      images: ['registry.example.com/a:1'],
      cpu: '1',
      volume: '5Gi',
      culling: { idle_minutes: 60 },
    },
  },
  image_registry: '111122223333.dkr.ecr.eu-central-1.amazonaws.com',
});

/** Documents that a few lines make large. */
const bomb = fc.nat(40).map((levels) => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level <= levels; level += 1)
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n${lines.join('\n')}\n`;
});

const deep = fc
  .nat(20_000)
  .map((depth) => `apiVersion: v1\nkind: A\nmetadata: { name: a }\nspec: ${'['.repeat(depth)}`);

/** What an archive or a commit of a distribution holds, and what kustomize makes of it. */
export async function kustomizeKinds(): Promise<{ kinds: FuzzedKind[]; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzzed-'));
  const distribution = join(folder, 'distribution');
  await assembleDistribution(distribution);
  const outside = join(folder, 'kustomization.yaml');
  const [base] = remoteBases;
  const untouched = `resources: ["${base?.url ?? ''}/manifests?ref=${base?.tag ?? ''}"]\n`;
  await writeFile(outside, untouched);
  const paths = kustomizationsOf(components, distribution);
  const rendered = await renderings(distribution);
  const tree = fuzzed('kustomize trees', trees(paths, untouched), async ({ path, text }) => {
    const file = join(distribution, path, 'kustomization.yaml');
    const before = await readFile(file, 'utf8');
    await writeFile(file, text);
    try {
      await pinRemoteBases(distribution, paths, async (_, into) => writeFile(join(into, 'brought'), ''));
    } finally {
      await writeFile(file, before);
      // What is beside the distribution is nobody's to change.
      expect(await readFile(outside, 'utf8')).toBe(untouched);
      expect((await readdir(folder)).sort()).toEqual(['distribution', 'kustomization.yaml']);
    }
  });
  return {
    kinds: [
      tree,
      fuzzed(
        'manifests',
        fc.oneof({ weight: 8, arbitrary: mutatedText(rendered[0]?.text ?? '') }, bomb, deep),
        (text) => {
          const objects = parseManifests(text);
          // Written out again it is as long as what came in, but for a bounded number of repetitions.
          expect(formatManifests(objects).length).toBeLessThan(200 * (text.length + 1_000));
          withoutStrayNamespaces([{ objects }]);
        },
      ),
      fuzzed('rendered components', fc.oneof(...rendered.map(renderedDocuments)), ({ component, text }) =>
        renderComponent(
          component,
          { configuration, found, identity, cluster: {} },
          { distribution, rbac: distribution, kustomize: () => Promise.resolve(text) },
        ).then((objects) => withoutStrayNamespaces([{ objects }])),
      ),
    ],
    remove: () => rm(folder, { recursive: true }),
  };
}

function trees(paths: readonly string[], remote: string): fc.Arbitrary<{ path: string; text: string }> {
  const valid = {
    resources: ['objects.yaml', '../base', '../../../..', '../../../../..'],
    components: [remote.slice(13, -3)],
    patches: [{ path: 'a.yaml' }],
  };
  return fc.record({
    path: fc.constantFrom(...new Set(paths)),
    text: fc.oneof(
      { weight: 8, arbitrary: mutated(valid).map((document) => jsonOf(document)) },
      { weight: 8, arbitrary: mutatedText(`resources:\n- objects.yaml\n- ../../..\n${remote}`) },
      bomb,
      deep,
    ),
  });
}

interface Rendering {
  readonly component: Component;
  readonly text: string;
}

/** What kustomize would make of the components, put together from the files. */
async function renderings(distribution: string): Promise<Rendering[]> {
  return Promise.all(
    changed.map(async (component) => {
      const [path = ''] = kustomizationsOf([component], distribution);
      return { component, text: await readFile(join(distribution, path, 'objects.yaml'), 'utf8') };
    }),
  );
}

function renderedDocuments({ component, text }: Rendering): fc.Arbitrary<Rendering> {
  const objects = parseManifests(text);
  return fc
    .oneof(
      mutatedText(text),
      mutated(objects).map((document) =>
        Array.isArray(document) ? formatManifests(document as object[]) : '',
      ),
    )
    .map((changedText) => ({ component, text: changedText }));
}
