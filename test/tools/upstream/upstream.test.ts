import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { fetchCommit } from '../../../builds/kubeflow/git-source';
import { loginOf } from '../../../builds/kubeflow/render-components';
import { contested, problemsOf } from '../../../tools/upstream/checks';
import { renderDistribution, type RenderedDistribution } from '../../../tools/upstream/render-all';
import { inspectCheckout, reportOn } from '../../../tools/upstream/report';
import { sampleInput, sampleOidcIssuer } from '../../../tools/upstream/sample';
import { run } from '../../../builds/support/command';
import { imagesOf } from '../../../builds/kubernetes/images';
import { assembleDistribution } from '../../../local/codebuild/distribution/assemble';
import { ensurePrograms } from '../../../local/kubernetes/control-plane-programs';

const input = sampleInput();
const rbac = join(__dirname, '../../../builds/kubeflow/rbac');

async function render(checkout: string): Promise<RenderedDistribution> {
  const { path, prefix } = (await ensurePrograms()).kubectl;
  const kustomize = async (folder: string) => (await run(path, [...prefix, 'kustomize', folder])).stdout;
  return renderDistribution(input, {
    checkout,
    rbac,
    kustomize,
    bring: async (base, folder) => fetchCommit(base, folder, run),
  });
}

let reduced: RenderedDistribution;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'distribution-'));
  await assembleDistribution(folder);
  reduced = await render(folder);
  await rm(folder, { recursive: true });
}, 25 * 60_000);

test('all is as it must be with the distribution that the local region has', () => {
  const report = reportOn(input, reduced, { problems: [] });
  expect(
    report.components.filter(({ problems, unproven }) => problems.length > 0 || unproven !== undefined),
  ).toEqual([]);
  expect(report).toMatchObject({ ok: true, problems: [] });
  expect(report.images).toContain('stand-in.invalid/dashboard:local');
});

const upstream = process.env['KUBEFLOW_EKS_UPSTREAM'] ?? '';
(upstream === '' ? test.skip : test)(
  'all is as it must be with the distribution that KUBEFLOW_EKS_UPSTREAM names',
  async () => {
    const report = reportOn(input, await render(upstream), await inspectCheckout(upstream, run));
    const { components, problems } = report;
    expect({
      components: components.filter((one) => one.problems.length > 0 || one.unproven),
      problems,
    }).toEqual({
      components: [],
      problems: [],
    });
  },
  900_000,
);

