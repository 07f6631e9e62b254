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
  vcpus: number;
}

/** What EC2 says of instance types, by name, in one request; the region has no others of these names. */
export async function findInstanceTypes(
  clients: AwsClients,
  names: readonly string[],
): Promise<ReadonlyMap<string, InstanceType>> {
  const { InstanceTypes: found = [] } = await clients.get(EC2Client).send(
    // As a filter: of a list of names, one that there is not refuses the others.
    new DescribeInstanceTypesCommand({
      Filters: [{ Name: 'instance-type', Values: [...new Set(names)] }],
    }),
  );
  return new Map(
    found.map(({ InstanceType: name = '', ProcessorInfo, GpuInfo, VCpuInfo }) => [
      name,
      {
        architectures: ProcessorInfo?.SupportedArchitectures ?? [],
        gpus: (GpuInfo?.Gpus ?? []).reduce((sum, { Count = 0 }) => sum + Count, 0),
        vcpus: VCpuInfo?.DefaultVCpus ?? 0,
      },
    ]),
  );
}

/**
 * The availability zones, by name, in which an instance type is offered; `undefined` where EC2 does not know the
 * question.
 */
export async function zonesOffering(clients: AwsClients, name: string): Promise<string[] | undefined> {
  try {
    const { InstanceTypeOfferings: offerings = [] } = await clients.get(EC2Client).send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: [name] }],
      }),
    );
    return offerings.flatMap(({ Location }) => Location ?? []).sort();
  } catch (error) {
    if (isAwsError(error, 'InvalidAction')) return undefined;
    throw error;
  }
}

/** What EC2 says of an account's default for tags in instance metadata. */
export interface MetadataDefault {
  /** Whether the answer has a part about the account. */
  hasAccountLevel: boolean;
  /** `enabled`, `disabled`, `no-preference`; `undefined` where nothing was set. */
  tags: string | undefined;
}

/**
 * The account's default, in the region, of whether an instance's tags can be read from its metadata. An EC2 that does not
 * know the question (it came in March 2024, and not to every partition at once) has no such default: `undefined`.
 */
export async function readMetadataDefault(clients: AwsClients): Promise<MetadataDefault | undefined> {
  try {
    const { AccountLevel } = await clients.get(EC2Client).send(new GetInstanceMetadataDefaultsCommand({}));
    return { hasAccountLevel: AccountLevel !== undefined, tags: AccountLevel?.InstanceMetadataTags };
  } catch (error) {
    if (isAwsError(error, 'InvalidAction')) return undefined;
    throw error;
  }
}
