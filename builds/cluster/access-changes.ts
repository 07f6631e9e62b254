import type { AccessEntryWithPolicies } from '../../adapters/aws/eks-access-entries';
import { foreignResource } from '../../adapters/aws/errors';
import type { AccessEntry } from './access-entries';
import { isOfArtifacts, tenantServiceAccount } from '../artifacts/artifacts-policy';
import { karpenterServiceAccount, type ClusterConfig } from './cluster-config';
import type { ObservedCluster, ClusterChange } from './cluster-change';

/**
 * What must be done about who may do what in the cluster.
 *
 * Entries of ours are those with our tag. Of these, the ones without Kubernetes groups are administrators': one that is
 * not configured goes. Entries with groups are those of functions, which the workflow makes and takes away. Entries that
 * others made, EKS among them (for nodes, and for the cluster's creator), are theirs, whatever they allow.
 *
 * @throws ConflictError `ResourceConflict` where somebody else's entry for a configured role does not give it what it
 *   must have
 */
export function accessChanges(desired: ClusterConfig, observed: ObservedCluster): ClusterChange[] {
  const deployment = desired.metadata.name;
  const { accessEntries: wanted } = desired.accessConfig;
  const dead = observed.accessEntries.filter(
    ({ principalArn, isDead }) =>
      isDead === true && wanted.some(({ principalARN }) => principalARN === principalArn),
  );
  const found = new Map(
    observed.accessEntries
      .filter((entry) => !dead.includes(entry))
      .map((entry) => [entry.principalArn, entry]),
  );
  const missing = wanted.filter(({ principalARN }) => !found.has(principalARN));
  const corrections = wanted.flatMap((entry): ClusterChange[] => {
    const present = found.get(entry.principalARN);
    return present === undefined ? [] : correct(entry, present, deployment);
  });
  const configured = new Set(wanted.map(({ principalARN }) => principalARN));
  const gone = observed.accessEntries.filter(
    ({ principalArn, owner, type, kubernetesGroups }) =>
      owner === deployment &&
      (isOfOurNodes({ type, principalArn }) || (type === 'STANDARD' && kubernetesGroups.length === 0)) &&
      !configured.has(principalArn),
  );
  return [
    ...(observed.hasOidcProvider ? [] : [{ kind: 'create OIDC provider' } as const]),
    ...dead.map(({ principalArn }): ClusterChange => ({ kind: 'remove access entry', principalArn })),
    ...(missing.length > 0 ? [{ kind: 'create access entries', entries: missing } as const] : []),
    ...corrections,
    ...gone.map(({ principalArn }): ClusterChange => ({ kind: 'remove access entry', principalArn })),
  ];
}

/** Of the nodes that Karpenter makes: the entries of node groups EKS makes and takes away itself. */
export function isOfOurNodes({
  type,
  principalArn,
}: Pick<AccessEntryWithPolicies, 'type' | 'principalArn'>): boolean {
  return type === 'EC2_LINUX' && principalArn.includes('_kubeflow_Worker_');
}

function correct(wanted: AccessEntry, present: AccessEntryWithPolicies, deployment: string): ClusterChange[] {
  // What nodes may do, EKS says.
  if (wanted.type === 'EC2_LINUX' && present.type === 'EC2_LINUX') return [];
  const groups = wanted.kubernetesGroups ?? [];
  const policies = (wanted.accessPolicies ?? []).map(({ policyARN }) => policyARN);
  // A policy that holds in some namespaces only is not the one that is configured, which holds everywhere.
  const held = present.policies.filter(({ scope }) => scope === 'cluster').map(({ policyArn }) => policyArn);
  const lacking = policies.filter((policy) => !held.includes(policy));
  const lacksGroups = groups.some((group) => !present.kubernetesGroups.includes(group));
  if (present.owner !== deployment) {
    if (lacking.length === 0 && !lacksGroups) return [];
    throw foreignResource(
      `an access entry of ${wanted.principalARN} that does not give it ` +
        `${[...lacking, ...groups].join(', ')} in the cluster ${deployment}`,
      present.owner,
      deployment,
    );
  }
  const otherGroups = lacksGroups || present.kubernetesGroups.length !== groups.length;
  const superfluous = present.policies
    .map(({ policyArn }) => policyArn)
    .filter((policy) => !policies.includes(policy));
  if (lacking.length === 0 && superfluous.length === 0 && !otherGroups) return [];
  const correction = {
    principalArn: wanted.principalARN,
    ...(otherGroups ? { kubernetesGroups: groups } : {}),
    associate: lacking,
    disassociate: superfluous,
  };
  return [{ kind: 'correct access entry', correction }];
}

/**
 * What must be done so that the service accounts have their roles. An association of ours with another role is made
 * again: eksctl keeps the role in the association's stack and cannot exchange it. Of a tenant's account, or Karpenter's,
 * that no longer is to have a role, ours is removed;
 * but those with the role for artifacts, which the re-sync makes for each Profile, stay.
 *
 * @throws ConflictError `ResourceConflict` where somebody else gave such a service account another role
 */
export function podIdentityChanges(desired: ClusterConfig, observed: ObservedCluster): ClusterChange[] {
  const deployment = desired.metadata.name;
  const changes: ClusterChange[] = [];
  const associations = desired.iam.podIdentityAssociations.filter((association) => {
    const { namespace, serviceAccountName: serviceAccount } = association;
    const present = observed.podIdentities.find(
      (it) => it.namespace === namespace && it.serviceAccount === serviceAccount,
    );
    if (present === undefined) return true;
    const same =
      association.roleARN === undefined
        ? present.roleArn.endsWith(`/${association.roleName}`)
        : present.roleArn === association.roleARN;
    if (same) return false;
    if (present.owner !== deployment) {
      throw foreignResource(
        `the pod identity of ${namespace}/${serviceAccount} (${present.roleArn})`,
        present.owner,
        deployment,
      );
    }
    changes.push({ kind: 'remove pod identity', namespace, serviceAccount });
    return true;
  });
  const unwanted = observed.podIdentities
    .filter(
      (it) =>
        it.owner === deployment &&
        mayBeUnwanted(it) &&
        desired.iam.podIdentityAssociations.every(
          ({ namespace, serviceAccountName }) =>
            namespace !== it.namespace || serviceAccountName !== it.serviceAccount,
        ),
    )
    .map(
      ({ namespace, serviceAccount }) =>
        ({ kind: 'remove pod identity', namespace, serviceAccount }) as const,
    );
  return [
    ...changes,
    ...unwanted,
    ...(associations.length > 0 ? [{ kind: 'create pod identities', associations } as const] : []),
  ];
}

/** The service accounts that a configuration may cease to give a role; those of add-ons are EKS' own to clear. */
function mayBeUnwanted({
  namespace,
  serviceAccount,
  roleArn,
}: ObservedCluster['podIdentities'][number]): boolean {
  if (isOfArtifacts(roleArn)) return false;
  const { namespace: place, name } = karpenterServiceAccount;
  return serviceAccount === tenantServiceAccount || (namespace === place && serviceAccount === name);
}
