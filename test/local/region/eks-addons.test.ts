import { clusterParts } from '../../../local/region/overlays/eks-addons';

const handler = clusterParts('111122223333');

async function ask(method: string, url: string, body: object = {}): Promise<[number | undefined, unknown]> {
  const answered = await handler({ service: 'eks', operation: '', region: 'eu-central-1' } as never, {
    method,
    url,
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  });
  return [answered?.status, answered && JSON.parse(String(answered.body))];
}

test('an update of an add-on is known by its id, for that add-on of that cluster alone', async () => {
  await ask('POST', '/clusters/acme/addons', { addonName: 'coredns' });
  const [, begun] = await ask('POST', '/clusters/acme/addons/coredns/update', { addonVersion: 'v2' });
  const { id } = (begun as { update: { id: string } }).update;

  const [status, found] = await ask('GET', `/clusters/acme/updates/${id}?addonName=coredns`);
  expect([status, found]).toEqual([
    200,
    { update: expect.objectContaining({ id, status: 'Successful' }) as object },
  ]);
  for (const other of [
    '/clusters/acme/updates/11111111-2222-3333-4444-555555555555?addonName=coredns',
    `/clusters/acme/updates/${id}?addonName=kube-proxy`,
    `/clusters/other/updates/${id}?addonName=coredns`,
  ])
    expect((await ask('GET', other))[0]).toBe(404);
});
