import type { AccessEntryWithPolicies } from '../../adapters/aws/eks-access-entries';
import type {
  ClusterSettings,
  InstalledAddon,
  NodeGroup,
  PodIdentity,
} from '../../adapters/aws/eks-inventory';
import type { PlannedChange } from '../../core/plan';
import type { AccessEntry } from './access-entries';
import type { Addon, PodIdentityAssociation } from './addons';
import type { ManagedNodeGroup } from './node-groups';
import type { ClusterConfig } from './cluster-config';

/** What there is of a cluster. */
export interface ObservedCluster {
  settings: ClusterSettings;
  nodeGroups: readonly NodeGroup[];
  addons: readonly InstalledAddon[];
  /** What EKS recommends: version of Kubernetes → name of an add-on → version of the add-on. */
  recommendedAddons: ReadonlyMap<string, ReadonlyMap<string, string>>;
  accessEntries: readonly AccessEntryWithPolicies[];
  podIdentities: readonly PodIdentity[];
  /** Whether IAM knows the cluster as an OIDC provider. */
  hasOidcProvider: boolean;
}

/** What brings an access entry to what is configured; what is absent stays. */
export interface AccessCorrection {
  principalArn: string;
  kubernetesGroups?: string[];
  /** ARNs of access policies to have in the whole cluster. */
  associate: string[];
  disassociate: string[];
}

/** One change of a cluster, in the order in which they are made. */
export type ClusterChange =
  | { kind: 'upgrade control plane'; from: string; to: string }
  | { kind: 'upgrade node group'; name: string; to: string }
  | { kind: 'update add-ons'; addons: Addon[] }
  | { kind: 'set endpoint access'; config: ClusterConfig['vpc'] }
  | { kind: 'set log types'; types: string[] }
  | { kind: 'encrypt secrets'; keyArn: string }
  | { kind: 'create OIDC provider' }
  | { kind: 'create access entries'; entries: AccessEntry[] }
  | { kind: 'correct access entry'; correction: AccessCorrection }
  | { kind: 'remove access entry'; principalArn: string }
  | { kind: 'remove pod identity'; namespace: string; serviceAccount: string }
  | { kind: 'create pod identities'; associations: PodIdentityAssociation[] }
  | { kind: 'create add-ons'; addons: Addon[] }
  | { kind: 'remove add-on'; name: string; serviceAccount: string }
  | { kind: 'remove failed node group'; name: string; issues: string[] }
  | { kind: 'create node group'; group: ManagedNodeGroup }
  | { kind: 'scale node group'; name: string; scale: NodeGroup['scale'] }
  | { kind: 'remove node group'; name: string };

/** A change in words, for the log and for a plan. */
export function describeChange(change: ClusterChange): PlannedChange {
  const toCreate = (what: string): PlannedChange => ({ action: 'create', what });
  const toChange = (what: string): PlannedChange => ({ action: 'change', what });
  const toRemove = (what: string): PlannedChange => ({ action: 'remove', what });
  switch (change.kind) {
    case 'upgrade control plane':
      return toChange(`Kubernetes of the control plane from ${change.from} to ${change.to}`);
    case 'upgrade node group':
      return toChange(`Kubernetes of the node group ${change.name} to ${change.to}`);
    case 'update add-ons':
      return toChange(
        `add-ons ${change.addons.map(({ name, version }) => [name, version].join(' ').trim()).join(', ')}`,
      );
    case 'create add-ons':
      return toCreate(`add-ons ${change.addons.map(({ name }) => name).join(', ')}`);
    case 'remove add-on':
      return toRemove(`the add-on ${change.name}, which is not configured`);
    case 'set endpoint access': {
      const { clusterEndpoints: access, publicAccessCIDRs: ranges = [] } = change.config;
      const ways = [
        ...(access.privateAccess ? ['from the VPC'] : []),
        ...(access.publicAccess ? [`from ${ranges.join(', ')}`] : []),
      ];
      return toChange(`access to the API server: ${ways.join(' and ')}`);
    }
    case 'set log types':
      return toChange(`log types of the control plane: ${change.types.join(', ')}`);
    case 'encrypt secrets':
      return toChange(`encryption of the secrets with ${change.keyArn}`);
    case 'create OIDC provider':
      return toCreate("IAM's record of the cluster as an OIDC provider");
    case 'create access entries':
      return toCreate(
        `access entries of ${change.entries.map(({ principalARN }) => principalARN).join(', ')}`,
      );
    case 'correct access entry':
      return toChange(`the access entry of ${change.correction.principalArn}`);
    case 'remove access entry':
      return toRemove(`the access entry of ${change.principalArn}, which is not configured`);
    case 'remove pod identity':
      return toRemove(
        `the role that ${change.namespace}/${change.serviceAccount} has, which is not the configured one`,
      );
    case 'create pod identities':
      return toCreate(
        `roles of ${change.associations.map((it) => `${it.namespace}/${it.serviceAccountName}`).join(', ')}`,
      );
    case 'create node group': {
      const { name, instanceTypes, minSize, maxSize, desiredCapacity } = change.group;
      const size = `${desiredCapacity} nodes (an autoscaler may go from ${minSize} to ${maxSize})`;
      return toCreate(`the node group ${name}: ${size} of ${instanceTypes.join(', ')}`);
    }
    case 'scale node group': {
      const { minSize, maxSize, desiredSize } = change.scale;
      return toChange(
        `the size of the node group ${change.name}: ${desiredSize} nodes (an autoscaler may go from ${minSize} to ${maxSize})`,
      );
    }
    case 'remove failed node group':
      return toRemove(`the node group ${change.name}, which failed`);
    case 'remove node group':
      return toRemove(`the node group ${change.name}`);
  }
}
