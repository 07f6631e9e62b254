import type { WayIn } from '../../support/way-in';
import { accessManagement, eventually } from '../../isolation/support';
import { expectStatus, notebook } from './ask';

const fay = { account: 'ACME\\fay', email: 'fay@acme.example', groups: [] };
const namespace = 'team-a';
const role = 'edit';

/** What the dashboard's access management makes of "add a contributor" (KFAM of kubeflow/dashboard, `bindings.go`). */
const name = 'user-fay-acme-example-clusterrole-edit';
const metadata = { namespace, name, annotations: { user: fay.email, role } };
const objects = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `kubeflow-${role}` },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: fay.email }],
  },
  {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'AuthorizationPolicy',
    metadata,
    spec: {
      rules: [
        {
          from: [
            {
              source: {
                principals: [
                  'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account',
                  'cluster.local/ns/kubeflow/sa/ml-pipeline-ui',
                ],
              },
            },
          ],
          when: [{ key: 'request.headers[kubeflow-userid]', values: [fay.email] }],
        },
      ],
    },
  },
];

/** Somebody whom a tenant's administrator has let in by the dashboard, and the directory has not. */
export function contributorsOfTheDashboard(wayIn: () => WayIn): void {
  test('a contributor made by the dashboard gets in where it was said, and the login takes none of it', async () => {
    const { cluster, mesh, logIn } = wayIn();
    await wayIn().put(fay);
    await wayIn().logIn('ACME\\alice');
    await mesh.notebook('team-a');
    await mesh.notebook('team-b');
    const review = (): Promise<boolean> =>
      cluster.client.allowed({
        user: fay.email,
        namespace,
        verb: 'create',
        resource: 'notebooks',
        apiGroup: 'kubeflow.org',
      });
    const { visitor: before } = await logIn(fay.account);
    await expectStatus(wayIn(), before, notebook('team-a'), 403);
    expect(await review()).toBe(false);

    for (const object of objects) {
      const { status } = await cluster.client.raw({
        path: (await cluster.client.pathOf(object)).replace(/\/[^/]*$/, ''),
        method: 'POST',
        body: object,
        as: accessManagement,
      });
      expect(status).toBe(201);
    }
    // At once for a session that is open, and after the next login, which has nothing to say of them.
    await expectStatus(wayIn(), before, notebook('team-a'), 200);
    const { visitor: again } = await logIn(fay.account);
    await expectStatus(wayIn(), again, notebook('team-a'), 200);
    await expectStatus(wayIn(), again, notebook('team-b'), 403);
    await eventually(async () => {
      expect(await review()).toBe(true);
    });

    for (const object of objects) await cluster.client.remove(await cluster.client.pathOf(object));
    await expectStatus(wayIn(), again, notebook('team-a'), 403);
    await eventually(async () => {
      expect(await review()).toBe(false);
    });
  });
}
