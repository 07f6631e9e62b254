import type { KubernetesClient } from '../../adapters/kubernetes/client';
import { accessCluster, reconcileUser } from '../../isolation/reconcile-user';
import { grantsFor } from '../../core/access/grants';
import { useControlPlane } from '../support/control-plane';
import { identity, makeTenant, prepareCluster, profileManagerClient, rulesWith } from './support';

const rules = rulesWith();

describe('with the Istio of Kubeflow 1.2', () => {
  const kubernetes = useControlPlane();
  let client: KubernetesClient;
  beforeAll(async () => {
    await prepareCluster(kubernetes(), { istio: 'v1alpha1' });
    client = profileManagerClient(kubernetes());
    await makeTenant(kubernetes().client, 'team-a');
  });
  afterAll(() => {
    client.close();
  });

  test('the policy is a ServiceRoleBinding, found out once', async () => {
    const cluster = accessCluster(client);
    const login = async (groups: string[]) => {
      const scoped = client.scope();
      const alice = identity('alice@example.com');
      const report = await reconcileUser(
        { ...cluster, client: scoped },
        alice,
        grantsFor(groups, rules),
        rules,
      );
      expect(report.failures).toEqual([]);
      return scoped.requests;
    };
    await login(['team-a']);
    const path = '/apis/rbac.istio.io/v1alpha1/namespaces/team-a/servicerolebindings';
    expect(await kubernetes().client.list(path)).toMatchObject([
      {
        metadata: {
          name: 'user-alice-example-com-clusterrole-edit',
          annotations: { user: 'alice@example.com', role: 'edit' },
        },
        spec: {
          roleRef: { kind: 'ServiceRole', name: 'ns-access-istio' },
          subjects: [{ properties: { 'request.headers[kubeflow-userid]': 'alice@example.com' } }],
        },
      },
    ]);
    expect(await login(['team-a'])).toEqual({ read: 2, write: 0 });
    expect(await login([])).toEqual({ read: 2, write: 2 });
    expect(await kubernetes().client.list(path)).toEqual([]);
  });
});

describe('without Istio', () => {
  const kubernetes = useControlPlane();

  test('that is reported, and nothing is half done', async () => {
    await prepareCluster(kubernetes(), { istio: 'none' });
    await makeTenant(kubernetes().client, 'team-a');
    const client = profileManagerClient(kubernetes());
    const desired = grantsFor(['team-a'], rules);
    const attempt = reconcileUser(accessCluster(client), identity('bob@example.com'), desired, rules);
    await expect(attempt).rejects.toThrow(/none of Istio's access kinds/);
    const question = { user: 'bob@example.com', namespace: 'team-a', verb: 'create', resource: 'pods' };
    expect(await kubernetes().client.allowed(question)).toBe(false);
    client.close();
  });
});
