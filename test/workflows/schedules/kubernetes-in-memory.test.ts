import { isApiError } from '../../../adapters/kubernetes/api-error';
import { createKubernetesClient, type KubernetesClient } from '../../../adapters/kubernetes/client';
import { resources, type ResourceType } from '../../../adapters/kubernetes/resources';
import type { AnyObject } from '../../../adapters/kubernetes/types';
import { installKubeflowApi } from '../../../local/kubernetes/kubeflow-api';
import { useControlPlane } from '../../support/control-plane';
import fc from '../../support/fast-check';
import { KubernetesInMemory } from './kubernetes-in-memory';

const kubernetes = useControlPlane();
let real: KubernetesClient;
let number = 0;

beforeAll(async () => {
  await installKubeflowApi(kubernetes().client);
  real = clientOf(kubernetes());
});
afterAll(() => {
  real.close();
});

function clientOf({ endpoint, caPem, adminToken }: { endpoint: string; caPem: string; adminToken: string }) {
  return createKubernetesClient({ endpoint, caPem, token: () => Promise.resolve(adminToken) });
}

function inMemory(): { api: KubernetesInMemory; client: KubernetesClient } {
  const api = new KubernetesInMemory();
  const transport = {
    request: (request: never) => Promise.resolve(api.serve(request)),
    close: () => undefined,
  };
  return { api, client: createKubernetesClient({ endpoint: 'https://memory', caPem: '', transport }) };
}

/** A client that notes what it is asked for. */
function telling(client: KubernetesClient, asked: unknown[]): KubernetesClient {
  return new Proxy(client, {
    get: (of, method) => {
      const ask: unknown = Reflect.get(of, method);
      if (typeof ask !== 'function') return ask;
      return (...about: unknown[]): unknown => {
        asked.push([method, ...about]);
        return Reflect.apply(ask, of, about) as unknown;
      };
    },
  });
}

/** One request, on whichever side; what it is about is given by its place, since names and uids differ. */
type Operation = (client: KubernetesClient, namespaces: readonly string[]) => Promise<unknown>;

const place = fc.nat(1);
const name = fc.constantFrom('one', 'two');
const user = fc.constantFrom('alice', 'bob');
const label = fc.constantFrom('kubeflow-eks/user', 'app.kubernetes.io/managed-by');
const labels = fc.dictionary(label, user, { minKeys: 1, maxKeys: 2 });
const annotations = fc.dictionary(fc.constantFrom('user', 'role', 'seen'), user, { minKeys: 1, maxKeys: 3 });
const types: ResourceType[] = [resources.roleBindings, resources.authorizationPolicies];
const type = fc.constantFrom(...types);

const rbac = 'rbac.authorization.k8s.io';
const content = fc
  .tuple(type, name, labels, annotations, user, fc.constantFrom('view', 'edit'), fc.boolean())
  .map(([of, called, marks, notes, who, role, more]) => (namespace: string): AnyObject => ({
    apiVersion: of.apiVersion,
    kind: of.kind,
    metadata: { name: called, namespace, labels: marks, annotations: notes },
    ...(of.kind === 'RoleBinding'
      ? {
          roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: `kubeflow-${role}` },
          subjects: [who, ...(more ? ['mallory'] : [])].map((each) => ({
            apiGroup: rbac,
            kind: 'User',
            name: each,
          })),
        }
      : {
          spec: {
            rules: [{ when: [{ key: 'request.headers[kubeflow-userid]', values: [who] }] }],
            ...(more && { action: 'ALLOW' }),
          },
        }),
  }));

/** The uid of what is there, another one, or none. */
const precondition = fc.constantFrom('its', 'another', undefined);
async function uidOf(
  client: KubernetesClient,
  of: ResourceType,
  address: { namespace: string; name: string },
  which: string | undefined,
) {
  if (which !== 'its') return which && '00000000-0000-4000-8000-000000000000';
  return (await client.get(of, address))?.metadata?.uid;
}

const change = fc.oneof(
  fc.record({ metadata: fc.record({ labels: fc.dictionary(label, fc.option(user), { maxKeys: 2 }) }) }),
  fc.record({
    metadata: fc.record({
      annotations: fc.dictionary(fc.constantFrom('user', 'seen'), fc.option(user), { maxKeys: 2 }),
    }),
  }),
  fc.constant({ subjects: [{ apiGroup: rbac, kind: 'User', name: 'mallory' }] }),
  fc.constant({ roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'kubeflow-admin' } }),
);
const selector = fc.constantFrom(
  undefined,
  'kubeflow-eks/user',
  'kubeflow-eks/user=alice',
  'app.kubernetes.io/managed-by=alice,!kubeflow-eks/user',
);

