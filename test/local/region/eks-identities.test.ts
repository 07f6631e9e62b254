import { accessEntries } from '../../../local/region/overlays/eks-access-entries';
import type { Clusters } from '../../../local/region/services/clusters';
import { ClusterIdentities } from '../../../local/region/services/eks-identities';

const principalArn = 'arn:aws:iam::111122223333:role/kubeflow-eks-profile-manager-eu-central-1';

test('an access entry lets nobody in whose role was re-created since, until it is re-created itself', async () => {
  const written: string[][] = [];
  const clusters = {
    all: () => [{ clusterName: 'acme' }],
    setAccessEntries: (_name: string, entries: readonly { principalArn: string }[]) => {
      written.push(entries.map((entry) => entry.principalArn));
      return Promise.resolve();
    },
  } as unknown as Clusters;
  let madeAt = new Date(Date.now() - 60_000);
  const identities = new ClusterIdentities(clusters, accessEntries('111122223333'), [], () =>
    Promise.resolve(madeAt),
  );
  const ask = (method: string, url: string, body: object = {}) =>
    identities.handler({ service: 'eks', operation: method, region: 'eu-central-1' } as never, {
      method,
      url,
      headers: {},
      body: Buffer.from(JSON.stringify(body)),
    });
  const entry = `/clusters/acme/access-entries/${encodeURIComponent(principalArn)}`;

  await ask('POST', '/clusters/acme/access-entries', { principalArn });
  expect(written.at(-1)).toEqual([principalArn]);

  madeAt = new Date(Date.now() + 60_000);
  await identities.refreshAll();
  expect(written.at(-1)).toEqual([]);

  madeAt = new Date(Date.now() - 1_000);
  await ask('DELETE', entry);
  await ask('POST', '/clusters/acme/access-entries', { principalArn });
  expect(written.at(-1)).toEqual([principalArn]);
});

test('an access entry that is made again is refused, but for the repetition of the call that made it', async () => {
  const { handler } = accessEntries('111122223333');
  const create = async (clientRequestToken?: string) =>
    (
      await handler({ service: 'eks', operation: 'POST', region: 'eu-central-1' } as never, {
        method: 'POST',
        url: '/clusters/acme/access-entries',
        headers: {},
        body: Buffer.from(JSON.stringify({ principalArn, clientRequestToken })),
      })
    )?.status;
  expect(await create('one')).toBe(200);
  expect(await create('one')).toBe(200);
  expect([await create('another'), await create()]).toEqual([409, 409]);
});
