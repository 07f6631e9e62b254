import { parseConfiguration } from '../../../core/configuration';
import {
  describeObject,
  type KubernetesObject,
  type ObjectReference,
} from '../../../builds/kubernetes/objects';
import { registryObjects, registrySecrets } from '../../../builds/kubeflow/overlay/namespace-registry';
import { ensureProfiles, planProfiles } from '../../../builds/kubeflow/registry-profiles';
import type { PlannedChange } from '../../../core/plan';
import { modelRegistryParts } from '../../../local/codebuild/distribution/hub-parts';
import { minimalConfiguration } from '../../support/minimal-configuration';

// The deployments of the page's part are made by the assembly; the registry's are written out.
const [registry = [], ui = []] = modelRegistryParts.map(
  ({ objects = [] }) => objects as readonly KubernetesObject[],
);
const rendered = { ui, registry };

const of = (objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind);

describe('the registry of a namespace', () => {
  const objects = registryObjects(rendered, ['team-a', 'team-b']);

  test('is in that namespace with all that belongs to it, the page once in kubeflow', () => {
    const places = Object.groupBy(
      objects.filter(({ metadata }) => metadata.namespace !== undefined),
      ({ metadata }) => metadata.namespace ?? '',
    );
    expect(Object.keys(places).sort()).toEqual(['kubeflow', 'team-a', 'team-b']);
    const names = (place: string) => places[place]?.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names('team-a')).toEqual(names('team-b'));
    expect(names('team-a')).toEqual(
      expect.arrayContaining(['Deployment model-registry-db', 'PersistentVolumeClaim metadata-postgres']),
    );
  });

  test("has a password of its own in place of upstream's", () => {
    expect(of(objects, 'Secret')).toEqual([]);
    expect(registrySecrets(['team-a', 'team-b'])).toMatchObject([
      { namespace: 'team-a', volume: 'metadata-postgres' },
      { namespace: 'team-b', volume: 'metadata-postgres' },
    ]);
  });

  test('is reached by its namespace and the page, and not by the gateway', () => {
    for (const route of of(objects, 'VirtualService')) expect(route.metadata.namespace).toBe('kubeflow');
    const policies = of(objects, 'AuthorizationPolicy').filter(
      ({ metadata }) => metadata.namespace === 'team-a',
    );
    expect(policies.map(({ spec }) => spec)).toEqual([
      {
        action: 'ALLOW',
        selector: { matchLabels: { component: 'model-registry-server' } },
        rules: [{ from: [{ source: { principals: ['cluster.local/ns/kubeflow/sa/model-registry-ui'] } }] }],
      },
    ]);
    // A policy with this label would be a grant of the profile manager's to the re-sync, which takes it away.
    for (const { metadata } of policies)
      expect(metadata.labels).not.toHaveProperty(['app.kubernetes.io/managed-by']);
    const guarded = of(objects, 'NetworkPolicy')
      .filter(({ metadata }) => metadata.namespace === 'team-b')
      .map(({ spec }) => spec as { podSelector: unknown; ingress: { from: unknown[] }[] });
    expect(guarded.map(({ podSelector, ingress }) => [podSelector, ingress[0]?.from])).toEqual([
      [{ matchLabels: { component: 'model-registry-server' } }, [{ podSelector: {} }, expect.anything()]],
      [
        { matchLabels: { component: 'db' } },
        [{ podSelector: { matchLabels: { component: 'model-registry-server' } } }],
      ],
    ]);
  });

  test('fits in a namespace with a quota, which takes no pod that does not say what it needs', () => {
    const containers = of(objects, 'Deployment')
      .filter(({ metadata }) => metadata.namespace !== 'kubeflow')
      .flatMap(
        ({ spec }) =>
          (spec as { template: { spec: { containers: { resources?: object }[] } } }).template.spec.containers,
      );
    expect(containers).toHaveLength(4);
    for (const { resources } of containers)
      expect(resources).toEqual({
        requests: { cpu: expect.any(String) as string, memory: expect.any(String) as string },
        limits: { cpu: expect.any(String) as string, memory: expect.any(String) as string },
      });
  });

  test('is refused of a distribution that has another one', () => {
    expect(() => registryObjects({ ui, registry: [] }, ['team-a'])).toThrow(
      expect.objectContaining({ name: 'InvalidConfiguration' }) as Error,
    );
  });
});

