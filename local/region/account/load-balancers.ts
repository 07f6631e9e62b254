import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { createHash } from 'node:crypto';
import type { Ingress } from '../../kubernetes/stand-ins/load-balancer-controller';
import type { RegionClients } from './clients';

/** The controller's own naming: `k8s-<namespace>-<name>-<hash>`, each part shortened. */
function nameOf(clusterName: string, { metadata }: Ingress): string {
  const hash = createHash('sha256')
    .update(`${clusterName}/${metadata.namespace ?? ''}/${metadata.name}`)
    .digest('hex')
    .slice(0, 10);
  const short = (text: string): string => text.replace(/[^a-zA-Z0-9]/g, '').slice(0, 8);
  return `k8s-${short(metadata.namespace ?? '')}-${short(metadata.name)}-${hash}`;
}

async function find({ elb }: RegionClients, name: string): Promise<LoadBalancer | undefined> {
  const { LoadBalancers: all = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  return all.find((candidate) => candidate.LoadBalancerName === name);
}

/**
 * Makes the load balancer of an Ingress as the AWS Load Balancer Controller does: in the cluster's VPC, in the subnets
 * that carry the tag for its scheme.
 *
 * @returns its DNS name
 * @throws Error when fewer than two subnets carry the tag
 */
export async function provisionLoadBalancer(
  clients: RegionClients,
  clusterName: string,
  ingress: Ingress,
): Promise<string> {
  const name = nameOf(clusterName, ingress);
  const existing = await find(clients, name);
  if (existing?.DNSName !== undefined) return existing.DNSName;
  const scheme = ingress.metadata.annotations?.['alb.ingress.kubernetes.io/scheme'] ?? 'internal';
  const vpcId = await vpcOf(clients, clusterName);
  const tag = scheme === 'internet-facing' ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb';
  const { Subnets: subnets = [] } = await clients.ec2.send(
    new DescribeSubnetsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: `tag:${tag}`, Values: ['1', ''] },
      ],
    }),
  );
  if (subnets.length < 2) {
    throw new Error(`couldn't auto-discover subnets: ${subnets.length} with tag ${tag}, need at least 2`);
  }
  const { LoadBalancers: [made] = [] } = await clients.elb.send(
    new CreateLoadBalancerCommand({
      Name: name,
      Scheme: scheme === 'internet-facing' ? 'internet-facing' : 'internal',
      Type: 'application',
      Subnets: subnets.map(({ SubnetId: id = '' }) => id),
      Tags: [
        { Key: 'elbv2.k8s.aws/cluster', Value: clusterName },
        {
          Key: 'ingress.k8s.aws/stack',
          Value: `${ingress.metadata.namespace ?? ''}/${ingress.metadata.name}`,
        },
      ],
    }),
  );
  if (made?.DNSName === undefined) throw new Error('the load balancer has no DNS name');
  return made.DNSName;
}

/** The VPC of a cluster's subnets; the one that moto names in the cluster itself is made up. */
async function vpcOf({ eks, ec2 }: RegionClients, clusterName: string): Promise<string> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  const subnetIds = cluster?.resourcesVpcConfig?.subnetIds ?? [];
  const { Subnets: subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnetIds }));
  return subnets[0]?.VpcId ?? '';
}

/** Deletes it; no error if it is gone. */
export async function deprovisionLoadBalancer(
  clients: RegionClients,
  clusterName: string,
  ingress: Ingress,
): Promise<void> {
  const existing = await find(clients, nameOf(clusterName, ingress));
  if (existing?.LoadBalancerArn === undefined) return;
  await clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: existing.LoadBalancerArn }));
}
