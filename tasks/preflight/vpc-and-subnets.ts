import { findSubnets, findVpc, missingDnsAttributes, type Vpc } from '../../adapters/aws/ec2-network';
import type { Subnets } from '../../core/handover/found';
import type { TaskContext } from '../support/context';
import type { Checked } from './checked-configuration';
import { chooseSubnets } from './choose-subnets';
import type { Finding } from './findings';

export interface CheckedNetwork {
  vpc?: Vpc;
  subnets: Subnets;
  findings: Finding[];
}

/** Finds the VPC and the subnets for nodes and load balancer. */
export async function checkNetwork(
  {
    vpc_id: vpcId,
    subnets: named,
    kubeflow,
    associate_public_ip_address: publicNodes,
    image_registry: mirror,
  }: Checked,
  { clients }: TaskContext,
): Promise<CheckedNetwork> {
  const vpc = await findVpc(clients, vpcId);
  const needsPublic = kubeflow.ingress_scheme === 'internet-facing';
  if (vpc !== undefined) {
    const needsWayOut = mirror === undefined && !publicNodes;
    const [available, missing] = await Promise.all([
      findSubnets(clients, vpcId),
      missingDnsAttributes(clients, vpcId),
    ]);
    const { subnets, findings } = chooseSubnets(
      { vpc, named, needsPublic, publicNodes, needsWayOut },
      available,
    );
    const unusable = missing.map((attribute): Finding => ({
      name: 'VpcUnusable',
      message: `the VPC ${vpcId} has not ${attribute}, without which no node registers with EKS. Turn it on: aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --${attribute === 'enableDnsSupport' ? 'enable-dns-support' : 'enable-dns-hostnames'} "{\\"Value\\":true}".`,
    }));
    return { vpc, subnets, findings: [...findings, ...unusable] };
  }
  const message = `there is no VPC ${vpcId} in ${clients.region}; expected an existing one with private subnets in two availability zones. Correct \`vpc_id\` or \`region\`.`;
  return {
    subnets: { private: [], public: [] },
    findings: [{ name: 'VpcMissing', message }],
  };
}
