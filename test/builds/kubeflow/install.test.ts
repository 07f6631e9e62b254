import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireNoFormerStore } from '../../../builds/kubeflow/overlay/artifact-store';
import { artifactStoreOf } from '../../../core/artifact-store';
import { components } from '../../../builds/kubeflow/components';
import type { RenderedComponent } from '../../../builds/kubeflow/component';
import { install as installSelected } from '../../../builds/kubeflow/install';
import type { KubernetesClient } from '../../../adapters/kubernetes/client';
import { clusterObjects } from '../../../builds/kubernetes/cluster-objects';
import { kubectl as kubectlOf, type Kubectl } from '../../../builds/kubernetes/kubectl';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { installationChanges } from '../../../builds/kubeflow/installation-changes';
import { readRecords } from '../../../builds/kubeflow/record';
import { renderComponent } from '../../../builds/kubeflow/render-components';
import { ensureProxySecret, readProxySecret } from '../../../builds/kubeflow/secret';
import { run } from '../../../builds/support/command';
import { assembleDistribution } from '../../../local/codebuild/distribution/assemble';
import { ensurePrograms } from '../../../local/kubernetes/control-plane-programs';
import { patientClientOf } from '../../support/patient-client';
import { useControlPlane } from '../../support/control-plane';
import { joinNodes, type TestNodes } from '../../support/nodes';
import { configurationWith, found, identity, oidcIssuer } from '../support';

const kubernetes = useControlPlane({ workloads: true });
const secret = {
  version: 'v1',
  value: JSON.stringify({ clientId: 'id', clientSecret: 'very secret', cookieSecret: 'cookie' }),
};

let distribution: string;
let nodes: TestNodes;
let kubectl: Kubectl;
/** The connection that objects are applied and read on. */
let client: KubernetesClient;
/** kubectl's arguments. */
let commands: string[][];
/** What the client had written before. */
let writesBefore: number;
let said: string[];

beforeAll(async () => {
  distribution = await mkdtemp(join(tmpdir(), 'distribution-'));
  await assembleDistribution(distribution);
  nodes = await joinNodes(kubernetes());
  const { path, prefix } = (await ensurePrograms()).kubectl;
  client = patientClientOf(kubernetes());
  const program = kubectlOf(async (_command, args, options) => {
    commands.push([...args]);
    return run(path, [...prefix, ...args], options);
  }, kubernetes().adminKubeconfigPath);
  kubectl = { ...program, ...clusterObjects(client) };
}, 25 * 60_000);
afterAll(async () => {
  client.close();
  await nodes.stop();
  await rm(distribution, { recursive: true });
});
beforeEach(() => {
  forget();
  said = [];
});

function forget(): void {
  commands = [];
  writesBefore = client.requests.write;
}

/** Writes since {@link forget}, by the connection or by kubectl. */
const changing = (): string[] => [
  ...commands.filter((args) => args.includes('delete')).map((args) => args.join(' ')),
  ...Array.from({ length: client.requests.write - writesBefore }, () => 'apply'),
];

async function install(component: RenderedComponent, patienceMs = 60_000): Promise<string | undefined> {
  return (await installTogether([component], patienceMs)).get(component.id);
}

async function installTogether(
  rendered: readonly RenderedComponent[],
  patienceMs: number,
): Promise<Map<string, string>> {
  return installSelected(rendered, { kubectl, say: (line) => said.push(line), pollMs: 200, patienceMs });
}

async function installAll(document: Record<string, unknown> = {}): Promise<string[]> {
  const input = {
    configuration: configurationWith(document),
    found,
    identity,
    cluster: { oidcIssuer },
    secretVersion: 'v1',
  };
  const tools = {
    distribution,
    rbac: join(__dirname, '../../../builds/kubeflow/rbac'),
    kustomize: async (folder: string) => kubectl.kustomize(folder),
  };
  const { secretArn } = identity;
  const prepare = async (): Promise<void> =>
    ensureProxySecret(kubectl, {
      secretArn,
      version: secret.version,
      read: async () => Promise.resolve(secret),
    });
  const rendered: RenderedComponent[] = [];
  for (const component of components) {
    const objects = await renderComponent(component, input, tools);
    rendered.push({ ...component, objects, ...(component.id === 'login' ? { prepare } : {}) });
  }
  return [...(await installTogether(rendered, 60_000)).values()];
}

