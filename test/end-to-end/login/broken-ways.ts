import type { WayIn } from '../../support/way-in';
import { waitFor } from '../../../local/processes/wait-for';
import { arrivalOf, ask, expectStatus, notebook } from './ask';

/** Parts of the way that are away, or doubled: closed, never open. */
export function closedNeverOpen(wayIn: () => WayIn): void {
  test('a second gateway lets in whom the first one has let in, and refuses as the first one does', async () => {
    const { mesh, logIn, visitor } = wayIn();
    await mesh.notebook('team-a');
    const { visitor: alice } = await logIn('ACME\\alice');
    const { visitor: bob } = await logIn('ACME\\bob');
    const second = await mesh.addGateway();
    try {
      const hosts = mesh.targets.map(({ host }) => host);
      expect(new Set(hosts).size).toBe(2);
      // The load balancer lets them take turns.
      for (let turn = 0; turn < 4; turn += 1) {
        expect((await ask(wayIn(), alice, notebook('team-a'))).status).toBe(200);
        expect((await ask(wayIn(), bob, notebook('team-a'))).status).toBe(403);
        expect((await ask(wayIn(), visitor(), '/')).status).toBe(302);
        const forged = await ask(wayIn(), alice, '/', { 'kubeflow-userid': 'bob@acme.example' });
        expect(arrivalOf(forged).headers['kubeflow-userid']).toEqual(['alice@acme.example']);
      }
    } finally {
      await second.stop();
    }
    // One that has died is left out.
    for (let turn = 0; turn < 4; turn += 1)
      expect((await ask(wayIn(), alice, notebook('team-a'))).status).toBe(200);
  });

  test('while istiod is away the rules that were in force go on, and a change waits for it', async () => {
    const { cluster, mesh, logIn, visitor } = wayIn();
    await mesh.notebook('team-a');
    const { visitor: alice } = await logIn('ACME\\alice');
    const { visitor: bob } = await logIn('ACME\\bob');
    await expectStatus(wayIn(), alice, notebook('team-a'), 200);
    await mesh.istiod.stop();
    const closed = {
      apiVersion: 'security.istio.io/v1beta1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'closed-for-a-while', namespace: 'team-a' },
      spec: { action: 'DENY', rules: [{}] },
    };
    try {
      expect((await ask(wayIn(), alice, notebook('team-a'))).status).toBe(200);
      expect((await ask(wayIn(), bob, notebook('team-a'))).status).toBe(403);
      expect((await ask(wayIn(), visitor(), '/')).status).toBe(302);
      const forged = { 'kubeflow-userid': 'alice@acme.example' };
      expect((await ask(wayIn(), bob, notebook('team-a'), forged)).status).toBe(403);
      await cluster.client.apply(closed);
    } finally {
      await mesh.restartIstiod();
    }
    await expectStatus(wayIn(), alice, notebook('team-a'), 403);
    await cluster.client.remove(await cluster.client.pathOf(closed));
    await expectStatus(wayIn(), alice, notebook('team-a'), 200);
  });

  test("while the pool's keys cannot be read, an istiod that does not know them lets nobody in", async () => {
    const { mesh, region, logIn } = wayIn();
    const { visitor: alice } = await logIn('ACME\\alice');
    expect((await ask(wayIn(), alice, '/')).status).toBe(200);
    region.faults.host = (host) => (host.startsWith('cognito-idp.') ? 'the key set is away' : undefined);
    try {
      await mesh.restartIstiod();
      await waitFor(async () => [401, 403].includes((await ask(wayIn(), alice, '/')).status), {
        what: 'the gateway to have no keys',
        timeoutMs: 60_000,
      });
      const arrived = mesh.dashboard.arrivals.length;
      for (const path of ['/', notebook('team-a'), '/pipeline/'])
        expect([401, 403]).toContain((await ask(wayIn(), alice, path)).status);
      expect(mesh.dashboard.arrivals).toHaveLength(arrived);
    } finally {
      delete region.faults.host;
      await mesh.restartIstiod();
    }
    await expectStatus(wayIn(), alice, '/', 200);
  });

  test('while the authorizer is away nobody gets in, with a session or without', async () => {
    const { mesh, logIn, visitor } = wayIn();
    const { visitor: known } = await logIn('ACME\\alice');
    await mesh.authorizer.stop();
    try {
      const before = mesh.dashboard.arrivals.length;
      expect([403, 503]).toContain((await ask(wayIn(), known, '/')).status);
      expect([403, 503]).toContain((await ask(wayIn(), visitor(), '/')).status);
      expect(mesh.dashboard.arrivals).toHaveLength(before);
    } finally {
      await mesh.restartAuthorizer();
    }
    await expectStatus(wayIn(), known, '/', 200);
  });
}
