import { DescribeKeyPairsCommand, EC2Client, paginateDescribeVpcs } from '@aws-sdk/client-ec2';
import { KMSClient, paginateListAliases } from '@aws-sdk/client-kms';
import type { AwsClients } from './clients';
import { listHostedZones } from './hosted-zones';

/** Something of an account that a configuration can name. */
export interface Choice {
  value: string;
  /** By what people know it. */
  name: string;
}

/** The VPCs of the region, by their tag `Name`. */
export async function listVpcs(clients: AwsClients): Promise<Choice[]> {
  const found: Choice[] = [];
  for await (const { Vpcs = [] } of paginateDescribeVpcs({ client: clients.get(EC2Client) }, {})) {
    for (const { VpcId: value = '', CidrBlock: range = '', Tags: tags = [] } of Vpcs) {
      const name = tags.find(({ Key }) => Key === 'Name')?.Value;
      found.push({ value, name: [value, name, range].filter(Boolean).join('  ') });
    }
  }
  return found;
}

/** The keys with a name of the account's own, by it; their ARNs. */
export async function listNamedKeys(
  clients: AwsClients,
  { region, accountId }: { region: string; accountId: string },
): Promise<Choice[]> {
  const found: Choice[] = [];
  for await (const { Aliases = [] } of paginateListAliases({ client: clients.get(KMSClient) }, {})) {
    for (const { AliasName: alias = '', TargetKeyId: id } of Aliases) {
      // Keys that services made are theirs: EKS does not take them.
      if (id === undefined || alias.startsWith('alias/aws/')) continue;
      found.push({ value: `arn:aws:kms:${region}:${accountId}:key/${id}`, name: `${alias}  ${id}` });
    }
  }
  return found;
}

/** The public hosted zones, by their domain. */
export async function listPublicZones(clients: AwsClients): Promise<Choice[]> {
  const zones = await listHostedZones(clients);
  return zones.filter((zone) => !zone.private).map(({ name }) => ({ value: name, name }));
}

/** The key pairs of the region. */
export async function listKeyPairs(clients: AwsClients): Promise<Choice[]> {
  const { KeyPairs: pairs = [] } = await clients.get(EC2Client).send(new DescribeKeyPairsCommand({}));
  return pairs.map(({ KeyName: name = '' }) => ({ value: name, name }));
}
