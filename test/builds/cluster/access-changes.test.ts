import { accessChanges, podIdentityChanges } from '../../../builds/cluster/access-changes';
import { renderCluster } from '../../../builds/cluster/cluster-config';
import { describeChange, type ObservedCluster } from '../../../builds/cluster/cluster-change';
import { configurationWith, found } from '../support';
import { entriesOf, podIdentitiesOf } from './observed';

const admin = 'arn:aws:iam::111122223333:role/platform';
const clusterAdmin = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const viewer = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
const desired = (admins: string[]) => renderCluster(configurationWith({ admin_role_arns: admins }), found);
type Entry = ObservedCluster['accessEntries'][number];

/** What is planned for these administrators where the cluster was made for the platform team's role. */
function planned(admins: string[], change: (entries: Entry[]) => Entry[] = (entries) => entries) {
  const observed = { accessEntries: change([...entriesOf(desired([admin]))]), hasOidcProvider: true };
  return accessChanges(desired(admins), observed as unknown as ObservedCluster);
}

const entry = (principalArn: string, more: Partial<Entry> = {}): Entry => ({
  principalArn,
  type: 'STANDARD',
  username: '',
  kubernetesGroups: [],
  owner: 'acme',
  policies: [{ policyArn: clusterAdmin, scope: 'cluster' }],
  ...more,
});
const adminWith = (more: Partial<Entry>) => (entries: Entry[]) =>
  entries.map((it) => (it.principalArn === admin ? { ...it, ...more } : it));

test('who is configured and has an entry of ours is left alone', () => {
  expect(planned([admin])).toEqual([]);
});

test('an entry whose role was re-created since is re-created', () => {
  const changes = planned([admin], adminWith({ isDead: true }));
  expect(changes.map(({ kind }) => kind)).toEqual(['remove access entry', 'create access entries']);
  expect(JSON.stringify(changes[1])).toContain(admin);
  // One that is no longer configured goes, dead or not.
  expect(planned([], adminWith({ isDead: true }))).toEqual([
    { kind: 'remove access entry', principalArn: admin },
  ]);
});

test('an administrator who is taken out of the configuration loses the entry', () => {
  expect(planned([])).toEqual([{ kind: 'remove access entry', principalArn: admin }]);
});

test.each([
  ['of a function, which the workflow makes', { kubernetesGroups: ['kubeflow-eks:observer'], policies: [] }],
  ['of somebody else, without our tag', { owner: undefined }],
  ['of another deployment', { owner: 'other' }],
  ['of nodes', { type: 'EC2_LINUX' }],
])('an entry %s stays, though nobody configures it', (_, more) => {
  const other = entry('arn:aws:iam::111122223333:role/other', more);
  expect(planned([admin], (entries) => [...entries, other])).toEqual([]);
});

test.each([
  ['without its policy', { policies: [] }, { associate: [clusterAdmin], disassociate: [] }],
  [
    'with its policy in some namespaces only',
    { policies: [{ policyArn: clusterAdmin, scope: 'namespace' }] },
    { associate: [clusterAdmin], disassociate: [] },
  ],
  [
    'with another policy besides',
    { policies: [viewer, clusterAdmin].map((policyArn) => ({ policyArn, scope: 'cluster' })) },
    { associate: [], disassociate: [viewer] },
  ],
  [
    'with a group that nobody configured',
    { kubernetesGroups: ['masters'] },
    { kubernetesGroups: [], associate: [], disassociate: [] },
  ],
])('an entry of ours %s is corrected', (_, more, correction) => {
  expect(planned([admin], adminWith(more))).toEqual([
    { kind: 'correct access entry', correction: { principalArn: admin, ...correction } },
  ]);
});

test("somebody else's entry that gives what is needed, and more, is left alone", () => {
  const policies = [viewer, clusterAdmin].map((policyArn) => ({ policyArn, scope: 'cluster' }));
  expect(planned([admin], adminWith({ owner: undefined, policies }))).toEqual([]);
});

test("somebody else's entry that gives less is a conflict that says what it lacks", () => {
  expect(() => planned([admin], adminWith({ owner: undefined, policies: [] }))).toThrow(
    expect.objectContaining({
      name: 'ResourceConflict',
      message: expect.stringMatching(/role\/platform.*AmazonEKSClusterAdminPolicy/) as string,
    }) as Error,
  );
});

describe('the identity of the load balancer controller', () => {
  const observed = (more: Partial<ObservedCluster['podIdentities'][number]>) =>
    ({
      podIdentities: podIdentitiesOf(desired([])).map((it) => ({ ...it, ...more })),
    }) as unknown as ObservedCluster;
  const otherRole = { roleArn: 'arn:aws:iam::111122223333:role/other_prefix_kubeflow_LoadBalancer_acme' };

  test('stays as it is where it has its role', () => {
    expect(podIdentityChanges(desired([]), observed({}))).toEqual([]);
  });

  test('is re-created where ours has the role of another prefix', () => {
    const changes = podIdentityChanges(desired([]), observed(otherRole));
    expect(changes.map(({ kind }) => kind)).toEqual(['remove pod identity', 'create pod identities']);
    expect(changes.map(describeChange)).toEqual([
      expect.objectContaining({ action: 'remove' }),
      { action: 'create', what: 'roles of kube-system/aws-load-balancer-controller' },
    ]);
  });

  test("is a conflict where somebody else's association has another role", () => {
    expect(() => podIdentityChanges(desired([]), observed({ ...otherRole, owner: undefined }))).toThrow(
      expect.objectContaining({ name: 'ResourceConflict' }) as Error,
    );
  });
});
