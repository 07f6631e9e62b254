import { changesOf } from '../../../builds/cluster/cluster-changes';
import { addonChanges, addonRemovals } from '../../../builds/cluster/addon-changes';
import { renderCluster } from '../../../builds/cluster/cluster-config';
import type { ObservedCluster } from '../../../builds/cluster/cluster-change';
import { configurationWith, found } from '../support';
import { after, entriesOf, podIdentitiesOf } from './observed';

const desired = renderCluster(configurationWith({ kubernetes_version: '1.35' }), found);

/** A cluster with all add-ons, where EKS recommends `v1.<minor>.0-eksbuild.2` of each. */
function observed(
  addon: Partial<ObservedCluster['addons'][number]> = {},
  name = 'kube-proxy',
): ObservedCluster {
  const versions = (minor: number) =>
    new Map(desired.addons.map((it) => [it.name, `v1.${minor}.0-eksbuild.2`] as const));
  return {
    settings: {
      status: 'ACTIVE',
      version: '1.35',
      tags: {},
      endpoint: { ...desired.vpc.clusterEndpoints, publicCidrs: desired.vpc.publicAccessCIDRs ?? [] },
      logTypes: desired.cloudWatch.clusterLogging.enableTypes,
      secretsKeyArn: desired.secretsEncryption.keyARN,
    },
    nodeGroups: [],
    addons: desired.addons.map(({ name: its, configurationValues }) => ({
      ...{ name: its, status: 'ACTIVE', version: 'v1.35.0-eksbuild.2', configurationValues, issues: [] },
      owner: 'acme',
      ...(its === name ? addon : {}),
    })),
    recommendedAddons: new Map([
      ['1.34', versions(34)],
      ['1.35', versions(35)],
    ]),
    accessEntries: entriesOf(desired),
    podIdentities: podIdentitiesOf(desired),
    hasOidcProvider: true,
  };
}

test('add-ons in the recommended version, or ahead of it, are left alone', () => {
  expect(addonChanges(desired, observed(), false)).toEqual([]);
  expect(addonChanges(desired, observed({ version: 'v1.35.10-eksbuild.1' }), false)).toEqual([]);
});

test.each(['v1.34.9-eksbuild.7', 'v1.35.0-eksbuild.1', 'v1.9.0-eksbuild.2'])(
  'one in the older version %s, which an interrupted upgrade leaves, is brought along by name of the version',
  (version) => {
    expect(addonChanges(desired, observed({ version }), false)).toEqual([
      {
        kind: 'update add-ons',
        addons: [expect.objectContaining({ name: 'kube-proxy', version: 'v1.35.0-eksbuild.2' })],
      },
    ]);
  },
);

test('one with other values keeps a version that is ahead', () => {
  const ahead = { version: 'v1.36.0-eksbuild.1', configurationValues: '{}' };
  const [change] = addonChanges(desired, observed(ahead, 'vpc-cni'), false);
  if (change?.kind !== 'update add-ons') throw new Error('no update');
  expect(change.addons).toHaveLength(1);
  expect(change.addons[0]).not.toHaveProperty('version');
});

test('one that could not be created is created again; one whose update failed is updated', () => {
  expect(addonChanges(desired, observed({ status: 'CREATE_FAILED' }), false)).toMatchObject([
    { kind: 'create add-ons', addons: [{ name: 'kube-proxy' }] },
  ]);
  expect(addonChanges(desired, observed({ status: 'UPDATE_FAILED' }), false)).toMatchObject([
    { kind: 'update add-ons', addons: [{ name: 'kube-proxy' }] },
  ]);
});

