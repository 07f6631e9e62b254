import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  GetInstanceMetadataDefaultsCommand,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

export interface InstanceType {
  /** `x86_64`, `arm64`. */
  architectures: readonly string[];
  gpus: number;
}

/** An instance type, or `undefined` where the region has none of this name. */
export async function findInstanceType(clients: AwsClients, name: string): Promise<InstanceType | undefined> {
  try {
    const { InstanceTypes: [found] = [] } = await clients
      .get(EC2Client)
      .send(new DescribeInstanceTypesCommand({ InstanceTypes: [name as never] }));
    if (found === undefined) return undefined;
    return {
      architectures: found.ProcessorInfo?.SupportedArchitectures ?? [],
      gpus: (found.GpuInfo?.Gpus ?? []).reduce((sum, { Count = 0 }) => sum + Count, 0),
    };
  } catch (error) {
    if (isAwsError(error, 'InvalidInstanceType')) return undefined;
    throw error;
  }
}

/** The availability zones, by name, in which an instance type is offered. */
export async function zonesOffering(clients: AwsClients, name: string): Promise<string[]> {
  const { InstanceTypeOfferings: offerings = [] } = await clients.get(EC2Client).send(
    new DescribeInstanceTypeOfferingsCommand({
      LocationType: 'availability-zone',
      Filters: [{ Name: 'instance-type', Values: [name] }],
    }),
  );
  return offerings.flatMap(({ Location }) => Location ?? []).sort();
}

/** Whether the account's default, in the region, is that an instance's tags can be read from its metadata. */
export async function showsTagsInMetadata(clients: AwsClients): Promise<boolean> {
  const { AccountLevel } = await clients.get(EC2Client).send(new GetInstanceMetadataDefaultsCommand({}));
  return AccountLevel?.InstanceMetadataTags === 'enabled';
}