const operations: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(content, place).map(([make, at]): Operation => (client, namespaces) => {
      const object = make(namespaces[at] ?? '');
      return client.create(typeOf(object), object);
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(content, place, precondition)
      .map(([make, at, which]): Operation => async (client, namespaces) => {
        const object = make(namespaces[at] ?? '');
        const address = { namespace: namespaces[at] ?? '', name: object.metadata?.name ?? '' };
        const uid = await uidOf(client, typeOf(object), address, which);
        return client.apply(
          typeOf(object),
          { ...object, metadata: { ...object.metadata, ...(uid !== undefined && { uid }) } },
          { force: true },
        );
      }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(change, name, place, precondition)
      .map(([patch, called, at, which]): Operation => async (client, namespaces) => {
        const address = { namespace: namespaces[at] ?? '', name: called };
        const uid = await uidOf(client, resources.roleBindings, address, which);
        const metadata = { ...('metadata' in patch && patch.metadata), ...(uid !== undefined && { uid }) };
        return client.merge(resources.roleBindings, address, { ...patch, metadata });
      }),
  },
  fc
    .tuple(type, name, place, precondition)
    .map(([of, called, at, which]): Operation => async (client, namespaces) => {
      const address = { namespace: namespaces[at] ?? '', name: called };
      return client.delete(of, address, { uid: await uidOf(client, of, address, which) });
    }),
  fc.tuple(type, name, place).map(
    ([of, called, at]): Operation =>
      (client, namespaces) =>
        client.get(of, { namespace: namespaces[at] ?? '', name: called }),
  ),
  fc.tuple(type, place, selector, fc.constantFrom(undefined, 1, 2)).map(
    ([of, at, labelSelector, pageSize]): Operation =>
      (client, namespaces) =>
        client.list(of, { namespace: namespaces[at], labelSelector, pageSize }),
  ),
  fc.constant<Operation>((client) =>
    client.create(resources.roleBindings, { metadata: { name: 'one', namespace: 'nowhere' } } as never),
  ),
);

function typeOf(object: AnyObject): ResourceType {
  return object.kind === 'RoleBinding' ? resources.roleBindings : resources.authorizationPolicies;
}

const ownToAServer = ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation'];

/** What is left of labels when the last one goes: the real API server leaves it out. */
function isEmptyMap(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}

/** The answer without what no two servers have in common, and without the words of a refusal. */
async function outcome(attempt: Promise<unknown>, namespaces: readonly string[]): Promise<unknown> {
  try {
    const text = JSON.stringify((await attempt) ?? null);
    const named = namespaces.reduce((all, one, index) => all.replaceAll(one, `namespace-${index}`), text);
    return JSON.parse(named, (key, value: unknown) =>
      ownToAServer.includes(key) || isEmptyMap(value) ? undefined : value,
    ) as unknown;
  } catch (error) {
    if (isApiError(error))
      return { status: error.status, reason: error.reason, causes: error.status === 422 ? [] : error.causes };
    throw error;
  }
}

test('whatever isolation asks of the API, the one in memory answers as the real one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operations, { minLength: 5, maxLength: 40 }), async (story) => {
      const { client } = inMemory();
      const namespaces = [`compared-${++number}-a`, `compared-${number}-b`];
      for (const [index, one] of namespaces.entries()) {
        const object = {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: one, labels: { index: index.toString() } },
        };
        for (const side of [client, real]) await side.create(resources.namespaces, object);
      }
      for (const operation of story) {
        // What is asked for is told with the answers, so that a failure shows it.
        const asked: unknown[] = [];
        const answered = await outcome(operation(telling(client, asked), namespaces), namespaces);
        expect({ asked, answered }).toEqual({
          asked,
          answered: await outcome(operation(real, namespaces), namespaces),
        });
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
}, 300_000);

test('a watch tells what is there and what comes, and ends with its time', async () => {
  const told = async (client: KubernetesClient, since: string | undefined): Promise<string[]> => {
    const names = [0, 1, 2].map((index) => `watched-${++number}-${index}`);
    const make = (name = '') =>
      client.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await make(names[0]);
    const { resourceVersion } = await client.list(resources.namespaces);
    const seen: string[] = [];
    const watching = client.watch(
      resources.namespaces,
      { metadataOnly: true, resourceVersion: since ?? resourceVersion, timeoutMs: 5_000 },
      ({ type, object }) => {
        const index = names.indexOf(object.metadata?.name ?? '');
        // The real controllers of a cluster change what was made.
        if (index >= 0 && type === 'ADDED') seen.push(`${type} ${index}`);
        return seen.length === (since === undefined ? 2 : 3);
      },
    );
    await make(names[1]);
    await make(names[2]);
    await watching;
    await expect(
      client.watch(resources.namespaces, { resourceVersion: '0', timeoutMs: 200 }, () => false),
    ).rejects.toMatchObject({ name: 'ClusterUnreachable' });
    return seen;
  };
  for (const since of [undefined, '0'])
    expect(await told(inMemory().client, since)).toEqual(await told(real, since));
});

test('nothing is made in a namespace that is going away, and what was there is changed still', async () => {
  const going = async (client: KubernetesClient, held: boolean): Promise<unknown[]> => {
    const namespace = `going-${++number}`;
    const object = (name: string, finalizers: string[] = []): AnyObject => ({
      apiVersion: resources.roleBindings.apiVersion,
      kind: resources.roleBindings.kind,
      metadata: { name, namespace, ...(finalizers.length > 0 && { finalizers }) },
      ...{ roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' }, subjects: [] },
    });
    const type: ResourceType = resources.roleBindings;
    await client.create(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    // What keeps the real one from going at once.
    await client.create(type, object('held', held ? ['kubeflow-eks.test/held'] : []));
    await client.delete(resources.namespaces, { name: namespace });
    const found = [
      await outcome(client.create(type, object('new')), [namespace]),
      await outcome(client.apply(type, object('new'), { force: true }), [namespace]),
      (await client.get(resources.namespaces, { name: namespace }))?.metadata?.deletionTimestamp !==
        undefined,
      await outcome(
        client.merge(type, { namespace, name: 'held' }, { metadata: { labels: { a: 'b' } } }).then(() => 1),
        [],
      ),
    ];
    if (held) await client.merge(type, { namespace, name: 'held' }, { metadata: { finalizers: null } });
    return found;
  };
  expect(await going(inMemory().client, false)).toEqual(await going(real, true));
});
