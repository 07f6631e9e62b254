import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, parse } from 'yaml';
import { selectedComponents } from '../../builds/kubeflow/components';
import { assembleDistribution } from '../../local/codebuild/distribution/assemble';
import { ensurePrograms } from '../../local/kubernetes/control-plane-programs';
import { seedConfiguration } from '../support/region';
import { cli, documentOf } from './recording-host';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-render-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, changes: object = {}): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ ...seedConfiguration, ...changes }));
  return path;
}

test('the cluster is one YAML document with the configured subnets', async () => {
  const subnets = {
    private: ['subnet-0000000000000000a', 'subnet-0000000000000000b'],
    public: ['subnet-0000000000000000c', 'subnet-0000000000000000d'],
  };
  const { code, out, err } = await cli(['render', 'cluster', write('named.yaml', { subnets })]);
  expect(code).toBe(0);
  expect(err).toContain('stand for what the workflow finds');
  const document = parse(out) as Record<string, unknown>;
  expect(document).toMatchObject({
    kind: 'ClusterConfig',
    metadata: { name: 'kubeflow-demo', tags: { 'kubeflow-eks:deployment': 'kubeflow-demo' } },
    vpc: { id: seedConfiguration.vpc_id, subnets: { private: { 'us-east-1a': { id: subnets.private[0] } } } },
    secretsEncryption: { keyARN: seedConfiguration.kms_key_arn },
  });
});

test('machines get the same cluster as JSON', async () => {
  const path = write('seed.yaml');
  const text = await cli(['render', 'cluster', path]);
  const json = await cli(['render', 'cluster', path, '--json']);
  expect(json.code).toBe(0);
  expect(documentOf(json)).toEqual(parse(text.out));
});

test('Kubeflow is shown in the order of its installation, our own part in full', async () => {
  const path = write('seed.yaml');
  const recording = await cli(['render', 'kubeflow', path, '--json']);
  expect(recording.code).toBe(0);
  const { components } = documentOf(recording) as {
    components: {
      id: string;
      source?: string;
      files?: Record<string, string>;
      objects?: { kind: string }[];
    }[];
  };
  const all = ['pipelines', 'notebooks', 'katib', 'trainer', 'spark', 'kserve'] as const;
  const known = selectedComponents(all).map(({ id }) => id);
  expect(components.map(({ id }) => id)).toEqual(
    known.filter((id) => components.some((component) => component.id === id)),
  );
  const ingress = components.find(({ id }) => id === 'ingress');
  expect(ingress?.objects?.map(({ kind }) => kind)).toContain('Ingress');
  const login = components.find(({ id }) => id === 'login');
  expect(login?.files?.['oauth2_proxy.cfg']).toContain('https://kubeflow.demo.acme.example/oauth2/callback');
  for (const { source, files, objects } of components) {
    expect([source, files, objects].filter((part) => part !== undefined)).toHaveLength(1);
  }
});

test('the text is a stream of YAML, in which nothing secret can be', async () => {
  const { code, out } = await cli(['render', 'kubeflow', write('seed.yaml')]);
  expect(code).toBe(0);
  const documents = parseAllDocuments(out);
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const kinds = documents.map((document) => (document.toJS() as { kind?: string } | null)?.kind);
  expect(kinds).toEqual(expect.arrayContaining(['Kustomization', 'ClusterRole', 'Ingress']));
  expect(kinds).not.toContain('Secret');
});

test("the seed's installer has a KfDef of its own", async () => {
  const changes = { kubeflow: { installer: 'kfctl' }, kubernetes_version: '1.21' };
  const { code, out } = await cli(['render', 'kubeflow', write('kfctl.yaml', changes)]);
  expect(code).toBe(0);
  expect(parse(out)).toMatchObject({ kind: 'KfDef', metadata: { name: 'kubeflow-demo' } });
});

describe('with a distribution', () => {
  let distribution: string;
  beforeAll(async () => {
    distribution = mkdtempSync(join(tmpdir(), 'kubeflow-eks-distribution-'));
    await assembleDistribution(distribution);
    const { kubectl } = await ensurePrograms();
    const command = [kubectl.path, ...kubectl.prefix].map((word) => `'${word}'`).join(' ');
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  }, 25 * 60_000);
  afterAll(() => {
    rmSync(join(folder, 'kubectl'));
    rmSync(distribution, { recursive: true });
  });

  test('every object that would be applied is printed, component by component, and no public Secret', async () => {
    const changes = { kubeflow: { components: ['notebooks', 'pipelines'] } };
    const args = [
      'render',
      'kubeflow',
      write('whole.yaml', changes),
      '--distribution',
      distribution,
      '--json',
    ];
    const recording = await cli(args, { env: { PATH: folder } });
    expect(recording).toMatchObject({ code: 0 });
    const { components } = documentOf(recording) as {
      components: { id: string; objects: { kind: string; metadata: { name: string } }[] }[];
    };
    expect(components.map(({ id }) => id)).toEqual(
      selectedComponents(['notebooks', 'pipelines']).map(({ id }) => id),
    );
    const namesIn = (id: string) =>
      components
        .find((component) => component.id === id)
        ?.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(namesIn('login')).toEqual(
      expect.arrayContaining(['Deployment oauth2-proxy', 'RequestAuthentication cognito-jwt']),
    );
    expect(namesIn('pipelines')).toEqual(expect.arrayContaining(['Deployment ml-pipeline']));
    expect(components.flatMap(({ objects }) => objects).filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(components.filter(({ objects }) => objects.length === 0)).toEqual([]);
  }, 120_000);

  test('a folder that is no distribution is said to be none', async () => {
    const args = ['render', 'kubeflow', write('none.yaml'), '--distribution', join(folder, 'nowhere')];
    expect(await cli(args)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('nowhere') as string,
    });
  }, 60_000);
});

test('without kustomize the distribution cannot be rendered, and that is said', async () => {
  const args = ['render', 'kubeflow', write('seed.yaml'), '--distribution', folder];
  expect(await cli(args, { env: { PATH: folder } })).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('PATH') as string,
  });
});
