import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeSubnetsCommand, type Subnet } from '@aws-sdk/client-ec2';
import { createHash } from 'node:crypto';
import type {
  ControllerSettings,
  Ingress,
  IngressBackend,
} from '../../kubernetes/stand-ins/load-balancer-controller';
import type { RegionClients } from './clients';
import { setAttributes, setWebAcl } from './ingress-settings';
import { clusterTag, keepTargetGroups, removeTargetGroups, stackOf, stackTag } from './target-groups';

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
 * Makes the load balancer of an Ingress as the AWS Load Balancer Controller does: in the subnets that the Ingress names,
 * else in those of the cluster's VPC that carry the tag for its scheme.
 *
 * @returns its DNS name
 * @throws Error as the controller's event `FailedBuildModel` says it, where no load balancer could stand in these subnets
 * @throws DeployError as its event `FailedDeployModel` says it, where AWS refuses an attribute or a web ACL
 */
export async function provisionLoadBalancer(
  clients: RegionClients,
  settings: ControllerSettings,
  ingress: Ingress,
  backends: readonly IngressBackend[] = [],
): Promise<string> {
  const name = nameOf(settings.clusterName, ingress);
  const { LoadBalancerArn: arn, DNSName: hostname } =
    (await find(clients, name)) ?? (await makeLoadBalancer(clients, settings, ingress, name));
  if (arn === undefined || hostname === undefined) throw new Error('the load balancer has no DNS name');
  const annotations = ingress.metadata.annotations ?? {};
  await setAttributes(clients, arn, annotations);
  await keepTargetGroups(clients, settings, ingress, backends, arn);
  if (settings.managesWebAcls) await setWebAcl(clients, arn, annotations);
  return hostname;
}

async function makeLoadBalancer(
  clients: RegionClients,
  { clusterName, vpcId, defaultTags }: ControllerSettings,
  ingress: Ingress,
  name: string,
): Promise<LoadBalancer> {
  const annotation = (key: string): string | undefined =>
    ingress.metadata.annotations?.[`alb.ingress.kubernetes.io/${key}`];
  const scheme = annotation('scheme') ?? 'internal';
  const subnets = await resolveSubnets(clients, vpcId, scheme, annotation('subnets'));
  const { LoadBalancers: [made] = [] } = await clients.elb.send(
    new CreateLoadBalancerCommand({
      Name: name,
      Scheme: scheme === 'internet-facing' ? 'internet-facing' : 'internal',
      Type: 'application',
      Subnets: subnets.map(({ SubnetId: id = '' }) => id),
      Tags: [
        ...Object.entries(defaultTags).map(([Key, Value]) => ({ Key, Value })),
        { Key: clusterTag, Value: clusterName },
        { Key: stackTag, Value: stackOf(ingress) },
      ],
    }),
  );
  return made ?? {};
}

/**
 * The controller's rules for subnets (v3.5, `pkg/networking/subnet_resolver.go`): those that are named must be there, in
 * one VPC, one for each zone, two at least.
 */
async function resolveSubnets(
  clients: RegionClients,
  vpcId: string,
  scheme: string,
  named: string | undefined,
): Promise<Subnet[]> {
  const tag = scheme === 'internet-facing' ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb';
  const ids = (named ?? '').split(',').filter((id) => id !== '');
  const { Subnets: subnets = [] } = await clients.ec2.send(
    new DescribeSubnetsCommand(
      ids.length > 0
        ? { SubnetIds: ids }
        : {
            Filters: [
              { Name: 'vpc-id', Values: [vpcId] },
              { Name: `tag:${tag}`, Values: ['1', ''] },
            ],
          },
    ),
  );
  const zones = new Map<string, string[]>();
  for (const { SubnetId: id = '', AvailabilityZone: zone = '' } of subnets)
    zones.set(zone, [...(zones.get(zone) ?? []), id]);
  if (ids.length > 0) {
    const doubled = [...zones].find(([, inZone]) => inZone.length > 1);
    if (doubled !== undefined)
      throw new Error(
        `multiple subnets in same Availability Zone ${doubled[0]}: [${doubled[1].map((id) => JSON.stringify(id)).join(' ')}]`,
      );
  }
  if (zones.size < 2)
    throw new Error(
      ids.length > 0
        ? `subnets count less than minimal required count: ${zones.size} < 2`
        : `couldn't auto-discover subnets: ${zones.size} with tag ${tag}, need at least 2`,
    );
  // Of several with the tag, the controller itself takes one for each zone.
  return subnets.filter(({ SubnetId: id, AvailabilityZone: zone = '' }) => zones.get(zone)?.[0] === id);
}

/** Deletes it with its target groups; no error if they are gone. */
export async function deprovisionLoadBalancer(
  clients: RegionClients,
  { clusterName }: ControllerSettings,
  ingress: Ingress,
): Promise<void> {
  const existing = await find(clients, nameOf(clusterName, ingress));
  const { LoadBalancerArn } = existing ?? {};
  if (LoadBalancerArn !== undefined)
    await clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  await removeTargetGroups(clients, clusterName, ingress);
}
