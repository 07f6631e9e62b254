import type { AccessEntryWithPolicies } from '../../adapters/aws/eks-access-entries';
import type {
  ClusterSettings,
  InstalledAddon,
  NodeGroup,
  PodIdentity,
} from '../../adapters/aws/eks-inventory';
import type { PlannedChange } from '../../core/plan';
import type { AccessEntry } from './access';
import type { Addon, PodIdentityAssociation } from './addons';
import type { ManagedNodeGroup } from './node-groups';
import type { ClusterConfig } from './render';

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
export type Step =
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
  | { kind: 'remove failed node group'; name: string; issues: string[] }
  | { kind: 'create node group'; group: ManagedNodeGroup }
  | { kind: 'scale node group'; name: string; scale: NodeGroup['scale'] }
  | { kind: 'remove node group'; name: string };

/** A step in words, for the log and for a plan. */
export function describeStep(step: Step): PlannedChange {
  const create = (what: string): PlannedChange => ({ action: 'create', what });
  const change = (what: string): PlannedChange => ({ action: 'change', what });
  const remove = (what: string): PlannedChange => ({ action: 'remove', what });
  switch (step.kind) {
    case 'upgrade control plane':
      return change(`Kubernetes of the control plane from ${step.from} to ${step.to}`);
    case 'upgrade node group':
      return change(`Kubernetes of the node group ${step.name} to ${step.to}`);
    case 'update add-ons':
      return change(
        `add-ons ${step.addons.map(({ name, version }) => [name, version].join(' ').trim()).join(', ')}`,
      );
    case 'create add-ons':
      return create(`add-ons ${step.addons.map(({ name }) => name).join(', ')}`);
    case 'set endpoint access': {
      const { clusterEndpoints: access, publicAccessCIDRs: ranges = [] } = step.config;
      const ways = [
        ...(access.privateAccess ? ['from the VPC'] : []),
        ...(access.publicAccess ? [`from ${ranges.join(', ')}`] : []),
      ];
      return change(`access to the API server: ${ways.join(' and ')}`);
    }
    case 'set log types':
      return change(`log types of the control plane: ${step.types.join(', ')}`);
    case 'encrypt secrets':
      return change(`encryption of the secrets with ${step.keyArn}`);
    case 'create OIDC provider':
      return create("IAM's record of the cluster as an OIDC provider");
    case 'create access entries':
      return create(`access entries of ${step.entries.map(({ principalARN }) => principalARN).join(', ')}`);
    case 'correct access entry':
      return change(`the access entry of ${step.correction.principalArn}`);
    case 'remove access entry':
      return remove(`the access entry of ${step.principalArn}, which is not configured`);
    case 'remove pod identity':
      return remove(`the role of ${step.namespace}/${step.serviceAccount}, which is another than configured`);
    case 'create pod identities':
      return create(
        `roles of ${step.associations.map((it) => `${it.namespace ?? ''}/${it.serviceAccountName}`).join(', ')}`,
      );
    case 'create node group': {
      const { name, instanceTypes, minSize, maxSize, desiredCapacity } = step.group;
      const size = `${desiredCapacity} nodes (${minSize} to ${maxSize})`;
      return create(`the node group ${name}: ${size} of ${instanceTypes.join(', ')}`);
    }
    case 'scale node group': {
      const { minSize, maxSize, desiredSize } = step.scale;
      return change(
        `the size of the node group ${step.name}: ${desiredSize} nodes (${minSize} to ${maxSize})`,
      );
    }
    case 'remove failed node group':
      return remove(`the node group ${step.name}, which failed`);
    case 'remove node group':
      return remove(`the node group ${step.name}`);
  }
}
