import { createKubernetesClient } from '../../../adapters/kubernetes/client';
import { seedLogin } from '../../../tools/bench/login/seed-algorithm';
import { installKubeflowApi } from '../../../local/kubernetes/kubeflow-api';
import { startProfileController } from '../../../local/kubernetes/stand-ins/profile-controller';
import { eventually, makeTenant } from '../../isolation/support';
import { useControlPlane } from '../../support/control-plane';

const kubernetes = useControlPlane();

test('the algorithm that the bench compares with is the seed’s, with its cost and its defects', async () => {
  const { client: admin, endpoint, caPem, adminToken } = kubernetes();
  await installKubeflowApi(admin, { istio: 'current' });
  await installKubeflowApi(admin, { istio: 'v1alpha1' });
  const controller = startProfileController({ client: admin });
  await controller.ready;
  await makeTenant(admin, 'team-a');
  const client = createKubernetesClient({ endpoint, caPem, token: () => Promise.resolve(adminToken) });
  const login = async (userName: string, email: string, groups: string) => {
    const scope = client.scope();
    await seedLogin(scope, { userName, email, groups });
    return { ...scope.requests };
  };
  const canEdit = (user: string, namespace: string) =>
    admin.allowed({ user, namespace, verb: 'create', resource: 'pods' });
  try {
    await login('D1\\alice', 'alice@d1.org', '[team-a, kube-system]');
    await eventually(async () => {
      expect(await canEdit('alice@d1.org', 'team-a')).toBe(true);
    });
    // Defect 1: any namespace that a group is named like.
    await eventually(async () => {
      expect(await canEdit('alice@d1.org', 'kube-system')).toBe(true);
    });
    const namespaces = (await admin.list('/api/v1/namespaces')).length;
    const unchanged = await login('D1\\alice', 'alice@d1.org', '[team-a, kube-system]');
    expect(unchanged).toEqual({ read: 2 * namespaces + 3, write: 0 });
    // (Without a profile of their own the other domain's alice would wait for one for ever: profile-alice is taken.)
    await admin.apply({
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name: 'own-profile' },
      spec: { owner: { kind: 'User', name: 'alice@d2.org' } },
    });
    // Defect 2: the other domain's alice shares the binding, and takes it away.
    await login('D2\\alice', 'alice@d2.org', '[team-a, kube-system]');
    expect(await canEdit('alice@d2.org', 'team-a')).toBe(false);
    await login('D2\\alice', 'alice@d2.org', '[]');
    await eventually(async () => {
      expect(await canEdit('alice@d1.org', 'team-a')).toBe(false);
    });
  } finally {
    client.close();
    await controller.stop();
  }
});
