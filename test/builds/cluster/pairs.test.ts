import { changesOf } from '../../../builds/cluster/cluster-changes';
import type { ClusterChange, ObservedCluster } from '../../../builds/cluster/cluster-change';
import { renderCluster, type ClusterConfig } from '../../../builds/cluster/cluster-config';
import { parseConfiguration, type Configuration } from '../../../core/configuration';
import { refusedChanges, type Known } from '../../../core/configuration/changes';
import fc from '../../support/fast-check';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { arbitraryDocument, arbitraryFound } from './arbitrary-configuration';
import { after } from './observed';

const elsewhere = {
  kms_key_arn: minimalConfiguration.kms_key_arn.replace('/11111111-', '/99999999-'),
  cognito_domain: 'cognito.login.ml.acme.example',
  auth_base_domain: 'login.ml.acme.example',
};
// Half of the pairs differ in something that may be refused, and half do not.
const half = fc
  .tuple(arbitraryDocument, fc.constantFrom({}, {}, { kms_key_arn: elsewhere.kms_key_arn }, elsewhere))
  .map(([document, more]) => ({ ...document, ...more }));
const prefixes = fc.constantFrom('kubeflow', 'kubeflow', 'kubeflow', 'ml');

/** A cluster of one name, as two configurations ask for it one after the other. */
const pair = fc.tuple(half, half, prefixes, prefixes, arbitraryFound, arbitraryFound, fc.boolean());

function configurationOf(document: Record<string, unknown>, prefix: string): Configuration | undefined {
  const names = { eks_name: 'acme', iam_role_prefix: prefix, iam_policy_prefix: prefix };
  return parseConfiguration({ ...minimalConfiguration, ...document, ...names }).configuration;
}

const known = (configuration: Configuration): Known => ({
  configuration: { ...configuration },
  vpcId: configuration.vpc_id,
});

/** What a change makes of a cluster, as EKS and eksctl do it. */
function perform(cluster: ObservedCluster, change: ClusterChange, desired: ClusterConfig): ObservedCluster {
  const target = after(desired);
  const { settings, nodeGroups, addons, accessEntries, podIdentities } = cluster;
  switch (change.kind) {
    case 'upgrade control plane':
      return { ...cluster, settings: { ...settings, version: change.to } };
    case 'upgrade node group':
      return {
        ...cluster,
        nodeGroups: nodeGroups.map((group) =>
          group.name === change.name ? { ...group, version: change.to } : group,
        ),
      };
    case 'set endpoint access':
      return { ...cluster, settings: { ...settings, endpoint: target.settings.endpoint } };
    case 'set log types':
      return { ...cluster, settings: { ...settings, logTypes: target.settings.logTypes } };
    case 'encrypt secrets':
      return { ...cluster, settings: { ...settings, secretsKeyArn: change.keyArn } };
    case 'create OIDC provider':
      return { ...cluster, hasOidcProvider: true };
    case 'update add-ons':
    case 'create add-ons': {
      const changed = new Set(change.addons.map(({ name }) => name));
      const made = target.addons.filter(({ name }) => changed.has(name));
      return { ...cluster, addons: [...addons.filter(({ name }) => !changed.has(name)), ...made] };
    }
    case 'create access entries':
    case 'correct access entry': {
      const arns =
        change.kind === 'correct access entry'
          ? [change.correction.principalArn]
          : change.entries.map(({ principalARN }) => principalARN);
      const made = target.accessEntries.filter(({ principalArn }) => arns.includes(principalArn));
      const kept = accessEntries.filter(({ principalArn }) => !arns.includes(principalArn));
      return { ...cluster, accessEntries: [...kept, ...made] };
    }
    case 'remove access entry':
      return {
        ...cluster,
        accessEntries: accessEntries.filter(({ principalArn }) => principalArn !== change.principalArn),
      };
    case 'remove pod identity':
      return {
        ...cluster,
        podIdentities: podIdentities.filter(({ serviceAccount }) => serviceAccount !== change.serviceAccount),
      };
    case 'create pod identities':
      return { ...cluster, podIdentities: target.podIdentities };
    case 'create node group': {
      const [made] = after({ ...desired, managedNodeGroups: [change.group] }).nodeGroups;
      return { ...cluster, nodeGroups: [...nodeGroups, ...(made === undefined ? [] : [made])] };
    }
    case 'scale node group':
      return {
        ...cluster,
        nodeGroups: nodeGroups.map((group) =>
          group.name === change.name ? { ...group, scale: change.scale } : group,
        ),
      };
    case 'remove node group':
    case 'remove failed node group':
      return { ...cluster, nodeGroups: nodeGroups.filter(({ name }) => name !== change.name) };
  }
}

/** A cluster without what two ways to the same end may differ in: names and tags of replaced node groups, and order. */
function essence({ settings, nodeGroups, addons, accessEntries, podIdentities }: ObservedCluster): unknown {
  const sorted = (list: readonly object[]): string[] => list.map((item) => JSON.stringify(item)).sort();
  const { tags: _, ...rest } = settings;
  return {
    settings: rest,
    nodeGroups: sorted(
      nodeGroups.map(({ version, scale, tags }) => ({
        version,
        scale,
        settings: tags['kubeflow-eks:node-group-settings'],
      })),
    ),
    addons: sorted(addons),
    accessEntries: sorted(accessEntries),
    podIdentities: sorted(podIdentities),
  };
}

test('one configuration after another ends as the second alone, or was refused before the first change', () => {
  const seen = { refused: 0, reached: 0 };
  fc.assert(
    fc.property(pair, ([one, two, prefix, other, found, foundLater, sameVersion]) => {
      const before = configurationOf(one, prefix);
      const now = configurationOf(
        sameVersion ? { ...two, kubernetes_version: before?.kubernetes_version } : two,
        other,
      );
      if (before === undefined || now === undefined) return;
      if (refusedChanges(known(before), known(now)).length > 0) {
        seen.refused += 1;
        return;
      }
      seen.reached += 1;
      const desired = renderCluster(now, foundLater);
      let cluster = after(renderCluster(before, found));
      // What is admitted is never refused by the build.
      for (const change of changesOf(desired, cluster)) cluster = perform(cluster, change, desired);
      expect(changesOf(desired, cluster)).toEqual([]);
      expect(essence(cluster)).toEqual(essence(after(desired)));
    }),
    { numRuns: 300 },
  );
  expect(seen.refused).toBeGreaterThan(20);
  expect(seen.reached).toBeGreaterThan(20);
});
