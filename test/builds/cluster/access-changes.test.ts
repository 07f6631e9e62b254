import { accessChanges, podIdentityChanges } from '../../../builds/cluster/access-changes';
import { renderCluster, type ClusterConfig } from '../../../builds/cluster/cluster-config';
import { describeChange, type ObservedCluster } from '../../../builds/cluster/cluster-change';
import { diesWithItsRole } from '../../../builds/cluster/observe';
import { stacksOf } from '../../../builds/cluster/stacks';
import { buildPart } from '../../../core/configuration';
import { ownerTag } from '../../../core/naming';
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

test.each([
  ['an administrator', entry(admin), true],
  ['Karpenter’s nodes', entry(`${admin}_kubeflow_Worker_acme`, { type: 'EC2_LINUX' }), true],
  [
    'a node group, which EKS makes',
    entry('arn:aws:iam::111122223333:role/nodes', { type: 'EC2_LINUX' }),
    false,
  ],
  ['somebody else', entry(admin, { owner: 'other' }), false],
])('the entry of %s dies with its role: %#', (_, of, dies) => {
  expect(diesWithItsRole(of, 'acme')).toBe(dies);
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

describe('the roles of namespaces', () => {
  const role = (name: string) => `arn:aws:iam::111122223333:role/kubeflow-teams/${name}`;
  const withRoles = (roles: Record<string, string>) =>
    renderCluster(
      buildPart(
        configurationWith({
          access: {
            namespaces: Object.fromEntries(
              Object.entries(roles).map(([namespace, name]) => [namespace, { role_arn: role(name) }]),
            ),
          },
        }),
      ),
      found,
    );
  const observed = (config: ClusterConfig, owner?: { owner: string | undefined }) =>
    ({
      podIdentities: podIdentitiesOf(config).map((it) => ({ ...it, ...owner })),
    }) as unknown as ObservedCluster;
  const said = (wanted: Record<string, string>, there: Record<string, string>) =>
    podIdentityChanges(withRoles(wanted), observed(withRoles(there))).map(describeChange);

  test('are those of default-editor, and nothing is done where they are so', () => {
    expect(withRoles({ 'team-a': 'a' }).iam.podIdentityAssociations.at(-1)).toEqual({
      namespace: 'team-a',
      serviceAccountName: 'default-editor',
      roleARN: role('a'),
      tags: expect.objectContaining({ [ownerTag]: 'acme' }) as object,
    });
    expect(said({ 'team-a': 'a' }, { 'team-a': 'a' })).toEqual([]);
  });

  test('are made, exchanged and taken away as the configuration says', () => {
    expect(
      said(
        { 'team-a': 'a', 'team-b': 'new', 'team-c': 'c' },
        { 'team-b': 'old', 'team-c': 'c', 'team-d': 'd' },
      ),
    ).toEqual([
      { action: 'remove', what: expect.stringContaining('team-b/default-editor') as string },
      { action: 'remove', what: expect.stringContaining('team-d/default-editor') as string },
      { action: 'create', what: 'roles of team-a/default-editor, team-b/default-editor' },
    ]);
  });

  test("of somebody else stay, and are a conflict where the configuration names another's account", () => {
    const theirs = observed(withRoles({ 'team-a': 'a' }), { owner: undefined });
    expect(podIdentityChanges(withRoles({ 'team-a': 'a' }), theirs)).toEqual([]);
    expect(podIdentityChanges(withRoles({}), theirs)).toEqual([]);
    expect(() => podIdentityChanges(withRoles({ 'team-a': 'b' }), theirs)).toThrow(
      expect.objectContaining({ name: 'ResourceConflict' }) as Error,
    );
  });

  test('have no stack that could be in the way', () => {
    const [change] = podIdentityChanges(withRoles({ 'team-a': 'a' }), observed(withRoles({})));
    expect(change && stacksOf(change, 'acme')).toEqual([]);
  });
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