describe('what is wrong is found', () => {
  const objectsOf = (id: string): KubernetesObject[] =>
    structuredClone(reduced.components.find((component) => component.id === id)?.objects ?? []);
  const problems = (id: string, objects: KubernetesObject[]): string[] =>
    problemsOf(
      { id, objects },
      {
        login: loginOf(input),
        oidcIssuer: sampleOidcIssuer,
        publicValues: ['published-value'],
        tenants: [],
      },
    );
  const object = (kind: string, fields: object): KubernetesObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'added', namespace: 'kubeflow' },
    ...fields,
  });
  const workload = (container: object): KubernetesObject =>
    object('Deployment', { spec: { template: { spec: { containers: [container] } } } });
  const edited = (id: string, from: string, to: string): KubernetesObject[] =>
    objectsOf(id).map((one) => JSON.parse(JSON.stringify(one).replaceAll(from, to)) as KubernetesObject);

  test.each<[string, string, () => KubernetesObject[], RegExp]>([
    [
      'dex',
      'login',
      () => [...objectsOf('login'), workload({ args: ['http://dex.auth.svc:5556'] })],
      /knows dex/,
    ],
    [
      'a public Secret',
      'roles',
      () => [object('Secret', { data: { key: 'cHVibGlj' } })],
      /everybody can read/,
    ],
    [
      'a published value',
      'roles',
      () => [object('ConfigMap', { data: { a: 'x=published-value' } })],
      /publishes/,
    ],
    [
      'an open database',
      'roles',
      () => [workload({ env: [{ name: 'MYSQL_ALLOW_EMPTY_PASSWORD' }] })],
      /password/,
    ],
    [
      'an image without a version',
      'roles',
      () => [workload({ image: 'ghcr.io/somebody/program' })],
      /not pinned/,
    ],
    ['the latest image', 'roles', () => [workload({ image: 'somebody/program:latest' })], /not pinned/],
    [
      'a namespace that groups could name',
      'roles',
      () => [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } }],
      /reserve it/,
    ],
    [
      'an identity of the object store that a group could share',
      'roles',
      () => [workload({ command: ['sh', '-c', 'echo "s3.configure -user team-a -actions Admin"'] })],
      /share the object store's identity team-a/,
    ],
    ['another issuer', 'login', () => edited('login', 'cognito-idp', 'somebody'), /takes tokens of/],
    ['tokens for others', 'login', () => edited('login', 'audiences', 'ignored'), /made for others/],
    ['a relative address', 'login', () => edited('login', 'https://kubeflow.', '/kubeflow.'), /absolute/],
    ['the scope of groups', 'login', () => edited('login', 'openid email', 'openid groups'), /scope groups/],
    [
      'a logout without Cognito',
      'dashboard',
      () => edited('dashboard', 'sign_out?rd=', 'sign_out?'),
      /Cognito/,
    ],
    ['a Secret that nothing reads', 'katib', () => [object('ConfigMap', {})], /nothing reads/],
    ['nothing', 'roles', () => [], /no objects/],
  ])('%s', (_what, id, objects, expected) => {
    expect(problems(id, objects()).join('\n')).toMatch(expected);
  });

  test('two components that apply one object', () => {
    const one = object('ConfigMap', {});
    const found = contested([
      { id: 'a', objects: [one] },
      { id: 'b', objects: [{ ...one }] },
    ]);
    expect([...found.values()]).toEqual([['a', 'b']]);
  });

  test('another commit, and changes of the checkout', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'checkout-'));
    const git = async (...args: string[]) =>
      run('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args]);
    await git('init', '--quiet');
    await git('commit', '--quiet', '--allow-empty', '-m', 'empty');
    await assembleDistribution(folder);
    const found = await inspectCheckout(folder, run);
    expect(found.problems).toEqual([
      expect.stringContaining('pinned is') as string,
      expect.stringContaining('has changes') as string,
    ]);
    expect(reportOn(input, reduced, found).ok).toBe(false);
    await rm(folder, { recursive: true });
  });

  test('a component that cannot be rendered is unproven, and the others are not', () => {
    const components = reduced.components.map((component) =>
      component.id === 'katib' ? { ...component, objects: [], failure: 'no such file' } : component,
    );
    const report = reportOn(input, { ...reduced, components }, { problems: [] });
    expect(report.ok).toBe(false);
    expect(report.components.filter(({ unproven }) => unproven !== undefined)).toMatchObject([
      { id: 'katib' },
    ]);
  });
});

test('images are found in containers, arguments, variables and configuration, and nothing else is', () => {
  const objects: KubernetesObject[] = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'program', annotations: { see: 'https://example.com/docs/page:1' } },
      spec: {
        containers: [
          {
            image: 'mysql:8.4',
            args: ['--executor-image', 'quay.io/argoproj/argoexec:v3.7.3'],
            env: [
              { name: 'VIEWER_IMAGE', value: 'somebody/viewer:1.2' },
              { name: 'ADDRESS', value: 'program.kubeflow.svc:8080' },
            ],
          },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'configuration' },
      data: {
        json: '{ "agent": { "image" : "kserve/agent:v1", "memory": "1Gi" } }',
        yaml: `image: gcr.io/a/b@sha256:${'0'.repeat(64)}\nport: a:1\n`,
      },
    },
    {
      apiVersion: 'v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'x' },
      example: 'docker.io/a/b:c',
    },
  ];
  expect(imagesOf(objects)).toEqual([
    `gcr.io/a/b@sha256:${'0'.repeat(64)}`,
    'kserve/agent:v1',
    'mysql:8.4',
    'quay.io/argoproj/argoexec:v3.7.3',
    'somebody/viewer:1.2',
  ]);
});
