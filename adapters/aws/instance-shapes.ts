import { DescribeInstanceTypesCommand, EC2Client, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import type { AwsClients } from './clients';
import type { InstanceShape } from '../../core/nodes/resources';

/** What EC2 says of a kind of machine; `undefined` for one that the region does not have. */
export async function describeInstanceShape(
  ec2: EC2Client,
  type: string,
): Promise<InstanceShape | undefined> {
  const { InstanceTypes: found = [] } = await ec2.send(
    new DescribeInstanceTypesCommand({
      Filters: [{ Name: 'instance-type', Values: [type] }],
    }),
  );
  return found[0] === undefined ? undefined : shapeOf(type, found[0]);
}

/** The same with the clients of a command or a task. */
export async function findInstanceShape(
  clients: AwsClients,
  type: string,
): Promise<InstanceShape | undefined> {
  return describeInstanceShape(clients.get(EC2Client), type);
}

function shapeOf(type: string, info: InstanceTypeInfo): InstanceShape {
  const {
    VCpuInfo: cpu,
    MemoryInfo: memory,
    NetworkInfo: network,
    GpuInfo: gpu,
    ProcessorInfo: processor,
  } = info;
  return {
    type,
    vcpus: cpu?.DefaultVCpus ?? 0,
    memoryMiB: memory?.SizeInMiB ?? 0,
    gpus: (gpu?.Gpus ?? []).reduce((sum, { Count: count = 0 }) => sum + count, 0),
    interfaces: network?.MaximumNetworkInterfaces ?? 0,
    addressesPerInterface: network?.Ipv4AddressesPerInterface ?? 0,
    architecture: processor?.SupportedArchitectures?.includes('arm64') === true ? 'arm64' : 'amd64',
  };
}
