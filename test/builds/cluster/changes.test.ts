import { changesOf } from '../../../builds/cluster/cluster-changes';
import { renderCluster, type ClusterConfig } from '../../../builds/cluster/cluster-config';
import type { ClusterChange } from '../../../builds/cluster/cluster-change';
import { configurationWith, found } from '../support';
import { after } from './observed';

const desiredWith = (document: Record<string, unknown> = {}): ClusterConfig =>
  renderCluster(configurationWith(document), found);

const words = (changes: readonly ClusterChange[]): string[] =>
  changes.map((change) =>
    [change.kind, 'name' in change ? change.name : [], 'to' in change ? change.to : []].flat().join(' '),
  );

const planned = (before: Record<string, unknown>, now: Record<string, unknown>): string[] =>
  words(changesOf(desiredWith(now), after(desiredWith(before))));

test('a cluster that is what is configured is left alone', () => {
  const gpu = { gpu_node_group: {}, ssh_key_name: 'operators' };
  expect(planned({}, {})).toEqual([]);
  expect(planned(gpu, gpu)).toEqual([]);
});

test('JSON of an add-on that is only spelt differently is no change', () => {
  const observed = after(desiredWith());
  const addons = observed.addons.map((addon) => ({
    ...addon,
    configurationValues: addon.configurationValues?.replaceAll('":', '" : '),
  }));
  expect(changesOf(desiredWith(), { ...observed, addons })).toEqual([]);
});

test('an upgrade goes one minor version at a time, control plane before add-ons before nodes', () => {
  expect(planned({ kubernetes_version: '1.34' }, { kubernetes_version: '1.36' })).toEqual([
    'upgrade control plane 1.35',
    'update add-ons',
    'upgrade node group acme-nodegroup 1.35',
    'upgrade control plane 1.36',
    'update add-ons',
    'upgrade node group acme-nodegroup 1.36',
  ]);
});

test('nodes that an interrupted upgrade left behind are brought along', () => {
  const observed = after(desiredWith());
  const nodeGroups = observed.nodeGroups.map((group) => ({ ...group, version: '1.34' }));
  expect(words(changesOf(desiredWith(), { ...observed, nodeGroups }))).toEqual([
    'upgrade node group acme-nodegroup 1.35',
  ]);
});

test('a downgrade is refused, and says what can be done', () => {
  expect(() => planned({ kubernetes_version: '1.35' }, { kubernetes_version: '1.34' })).toThrow(
    /EKS cannot go back\. Set kubernetes_version to "1\.35" or later/,
  );
});

test('another key for the secrets is refused, none is added', () => {
  const other = 'arn:aws:kms:eu-central-1:111122223333:key/99999999-2222-3333-4444-555555555555';
  expect(() => planned({}, { kms_key_arn: other })).toThrow(/EKS cannot change the key/);
  const observed = after(desiredWith());
  const settings = { ...observed.settings, secretsKeyArn: undefined };
  expect(words(changesOf(desiredWith(), { ...observed, settings }))).toEqual(['encrypt secrets']);
});

test('a changed number of nodes keeps the group', () => {
  const [change] = changesOf(desiredWith({ nodegroup_max_size: 9 }), after(desiredWith()));
  expect(change).toEqual({
    kind: 'scale node group',
    name: 'acme-nodegroup',
    scale: { minSize: 1, maxSize: 9, desiredSize: 4 },
  });
});

test('where an autoscaler looks after a group, its number of nodes within the limits is not touched', () => {
  const document = { tags: { 'k8s.io/cluster-autoscaler/enabled': 'true' } };
  const observed = after(desiredWith(document));
  const nodeGroups = observed.nodeGroups.map((group) => ({
    ...group,
    scale: { ...group.scale, desiredSize: 2 },
  }));
  expect(changesOf(desiredWith(document), { ...observed, nodeGroups })).toEqual([]);
  expect(words(changesOf(desiredWith(), { ...after(desiredWith()), nodeGroups }))).toEqual([
    'scale node group acme-nodegroup',
  ]);
});

test('another machine is another group, and the old one goes when the new one is there', () => {
  const changes = changesOf(desiredWith({ cpu_worker_type: 'm7i.xlarge' }), after(desiredWith()));
  expect(changes.map(({ kind }) => kind)).toEqual(['create node group', 'remove node group']);
  const [create, remove] = changes;
  if (create?.kind !== 'create node group' || remove?.kind !== 'remove node group')
    throw new Error('no changes');
  expect(remove.name).toBe('acme-nodegroup');
  expect(create.group.name).toMatch(/^acme-nodegroup-[0-9a-f]{8}$/);
  expect(create.group.iam.instanceRoleName).not.toBe(
    desiredWith().managedNodeGroups[0]?.iam.instanceRoleName,
  );
});

test('a killed replacement is finished: the new group is kept, the old one goes', () => {
  const now = desiredWith({ cpu_worker_type: 'm7i.xlarge' });
  const [create] = changesOf(now, after(desiredWith()));
  if (create?.kind !== 'create node group') throw new Error('no change');
  const both = { ...now, managedNodeGroups: [...desiredWith().managedNodeGroups, create.group] };
  expect(words(changesOf(now, after(both)))).toEqual(['remove node group acme-nodegroup']);
});

test('a node group that failed is removed and re-created, with what EKS says of it', () => {
  const observed = after(desiredWith());
  const nodeGroups = observed.nodeGroups.map((group) => ({
    ...group,
    status: 'CREATE_FAILED',
    issues: ['Ec2SubnetInvalidConfiguration: no public address'],
  }));
  const changes = changesOf(desiredWith(), { ...observed, nodeGroups });
  expect(changes.map(({ kind }) => kind)).toEqual(['remove failed node group', 'create node group']);
  expect(changes[0]).toMatchObject({ issues: ['Ec2SubnetInvalidConfiguration: no public address'] });
});

test('a GPU group that is no longer configured goes; a group of somebody else stays', () => {
  expect(planned({ gpu_node_group: {} }, {})).toEqual(['remove node group acme-nodegroup-gpu']);
  const observed = after(desiredWith());
  const foreign = { ...observed.nodeGroups[0], name: 'batch', tags: { team: 'other' } };
  const nodeGroups = [...observed.nodeGroups, foreign as (typeof observed.nodeGroups)[number]];
  expect(changesOf(desiredWith(), { ...observed, nodeGroups })).toEqual([]);
});

test('what a creation did not get to is added', () => {
  const bare = { addons: [], accessEntries: [], podIdentities: [] };
  expect(
    words(changesOf(desiredWith(), { ...after(desiredWith()), ...bare, hasOidcProvider: false })),
  ).toEqual(['create OIDC provider', 'create access entries', 'create add-ons', 'create pod identities']);
});

test('endpoint access and logs are set when they differ, and only then', () => {
  expect(planned({}, { endpoint_access: { public: false } })).toEqual(['set endpoint access']);
  const ranges = (...public_cidrs: string[]): object => ({ endpoint_access: { public_cidrs } });
  const [one, other] = ['192.0.2.0/24', '203.0.113.0/24'];
  expect(planned({ ...ranges(one, other) }, { ...ranges(other, one) })).toEqual([]);
  expect(planned({ ...ranges(one, other) }, { ...ranges(one) })).toEqual(['set endpoint access']);
  const observed = after(desiredWith());
  const settings = { ...observed.settings, logTypes: ['api'] };
  expect(words(changesOf(desiredWith(), { ...observed, settings }))).toEqual(['set log types']);
});
