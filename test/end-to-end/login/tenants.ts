import { request as httpRequest } from 'node:http';
import { reviewAccess } from '../../../local/rehearsal/review-access';
import { people, type WayIn } from '../../support/way-in';
import { ask, expectStatus, json, notebook } from './ask';

/** What the directory grants, enforced by the sidecars. */
export function tenantsAreKeptApart(wayIn: () => WayIn): void {
  test("a tenant's notebook is reached by whom the directory grants it, and by nobody else", async () => {
    const { cluster, mesh, logIn } = wayIn();
    for (const { account } of people) await logIn(account);
    const profiles = await cluster.client.list('/apis/kubeflow.org/v1/profiles');
    const namespaces = profiles.map(({ metadata }) => metadata.name).sort();
    expect(namespaces).toEqual(['team-a', 'team-b']);
    for (const namespace of namespaces) await mesh.notebook(namespace);
    const rows = await reviewAccess(
      cluster,
      people.map(({ email, groups }) => ({ userName: email, email, groups: [...groups] })),
    );
    // Side by side: who may look at a namespace by the API server's review is whom Envoy lets in, and nobody else.
    const reviews: string[] = [];
    const answers: string[] = [];
    for (const { account, email } of people) {
      const { visitor } = await logIn(account);
      for (const namespace of namespaces) {
        const row = rows.find(
          ({ user, namespace: place, verb, resource }) =>
            user === email && place === namespace && verb === 'get' && resource === 'pods',
        );
        const reviewed = row?.allowed === true ? 200 : 403;
        reviews.push(`${email} in ${namespace}: ${reviewed}`);
        await expectStatus(wayIn(), visitor, notebook(namespace), reviewed);
        answers.push(
          `${email} in ${namespace}: ${(await ask(wayIn(), visitor, notebook(namespace))).status}`,
        );
      }
    }
    expect(answers).toEqual(reviews);
    expect(new Set(reviews.map((review) => review.slice(-3)))).toEqual(new Set(['200', '403']));
    // No system namespace is anybody's.
    const system = rows.filter(({ namespace }) => !namespaces.includes(namespace));
    expect(system.length).toBeGreaterThan(0);
    expect(system.filter(({ allowed }) => allowed)).toEqual([]);
    expect((await ask(wayIn(), wayIn().visitor(), notebook('team-a'))).status).not.toBe(200);
  });

  test('past the gateway a notebook lets nobody in, from outside or from another tenant', async () => {
    const { mesh } = wayIn();
    const [a, b] = await Promise.all([mesh.notebook('team-a'), mesh.notebook('team-b')]);
    const forged = { 'kubeflow-userid': 'alice@acme.example', ...json };
    const before = a.program.arrivals.length;
    const direct = await fetch(`http://${a.proxy.address}:8888${notebook('team-a')}`, { headers: forged });
    expect(direct.status).toBe(403);
    // Out of another tenant's sidecar, with that one's own certificate.
    const answer = await new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(b.outgoing);
      httpRequest(
        {
          hostname,
          port,
          path: notebook('team-a'),
          headers: { host: 'workspace.team-a.svc.cluster.local', ...forged },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(answer).toBe(403);
    expect(a.program.arrivals).toHaveLength(before);
  });

  test('whoever leaves a group is refused from the next login on', async () => {
    const { logIn, mesh } = wayIn();
    await mesh.notebook('team-a');
    const first = await logIn('ACME\\alice', notebook('team-a'));
    expect(first.page.status).toBe(200);
    const [alice] = people;
    await wayIn().put({ ...alice, groups: ['AWS-team-b-viewers'] });
    const later = await logIn('ACME\\alice');
    // The grant is the cluster's: an older session has lost it, too, as soon as Envoy has heard.
    for (const visitor of [later.visitor, first.visitor])
      await expectStatus(wayIn(), visitor, notebook('team-a'), 403);
    await wayIn().put(alice);
    const again = await logIn('ACME\\alice');
    await expectStatus(wayIn(), again.visitor, notebook('team-a'), 200);
  });
}
