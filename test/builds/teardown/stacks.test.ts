import { removeStacks } from '../../../builds/teardown/stacks';
import { ownerTag } from '../../../core/naming';

/** CloudFormation with stacks of these names and owners; each takes one look to go. */
function stacksOf(owners: Map<string, string>) {
  const removed: string[] = [];
  return {
    removed,
    stacks: {
      list: async (prefix: string) =>
        Promise.resolve([...owners.keys()].filter((name) => name.startsWith(prefix))),
      find: async (name: string) => {
        const owner = owners.get(name);
        if (owner === undefined) return Promise.resolve(undefined);
        const status = removed.includes(name) ? 'DELETE_IN_PROGRESS' : 'CREATE_COMPLETE';
        if (removed.includes(name)) owners.delete(name);
        return Promise.resolve({ name, status, tags: { [ownerTag]: owner } });
      },
      failures: async () => Promise.resolve([]),
      remove: async (name: string) => {
        removed.push(name);
        return Promise.resolve();
      },
    },
  };
}

test('the stacks of a cluster go, its own last, and those of a cluster whose name begins alike stay', async () => {
  const owners = new Map([
    ['eksctl-acme-cluster', 'acme'],
    ['eksctl-acme-nodegroup-workers', 'acme'],
    ['eksctl-acme-two-cluster', 'acme-two'],
    ['eksctl-acme-podidentityrole-kube-system-controller', 'acme'],
  ]);
  const { removed, stacks } = stacksOf(owners);
  await removeStacks({ stacks, say: () => undefined, pollMs: 1 }, 'acme');
  expect(removed).toEqual([
    'eksctl-acme-nodegroup-workers',
    'eksctl-acme-podidentityrole-kube-system-controller',
    'eksctl-acme-cluster',
  ]);
  expect([...owners.keys()]).toEqual(['eksctl-acme-two-cluster']);
});
