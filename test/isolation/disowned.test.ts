import { createKubernetesClient } from '../../adapters/kubernetes/client';
import { resources } from '../../adapters/kubernetes/resources';
import type { TransportRequest, TransportResponse } from '../../adapters/kubernetes/transport';
import { userLabel } from '../../isolation/contributor';
import { reconcileAll } from '../../isolation/reconcile-all';
import { accessCluster } from '../../isolation/reconcile-user';
import { KubernetesInMemory } from '../workflows/schedules/kubernetes-in-memory';
import { pagesOf, rulesWith } from './support';

/** An e-mail whose objects have but one name. */
const email = 'b.o-b@example.org';
const user = { userName: 'bob', email, enabled: true, groupsAttribute: 'team-a', changedAt: new Date() };
const directory = { pages: () => pagesOf([user]), find: () => Promise.resolve(user) };
const rules = rulesWith({ create_profiles: false });

/** A cluster with one tenant, whose API server takes its time for deletions. */
function slowlyDeleting() {
  const api = new KubernetesInMemory();
  const request = async (sent: TransportRequest): Promise<TransportResponse> => {
    if (sent.method === 'DELETE') await new Promise((resolve) => setTimeout(resolve, 50));
    return api.serve(sent);
  };
  const client = createKubernetesClient({
    endpoint: 'https://memory',
    caPem: '',
    transport: { request, close: () => undefined },
  });
  const namespace = {
    name: 'team-a',
    labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' },
    annotations: { owner: rules.profile_owner },
  };
  return client
    .create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: namespace })
    .then(() => client);
}

test('what has lost the label of its user is made again in the same pass, however long its removal takes', async () => {
  const client = await slowlyDeleting();
  const bindings = async () =>
    (await client.list(resources.roleBindings, { labelSelector: userLabel })).items;
  await reconcileAll(accessCluster(client), directory, rules);
  const [before] = await bindings();
  const { namespace, name = '' } = before?.metadata ?? {};
  await client.merge(
    resources.roleBindings,
    { namespace, name },
    { metadata: { labels: { [userLabel]: null } } },
  );
  expect(await bindings()).toEqual([]);

  expect(await reconcileAll(accessCluster(client), directory, rules)).toMatchObject({
    ...{ removed: 1, created: 1, refusals: {}, failures: {} },
  });
  expect(await bindings()).toMatchObject([{ metadata: { name }, subjects: [{ name: email }] }]);
});
