import type { ClusterConfig } from '../../../builds/cluster/cluster-config';
import type { ObservedCluster } from '../../../builds/cluster/cluster-change';
import { ownerTag } from '../../../core/naming';

/** The access entries of a cluster as they are once a configuration has been brought about. */
export function entriesOf({ accessConfig, metadata }: ClusterConfig): ObservedCluster['accessEntries'] {
  return accessConfig.accessEntries.map(({ principalARN, type, kubernetesGroups, accessPolicies = [] }) => ({
    principalArn: principalARN,
    type,
    username: '',
    kubernetesGroups: kubernetesGroups ?? [],
    owner: metadata.tags[ownerTag],
    policies: accessPolicies.map(({ policyARN, accessScope }) => ({
      policyArn: policyARN,
      scope: accessScope.type,
    })),
  }));
}

/** Likewise its pod identities. */
export function podIdentitiesOf({ iam, metadata }: ClusterConfig): ObservedCluster['podIdentities'] {
  return iam.podIdentityAssociations.map(({ namespace, serviceAccountName, roleName, roleARN }) => ({
    namespace,
    serviceAccount: serviceAccountName,
    roleArn: roleARN ?? `arn:aws:iam::111122223333:role/${roleName}`,
    owner: metadata.tags[ownerTag],
  }));
}

/** The cluster as it is once a configuration has been brought about. */
export function after(config: ClusterConfig): ObservedCluster {
  return {
    settings: {
      status: 'ACTIVE',
      version: config.metadata.version,
      tags: config.metadata.tags,
      endpoint: { ...config.vpc.clusterEndpoints, publicCidrs: config.vpc.publicAccessCIDRs ?? [] },
      logTypes: [...config.cloudWatch.clusterLogging.enableTypes].sort(),
      secretsKeyArn: config.secretsEncryption.keyARN,
    },
    nodeGroups: config.managedNodeGroups.map(({ name, tags, minSize, maxSize, desiredCapacity }) => ({
      name,
      status: 'ACTIVE',
      version: config.metadata.version,
      tags,
      scale: { minSize, maxSize, desiredSize: desiredCapacity },
      issues: [],
    })),
    addons: config.addons.map(({ name, configurationValues }) => ({
      name,
      status: 'ACTIVE',
      version: 'v1',
      configurationValues,
      issues: [],
      owner: config.metadata.name,
    })),
    recommendedAddons: new Map(),
    accessEntries: entriesOf(config),
    podIdentities: podIdentitiesOf(config),
    hasOidcProvider: true,
  };
}