/** A component of one Deployment and one ConfigMap. */
function sample(id: string, image = 'web:1', names: readonly string[] = ['settings']): RenderedComponent {
  const labels = { app: id };
  const objects: KubernetesObject[] = [
    ...names.map((name) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${id}-${name}`, namespace: 'default' },
    })),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: id, namespace: 'default' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
      },
    },
  ];
  return { id, title: id, objects };
}

test('a component that never becomes ready is given up in time, with the reason, and done at the next run', async () => {
  nodes.images.setReady('default', 'deployment/stuck', false);
  await kubectl.apply([
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'stuck-0', namespace: 'default' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'stuck-0' },
      type: 'Warning',
      reason: 'Failed',
      message: 'the image cannot be pulled',
    },
  ]);
  const before = Date.now();
  await expect(install(sample('stuck'), 1_000)).rejects.toMatchObject({
    name: 'ComponentNotReady',
    message: expect.stringMatching(
      /Deployment stuck: 0 of 1 replicas are available[^]*Pod stuck-0: Failed: the image cannot be pulled/,
    ) as string,
  });
  expect(Date.now() - before).toBeLessThan(20_000);
  expect(said.join('\n')).toContain('  Deployment.apps default/stuck: 0 of 1 replicas are available');
  expect(said).toContain('  Pod stuck-0: Failed: the image cannot be pulled');
  expect((await readRecords(kubectl)).has('stuck')).toBe(false);
  nodes.images.setReady('default', 'deployment/stuck', true);
  expect(await install(sample('stuck'))).toBe('installed');
});

test('what has no room on the nodes is given up in time, with the words of the scheduler', async () => {
  const component = sample('large');
  const deployment = component.objects.at(-1) as KubernetesObject & {
    spec: { template: { spec: { containers: object[] } } };
  };
  const resources = { requests: { memory: '64Gi' } };
  deployment.spec.template.spec.containers = [{ name: 'web', image: 'web:1', resources }];
  const why = '0/2 nodes are available: 2 Insufficient memory.';
  await expect(install(component, 3_000)).rejects.toMatchObject({
    name: 'ComponentNotReady',
    message: expect.stringContaining(`not scheduled: ${why}`) as string,
  });
  expect(said.join('\n')).toContain(why);
});

test('what a version no longer has is removed, what it changed is updated', async () => {
  await install(sample('web', 'web:1', ['old', 'kept']));
  expect(await install(sample('web', 'web:2', ['kept']))).toBe('updated');
  const left = (await kubectl.list('configmap', 'default')).map(({ metadata }) => metadata.name);
  expect(left.filter((name) => name.startsWith('web-'))).toEqual(['web-kept']);
  expect(await install(sample('web', 'web:2', ['kept']))).toBe('unchanged');
});

async function plan(components: readonly RenderedComponent[]): Promise<string[]> {
  const changes: string[] = [];
  await installationChanges(components, kubectl, ({ action, what }) => changes.push(`${action} ${what}`));
  return changes.filter((change) => change.includes('planned'));
}

test('a plan says what an installation would do, object by object where a component differs, and does nothing', async () => {
  expect(await plan([sample('planned')])).toEqual(['create planned (2 objects)']);
  await install(sample('planned', 'web:1', ['old', 'kept']));
  forget();
  expect(await plan([sample('planned', 'web:1', ['old', 'kept'])])).toEqual([]);
  expect(await plan([sample('planned', 'web:2', ['kept', 'added'])])).toEqual([
    'create planned: ConfigMap default/planned-added',
    'change planned: Deployment.apps default/planned',
    'remove planned: ConfigMap default/planned-old',
  ]);
  const { objects, ...rest } = sample('planned', 'web:1', ['old', 'kept']);
  expect(await plan([{ ...rest, objects: [...objects].reverse() }])).toEqual([
    'change the record of planned',
  ]);
  await kubernetes().kubectl(['delete', 'configmap', 'planned-old']);
  expect(await plan([{ ...rest, objects }])).toEqual(['create planned: ConfigMap default/planned-old']);
  expect(changing()).toEqual([]);
});

test('a definition, and the namespaces that hang on it, are never removed', async () => {
  const namespace: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tenant' } };
  const component = sample('tenants');
  await install({ ...component, objects: [...component.objects, namespace] });
  await install(component);
  expect(await kubectl.get([namespace])).toHaveLength(1);
});

test('an object that somebody deleted comes back', async () => {
  await install(sample('mended'));
  await kubernetes().kubectl(['delete', 'configmap', 'mended-settings']);
  await install(sample('mended'));
  expect(said).toContain('mended: 1 of 2 objects are missing');
  expect(await install(sample('mended'))).toBe('unchanged');
});

test('an installation that is interrupted is done again, and what was applied is not re-created', async () => {
  const { objects } = sample('killed');
  await kubectl.apply(objects);
  const uids = async (): Promise<unknown[]> =>
    (await kubectl.get(objects)).map(({ metadata }) => (metadata as { uid?: string }).uid);
  const before = await uids();
  expect(await install(sample('killed'))).toBe('installed');
  expect(await uids()).toEqual(before);
});

describe("the client's secret", () => {
  const read = async (value: object | Error | undefined): Promise<unknown> =>
    readProxySecret(identity.secretArn, async () =>
      value instanceof Error ? Promise.reject(value) : Promise.resolve(value as typeof secret),
    ).catch((error: unknown) => error);

  test.each([
    ['has no value', undefined],
    ['is not JSON', { version: 'v1', value: 'plain' }],
    ['lacks a key', { version: 'v1', value: '{"clientId": "id", "clientSecret": "hidden"}' }],
    // What AWS answers about a secret that is gone, since the role may read secrets with our tag only.
    ['may not be read', Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })],
  ])('is refused when it %s, named and without being quoted', async (_, value) => {
    const failure = await read(value);
    expect(failure).toMatchObject({ name: 'SecretMissing' });
    expect(String(failure)).toContain(identity.secretArn);
    expect(String(failure)).not.toMatch(/hidden|plain/);
  });

  test('a failure of AWS is no missing secret', async () => {
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    expect(await read(throttled)).toBe(throttled);
  });
});

// Last, since what an installation does not select it removes.
test('installs everything in order, and a second time changes nothing', async () => {
  expect(new Set(await installAll())).toEqual(new Set(['installed']));
  expect(await kubectl.list('ingress')).toMatchObject([
    { metadata: { namespace: 'istio-system', name: 'istio-ingress' } },
  ]);
  expect(commands.flat().join(' ')).not.toContain('very secret');
  forget();
  expect(new Set(await installAll())).toEqual(new Set(['unchanged']));
  expect(changing()).toEqual([]);
}, 600_000);

test('Pipelines with artifacts in S3 stands without the store and its key, whose volume would stay', async () => {
  // What the preflight and the build refuse of a deployment: here for what is left after it.
  expect(new Set(await installAll({ artifacts: {} }))).toEqual(new Set(['unchanged', 'updated']));
  const named = async (kind: string): Promise<string[]> =>
    (await kubectl.list(kind, 'kubeflow')).map(({ metadata }) => metadata.name);
  const kinds = ['deployment', 'service', 'serviceaccount', 'networkpolicy', 'secret'];
  const all = (await Promise.all(kinds.map(named))).flat();
  expect(all.filter((name) => /seaweedfs|minio/.test(name))).toEqual([]);
  expect(await named('persistentvolumeclaim')).toContain('seaweedfs-pvc');
  const settings = (await kubectl.list('configmap', 'kubeflow')).find(
    ({ metadata }) => metadata.name === 'pipeline-install-config',
  );
  expect(settings?.['data']).toMatchObject({
    bucketName: 'kubeflow-artifacts-111122223333-eu-central-1-acme',
    ARTIFACTS_PROXY_ENABLED: 'true',
  });
  await expect(
    requireNoFormerStore(kubectl, artifactStoreOf(configurationWith({ artifacts: {} }))),
  ).rejects.toMatchObject({ name: 'ChangeRefused' });
  forget();
  expect(new Set(await installAll({ artifacts: {} }))).toEqual(new Set(['unchanged']));
  expect(changing()).toEqual([]);
}, 300_000);
