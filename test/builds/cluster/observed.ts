import type { ClusterConfig } from '../../../builds/cluster/render';
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
  return iam.podIdentityAssociations.map(({ namespace, serviceAccountName, roleName }) => ({
    namespace: namespace ?? '',
    serviceAccount: serviceAccountName,
    roleArn: `arn:aws:iam::111122223333:role/${roleName ?? 'made-up'}`,
    owner: metadata.tags[ownerTag],
  }));
}
