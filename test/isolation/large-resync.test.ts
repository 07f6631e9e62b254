import { createKubernetesClient } from '../../adapters/kubernetes/client';
import { accessRulesSchema } from '../../core/access/rules';
import type { DirectoryUser } from '../../core/access/directory';
import { reconcileAll } from '../../isolation/reconcile-all';
import { accessCluster } from '../../isolation/reconcile-user';
import { GeneratedCluster } from '../../tools/bench/resync/generated-cluster';
import { benchUser } from '../../tools/bench/resync/population';

const namespaces = 50;
const rules = accessRulesSchema.parse({});

async function* pages(users: number): AsyncGenerator<DirectoryUser[]> {
  for (let index = 0; index < users; index += 1) yield await Promise.resolve([benchUser(index, namespaces)]);
}

test('a pass that finds all in order reads pages and a constant, and asks for nobody alone', async () => {
  const reads: number[] = [];
  for (const users of [500, 3_000]) {
    const transport = new GeneratedCluster({ users, namespaces });
    const client = createKubernetesClient({ endpoint: 'https://generated', caPem: '', transport });
    const asked: string[] = [];
    const find = (userName: string) => {
      asked.push(userName);
      return Promise.resolve(undefined);
    };
    const directory = { pages: () => pages(users), find };
    const summary = await reconcileAll(accessCluster(client), directory, rules);
    expect(summary).toMatchObject({ kept: users * 2, created: 0, removed: 0, requests: { write: 0 } });
    expect(asked).toEqual([]);
    reads.push(summary.requests.read);
  }
  // 1,000 and 6,000 objects of each of two kinds, in pages of 2,000.
  expect(reads).toEqual([8, 12]);
});
