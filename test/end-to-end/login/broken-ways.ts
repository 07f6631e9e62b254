import type { WayIn } from '../../support/way-in';
import { waitFor } from '../../../local/processes/wait-for';
import { ask, expectStatus, notebook } from './ask';

/** Parts of the way that are away, or doubled: closed, never open. */
export function closedNeverOpen(wayIn: () => WayIn): void {
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
