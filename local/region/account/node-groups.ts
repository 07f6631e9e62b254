import { DescribeLaunchTemplateVersionsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { DescribeNodegroupCommand, ListNodegroupsCommand, type Nodegroup } from '@aws-sdk/client-eks';
import { describeInstanceShape } from '../../../adapters/aws/instance-shapes';
import { defined } from '../../../core/defined';
import type { NodeGroup } from '../../kubernetes/nodes/node-objects';
import type { RegionClients } from './clients';

/** A managed node group's, where neither it nor its launch template says another. */
const defaults = { instanceType: 't3.medium', volumeGiB: 20 } as const;

/** The managed node groups of a cluster, with what EC2 knows of their machines; without those that are being deleted. */
export async function nodeGroupsOf(clients: RegionClients, clusterName: string): Promise<NodeGroup[]> {
  const { nodegroups = [] } = await clients.eks.send(new ListNodegroupsCommand({ clusterName }));
  const described = await Promise.all(
    nodegroups
      .toSorted()
      .map((nodegroupName) => clients.eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }))),
  );
  return Promise.all(
    described
      .flatMap(({ nodegroup }) => nodegroup ?? [])
      .filter(({ status }) => status !== 'DELETING')
      .map((group) => nodeGroupOf(clients, group)),
  );
}

async function nodeGroupOf(clients: RegionClients, group: Nodegroup): Promise<NodeGroup> {
  const {
    nodegroupName = '',
    nodegroupArn = '',
    version = '',
    instanceTypes = [],
    labels = {},
    taints = [],
  } = group;
  const template = await readLaunchTemplate(clients, group);
  const instanceType = instanceTypes[0] ?? template.instanceType ?? defaults.instanceType;
  const shape = await describeInstanceShape(clients.ec2, instanceType);
  if (shape === undefined) throw new Error(`node group ${nodegroupName}: EC2 knows no ${instanceType}`);
  return {
    name: nodegroupName,
    id: nodegroupArn,
    version,
    shape,
    volumeGiB: template.volumeGiB ?? group.diskSize ?? defaults.volumeGiB,
    size: group.scalingConfig?.desiredSize ?? 0,
    capacityType: group.capacityType ?? 'ON_DEMAND',
    labels,
    taints: taints.map(({ key = '', value, effect = '' }) => ({
      key,
      ...defined({ value }),
      effect,
    })),
    subnets: await describeSubnets(clients, group.subnets ?? []),
  };
}

async function readLaunchTemplate(
  { ec2 }: RegionClients,
  { launchTemplate }: Nodegroup,
): Promise<{ instanceType?: string; volumeGiB?: number }> {
  if (launchTemplate?.id === undefined) return {};
  const { LaunchTemplateVersions: versions = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: launchTemplate.id,
      Versions: [launchTemplate.version ?? '$Default'],
    }),
  );
  const { InstanceType: instanceType, BlockDeviceMappings: devices = [] } =
    versions[0]?.LaunchTemplateData ?? {};
  const volumeGiB = devices[0]?.Ebs?.VolumeSize;
  return defined({ instanceType, volumeGiB });
}

async function describeSubnets(
  { ec2 }: RegionClients,
  ids: readonly string[],
): Promise<NodeGroup['subnets']> {
  if (ids.length === 0) return [];
  const { Subnets: found = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }));
  return found
    .map(
      ({
        SubnetId: id = '',
        AvailabilityZone: zone = '',
        AvailabilityZoneId: zoneId = '',
        CidrBlock: cidr = '',
      }) => ({
        id,
        zone,
        zoneId,
        cidr,
      }),
    )
    .toSorted((one, other) => one.zone.localeCompare(other.zone) || one.id.localeCompare(other.id));
}
