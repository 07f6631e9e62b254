import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fetchDistribution } from '../../../builds/kubeflow/source';
import {
  kustomizationsOf,
  renderComponents,
  type RenderInput,
} from '../../../builds/kubeflow/render-components';
import { selectedComponents } from '../../../builds/kubeflow/components';
import { packDistribution } from '../../../tools/upstream/pack';
import { renderDistribution, type RenderedDistribution } from '../../../tools/upstream/render-all';
import { sampleInput } from '../../../tools/upstream/sample';
import { run } from '../../../builds/support/command';
import { mirroredName, withMirroredImages } from '../../../builds/kubernetes/image-mirror';
import { imagesOf } from '../../../builds/kubernetes/images';
import { sha256 } from '../../../builds/tools/verify';
import { assembleDistribution } from '../../../local/codebuild/distribution/assemble';
import { ensurePrograms } from '../../../local/kubernetes/control-plane-programs';

const input = sampleInput();
const rbac = join(__dirname, '../../../builds/kubeflow/rbac');
const registry = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror';

let checkout: string;
let rendered: RenderedDistribution;
let kustomize: (folder: string) => Promise<string>;
beforeAll(async () => {
  const { path, prefix } = (await ensurePrograms()).kubectl;
  kustomize = async (folder) => (await run(path, [...prefix, 'kustomize', folder])).stdout;
  checkout = await mkdtemp(join(tmpdir(), 'checkout-'));
  await assembleDistribution(checkout);
  rendered = await renderDistribution(input, { checkout, rbac, kustomize, bring: jest.fn() });
}, 25 * 60_000);
afterAll(async () => rm(checkout, { recursive: true }));

/** As the build does: the archive fetched and verified, and all components rendered from it. */
async function install(archive: Buffer, wanted: RenderInput = input) {
  const distribution = await fetchDistribution({
    source: { archive: { url: 's3://mirror/archive.tar.gz', sha256: sha256(archive) } },
    kustomizations: (folder) =>
      kustomizationsOf(selectedComponents(input.configuration.kubeflow.components), folder),
    get: async () => Promise.resolve(archive),
    run,
    say: () => undefined,
  });
  const built: string[] = [];
  const components = await renderComponents(wanted, {
    distribution,
    rbac,
    kustomize: async (folder) => {
      built.push(folder);
      return kustomize(folder);
    },
  });
  await rm(dirname(distribution), { recursive: true });
  return { components, built };
}

test('the same distribution is the same archive, and what is installed from it is what is installed without', async () => {
  const archive = await packDistribution(checkout, rendered);
  expect((await packDistribution(checkout, rendered)).equals(archive)).toBe(true);
  const { components, built } = await install(archive);
  expect(components.map(({ id, objects }) => ({ id, objects }))).toEqual(
    rendered.components.map(({ id, objects }) => ({ id, objects })),
  );
  // Only what depends on the deployment is built (login, dashboard, the two parts of namespaces' registries): the rest is in
  // the archive as it is applied.
  expect(built).toHaveLength(4);
});

test("with a registry, every image is that registry's, the login's and the dashboard's too", async () => {
  const images = imagesOf(rendered.components.flatMap(({ objects }) => objects));
  const configuration = { ...input.configuration, image_registry: registry };
  const { components } = await install(await packDistribution(checkout, rendered), {
    ...input,
    configuration,
  });
  const mirrored = imagesOf(components.flatMap(({ objects }) => objects));
  expect(mirrored).toEqual(images.map((image) => mirroredName(image, registry)).sort());
  expect(mirrored.length).toBeGreaterThan(20);
});

test('what could not be rendered is not packed', async () => {
  const components = rendered.components.map((component) => ({ ...component, objects: [], failure: 'gone' }));
  await expect(packDistribution(checkout, { components })).rejects.toThrow('could not be rendered: gone');
});

test('nothing of the checkout but the distribution is packed', async () => {
  await writeFile(join(checkout, 'notes.txt'), 'mine');
  const archive = await packDistribution(checkout, rendered);
  const file = join(checkout, '.archive.tar.gz');
  await writeFile(file, archive);
  const names = (await run('tar', ['-tzf', file])).stdout.split('\n').filter((name) => name !== '');
  await rm(file);
  await rm(join(checkout, 'notes.txt'));
  expect([...new Set(names.map((name) => name.split('/')[0]))]).toEqual([
    'applications',
    'common',
    'rendered',
  ]);
});

test.each([
  ['mysql:8.4', 'docker.io/library/mysql:8.4'],
  ['kserve/agent:v1', 'docker.io/kserve/agent:v1'],
  ['docker.io/alpine/k8s:1', 'docker.io/alpine/k8s:1'],
  ['localhost:5000/program:1', 'localhost:5000/program:1'],
  ['quay.io/a/b@sha256:0', 'quay.io/a/b@sha256:0'],
])('%s is found in the mirror under %s', (image, path) => {
  expect(mirroredName(image, 'mirror.example/m/')).toBe(`mirror.example/m/${path}`);
});

test('names that are put together from parts come from the mirror too, and no name does twice', () => {
  const images = ['registry.istio.io/release/proxyv2:1.30.1', 'mysql:8.4', 'mysql:8.4.1', 'ghcr.io/a/b:1'];
  const object = (lines: string[], kind = 'ConfigMap') => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'text' },
    data: { lines },
  });
  const lines = [
    'hub: "registry.istio.io/release"',
    'image: registry.istio.io/release/proxyv2:1.30.1',
    'frontend: ghcr.io/a/b',
    'database: mysql:8.4.1, mysql:8.4, xmysql:8.4',
    'see https://ghcr.io/a/b/c.',
  ];
  const once = withMirroredImages([object(lines)], images, 'mirror.example');
  expect(once).toEqual([
    object([
      'hub: "mirror.example/registry.istio.io/release"',
      'image: mirror.example/registry.istio.io/release/proxyv2:1.30.1',
      'frontend: mirror.example/ghcr.io/a/b',
      'database: mirror.example/docker.io/library/mysql:8.4.1, mirror.example/docker.io/library/mysql:8.4, xmysql:8.4',
      'see https://ghcr.io/a/b/c.',
    ]),
  ]);
  expect(withMirroredImages(once, images, 'mirror.example')).toEqual(once);
  const definition = object(lines, 'CustomResourceDefinition');
  expect(withMirroredImages([definition], images, 'mirror.example')).toEqual([definition]);
  expect(withMirroredImages([definition], [], 'mirror.example')).toEqual([definition]);
});