test('with each version of Kubernetes the add-ons get the versions that belong to it, but for one that is missing', () => {
  const { addons, settings, ...rest } = observed();
  const changes = changesOf(desired, {
    ...rest,
    settings: { ...settings, version: '1.33' },
    addons: addons.filter(({ name }) => name !== 'coredns'),
  });
  const updates = changes.flatMap((change) => (change.kind === 'update add-ons' ? [change.addons] : []));
  expect(updates.map((of) => new Set(of.map(({ version }) => version)))).toEqual([
    new Set(['v1.34.0-eksbuild.2']),
    new Set(['v1.35.0-eksbuild.2']),
  ]);
  expect(updates.flat().map(({ name }) => name)).not.toContain('coredns');
  expect(changes).toContainEqual({
    kind: 'create add-ons',
    addons: [expect.objectContaining({ name: 'coredns' })],
  });
});

test('an upgrade of a cluster without add-ons updates none, and makes them afterwards', () => {
  const { settings, ...rest } = observed();
  const bare = { ...rest, settings: { ...settings, version: '1.34' }, addons: [] };
  expect(changesOf(desired, bare).map(({ kind }) => kind)).toEqual([
    'upgrade control plane',
    'create add-ons',
    'create node group',
  ]);
});

describe('the add-on for CloudWatch', () => {
  const insights = 'amazon-cloudwatch-observability';
  const wanted = renderCluster(configurationWith({ observability: { container_insights: {} } }), found);
  const having = (addon: Partial<ObservedCluster['addons'][number]> = {}): ObservedCluster => {
    const { addons, ...rest } = after(wanted);
    return { ...rest, addons: addons.map((it) => (it.name === insights ? { ...it, ...addon } : it)) };
  };

  test('is made with its identity, and without traces, agents in pods or logs of containers', () => {
    const [change] = changesOf(wanted, after(desired));
    expect(change).toMatchObject({
      kind: 'create add-ons',
      addons: [
        {
          name: insights,
          podIdentityAssociations: [
            {
              namespace: 'amazon-cloudwatch',
              serviceAccountName: 'cloudwatch-agent',
              permissionPolicyARNs: ['arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy'],
            },
          ],
        },
      ],
    });
    const values = wanted.addons.find(({ name }) => name === insights)?.configurationValues ?? '';
    expect(JSON.parse(values)).toEqual({
      agent: {
        config: { logs: { metrics_collected: { kubernetes: { enhanced_container_insights: true } } } },
      },
      containerLogs: { enabled: false },
      otelContainerInsights: { enabled: false },
    });
    expect(changesOf(wanted, having())).toEqual([]);
  });

  test('follows the setting, and goes with it, before an upgrade', () => {
    const withLogs = renderCluster(
      configurationWith({ observability: { container_insights: { container_logs: true } } }),
      found,
    );
    expect(changesOf(withLogs, having())).toMatchObject([
      { kind: 'update add-ons', addons: [{ name: insights }] },
    ]);
    const gone = { kind: 'remove add-on', name: insights, serviceAccount: 'cloudwatch-agent' };
    expect(changesOf(desired, having())).toEqual([gone]);
    expect(changesOf(desired, having({ status: 'DELETE_FAILED' }))).toEqual([gone]);
    const { settings, ...rest } = having();
    const older = { ...rest, settings: { ...settings, version: '1.34' } };
    expect(changesOf(desired, older).map(({ kind }) => kind)).toEqual([
      ...['remove add-on', 'upgrade control plane', 'update add-ons', 'upgrade node group'],
    ]);
  });

  test("of somebody else's is left alone, and is in the way of ours; no other add-on of theirs is touched", () => {
    for (const owner of [undefined, 'another']) {
      expect(changesOf(desired, having({ owner }))).toEqual([]);
      expect(() => addonRemovals(wanted, having({ owner }))).toThrow(
        expect.objectContaining({ name: 'ResourceConflict' }) as Error,
      );
    }
    const shared = { shared_volumes: { file_system_id: 'fs-0123456789abcdef0' } };
    expect(changesOf(desired, after(renderCluster(configurationWith(shared), found)))).toEqual([]);
  });
});