/** A cluster whose profile controller makes namespaces at once, or never. */
function cluster(there: KubernetesObject[] = [], { controller = true } = {}) {
  const applied: KubernetesObject[] = [];
  const tenants = () => applied.map(({ metadata }) => tenant(metadata.name));
  return {
    applied,
    apply: async (objects: readonly KubernetesObject[]) => {
      applied.push(...objects);
      return Promise.resolve();
    },
    get: async (objects: readonly ObjectReference[]) => {
      const wanted = new Set(objects.map(describeObject));
      return Promise.resolve(
        [...there, ...(controller ? tenants() : [])].filter((object) => wanted.has(describeObject(object))),
      );
    },
  };
}
const tenant = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' },
    annotations: { owner: 'nobody@acme.example' },
  },
});
const bare: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } };

describe('the Profiles of namespaces with a registry', () => {
  const options = { owner: 'nobody@acme.example', say: () => undefined, pollMs: 1 };

  test('are made where there are none, with the owner that the profile manager gives them', async () => {
    const kubectl = cluster([tenant('team-a')]);
    const changes: PlannedChange[] = [];
    await planProfiles(['team-a', 'team-b'], kubectl, (change) => changes.push(change));
    expect(changes).toEqual([{ action: 'create', what: 'Profile team-b, for its model registry' }]);
    expect(kubectl.applied).toEqual([]);
    await ensureProfiles(['team-a', 'team-b'], { kubectl, ...options });
    expect(kubectl.applied).toMatchObject([
      { kind: 'Profile', metadata: { name: 'team-b' }, spec: { owner: { name: 'nobody@acme.example' } } },
    ]);
    await ensureProfiles(['team-a', 'team-b'], { kubectl, ...options });
    expect(kubectl.applied).toHaveLength(1);
  });

  test("a namespace that is no Profile's gets nothing", async () => {
    const kubectl = cluster([bare]);
    await expect(ensureProfiles(['team-a'], { kubectl, ...options })).rejects.toMatchObject({
      name: 'InvalidConfiguration',
    });
    expect(kubectl.applied).toEqual([]);
  });

  test('one whose namespace does not come ends the step, with words', async () => {
    const kubectl = cluster([], { controller: false });
    await expect(ensureProfiles(['team-a'], { kubectl, ...options, patienceMs: 5 })).rejects.toMatchObject({
      name: 'ComponentNotReady',
      message: expect.stringContaining('profiles-deployment') as string,
    });
  });
});

describe('the configuration of the registry', () => {
  const problemsOf = (kubeflow: object, access: object = {}): string[] => {
    const parsed = parseConfiguration({ ...minimalConfiguration, kubeflow, access });
    return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path} ${message}`);
  };
  const components = ['notebooks', 'model-registry'];

  test('is not selected by default', () => {
    const parsed = parseConfiguration(minimalConfiguration);
    expect(parsed.configuration?.kubeflow.components).not.toContain('model-registry');
    expect(problemsOf({ components, model_registry: { namespaces: ['team-a'] } })).toEqual([]);
  });

  test.each([
    [{ components }, {}, /^kubeflow\.model_registry must say which namespaces/],
    [{ model_registry: { namespaces: ['team-a'] } }, {}, /^kubeflow\.model_registry has no effect/],
    [{ components, model_registry: { namespaces: [] } }, {}, /namespaces must name at least one/],
    [{ components, model_registry: { namespaces: ['kube-system'] } }, {}, /namespaces\[0\] is reserved/],
    [
      { components, model_registry: { namespaces: ['hr'] } },
      { reserved_namespaces: ['hr'] },
      /namespaces\[0\] is reserved/,
    ],
    [{ components, model_registry: { namespaces: ['a', 'a'] } }, {}, /namespaces\[1\] is named twice/],
  ])('%j is refused', (kubeflow, access, problem) => {
    expect(problemsOf(kubeflow, access)).toEqual([expect.stringMatching(problem)]);
  });
});
