import type { Asked, Need } from '../needs';
import { text } from '../parameters';

/** Whom the trust policy of a pod's role names. */
const podIdentity = 'pods.eks.amazonaws.com';

/**
 * What EKS does with the rights of who calls it, beside what stands in the call: who gives a role to a cluster, nodes or pods
 * needs the permission to pass it (EKS user guide, "Assign an IAM role to a Kubernetes service account"), and EKS looks at the
 * role, at the network and at the role of its own by which it makes nodes (the permissions of the handlers in CloudFormation's
 * schemas of AWS::EKS::Cluster, ::Nodegroup, ::Addon and ::PodIdentityAssociation; terraform-aws-eks#823 and #2018,
 * aws-controllers-k8s/community#2164). To which service a node group's role is passed is not written, and so is not known here.
 */
export function onBehalfOfCaller(call: Asked): Need[] {
  const { operation, parameters, arn } = call;
  switch (operation) {
    case 'CreateCluster':
      return [
        ...pass(parameters['roleArn'], 'eks.amazonaws.com'),
        ...look(parameters['roleArn'], 'GetRole', 'ListAttachedRolePolicies'),
        ...describe('Subnets', 'Vpcs'),
      ];
    case 'CreateNodegroup':
      return [
        ...pass(parameters['nodeRole']),
        ...look(parameters['nodeRole'], 'GetRole', 'ListAttachedRolePolicies'),
        ...look(
          arn(
            'role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup',
            'iam',
            '',
          ),
          'GetRole',
        ),
        ...describe('Subnets', 'Vpcs', 'SecurityGroups', 'KeyPairs', 'RouteTables'),
        ...(parameters['launchTemplate'] === undefined
          ? []
          : describe('LaunchTemplates', 'LaunchTemplateVersions')),
      ];
    case 'CreatePodIdentityAssociation':
    case 'UpdatePodIdentityAssociation':
      return handPods(parameters['roleArn']);
    case 'CreateAddon':
    case 'UpdateAddon': {
      const associations = parameters['podIdentityAssociations'];
      const list = Array.isArray(associations) ? (associations as readonly { roleArn?: unknown }[]) : [];
      return [
        ...pass(parameters['serviceAccountRoleArn']),
        ...list.flatMap(({ roleArn }) => handPods(roleArn)),
        ...(list.length === 0 ? [] : [associate(call)]),
      ];
    }
    default:
      return [];
  }
}

/** An association is asked for the cluster that it is to be in (Service Authorization Reference, Amazon EKS). */
function associate({ parameters, arn }: Asked): Need {
  return {
    action: 'eks:CreatePodIdentityAssociation',
    resource: arn(`cluster/${text(parameters, 'cluster') ?? ''}`),
  };
}

function handPods(role: unknown): Need[] {
  return [...look(role, 'GetRole'), ...pass(role, podIdentity)];
}

function pass(role: unknown, service?: string): Need[] {
  return look(role, 'PassRole').map((need) => ({
    ...need,
    ...(service !== undefined && { keys: { 'iam:passedtoservice': [service] } }),
  }));
}

/** These permissions of IAM on a role, where one is given. */
function look(role: unknown, ...operations: readonly string[]): Need[] {
  if (typeof role !== 'string' || role === '') return [];
  return operations.map((operation) => ({ action: `iam:${operation}`, resource: role }));
}

const describe = (...things: readonly string[]): Need[] =>
  things.map((thing) => ({ action: `ec2:Describe${thing}`, resource: '*' }));
