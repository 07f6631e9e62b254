import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { DescribeAccessEntryCommand } from '@aws-sdk/client-eks';
import { GetInstanceProfileCommand } from '@aws-sdk/client-iam';
import { describeInstanceShape } from '../../../adapters/aws/instance-shapes';
import { readNodeConfig, type Machine } from '../../kubernetes/nodes/machine-objects';
import type { RegionClients } from './clients';

/**
 * The machines that would join a cluster by themselves: their user data names it, and their role has an access entry of the
 * type EC2_LINUX there, without which EKS lets no node in (EKS user guide, "Create access entries").
 */
export async function machinesOf(clients: RegionClients, clusterName: string): Promise<Machine[]> {
  const { Reservations: reservations = [] } = await clients.ec2.send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
      MaxResults: 1000,
    }),
  );
  const machines = await Promise.all(
    reservations
      .flatMap(({ Instances: instances = [] }) => instances)
      .map((instance) => machineOf(clients, instance, clusterName)),
  );
  return machines.flatMap((machine) => machine ?? []);
}

async function machineOf(
  clients: RegionClients,
  instance: Instance,
  clusterName: string,
): Promise<Machine | undefined> {
  const { ec2 } = clients;
  const { InstanceId: id = '', InstanceType: type = '', SubnetId: subnetId, Placement: placement } = instance;
  const { UserData: userData } = await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: 'userData' }),
  );
  const config = readNodeConfig(Buffer.from(userData?.Value ?? '', 'base64').toString('utf8'));
  if (config?.clusterName !== clusterName) return undefined;
  if (!(await mayJoin(clients, instance, clusterName))) return undefined;
  const volumes = (instance.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.VolumeId ?? []);
  const [shape, subnets, disks, images] = await Promise.all([
    describeInstanceShape(ec2, type),
    ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId ?? ''] })),
    ec2.send(new DescribeVolumesCommand({ VolumeIds: volumes })),
    ec2.send(new DescribeImagesCommand({ ImageIds: [instance.ImageId ?? ''] })),
  ]);
  const zone = placement?.AvailabilityZone ?? '';
  if (shape === undefined) throw new Error(`EC2 knows no ${type}`);
  return {
    id,
    hostname: instance.PrivateDnsName ?? id,
    address: instance.PrivateIpAddress ?? '',
    region: zone.slice(0, -1),
    zone,
    zoneId: subnets.Subnets?.[0]?.AvailabilityZoneId ?? '',
    shape,
    volumeGiB: disks.Volumes?.[0]?.Size ?? 0,
    version: /-(1\.\d+)-v\d+$/.exec(images.Images?.[0]?.Name ?? '')?.[1] ?? '',
    config,
  };
}

/** Whether EKS lets a machine into a cluster, by the role of its instance profile. */
export async function mayJoin(
  { iam, eks }: Pick<RegionClients, 'iam' | 'eks'>,
  { IamInstanceProfile: profile }: Pick<Instance, 'IamInstanceProfile'>,
  clusterName: string,
): Promise<boolean> {
  const name = profile?.Arn?.slice(profile.Arn.lastIndexOf('/') + 1);
  if (name === undefined) return false;
  try {
    const { InstanceProfile: found } = await iam.send(
      new GetInstanceProfileCommand({ InstanceProfileName: name }),
    );
    const { Arn: principalArn, CreateDate: roleCreatedAt } = found?.Roles?.[0] ?? {};
    const { accessEntry } = await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
    if (accessEntry?.type !== 'EC2_LINUX') return false;
    // An entry keeps the id of its role, and a role that was re-created has another (EKS API reference, type AccessEntry).
    const { createdAt } = accessEntry;
    return roleCreatedAt === undefined || createdAt === undefined || roleCreatedAt <= createdAt;
  } catch (error) {
    if (error instanceof Error && /NotFound|NoSuchEntity/.test(error.name)) return false;
    throw error;
  }
}
