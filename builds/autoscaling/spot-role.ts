import type { AwsClients } from '../../adapters/aws/clients';
import { roleExists } from '../../adapters/aws/iam-presence';
import { createServiceLinkedRole } from '../../adapters/aws/service-linked-roles';
import type { BuildConfiguration } from '../../core/configuration';
import { partitionOf } from '../../core/partitions';
import type { PlannedChange } from '../../core/plan';

const service = 'spot.amazonaws.com';
const name = 'AWSServiceRoleForEC2Spot';

/**
 * What makes the account's role of EC2 Spot, where nodes may be Spot machines: without it EC2 refuses all of them
 * (`AuthFailure.ServiceLinkedRoleCreationNotPermitted`), and Karpenter may not make it. It is one for the account, belongs to no
 * deployment and stays (EC2 user guide, "Service-linked role for Spot Instances"; Karpenter's guide, "Missing Service Linked
 * Role"). Reads only.
 */
export async function planSpotRole(
  clients: AwsClients,
  { autoscaling, region, account_id: accountId }: BuildConfiguration,
): Promise<(PlannedChange & { make: () => Promise<void> })[]> {
  const pools = [autoscaling?.general, autoscaling?.gpu];
  if (!pools.some((pool) => pool?.capacity_types.includes('spot') === true)) return [];
  const arn = `arn:${partitionOf(region)}:iam::${accountId}:role/aws-service-role/${service}/${name}`;
  if (await roleExists(clients, arn)) return [];
  const what = `the role ${name}, which the account needs for Spot machines and keeps`;
  return [{ action: 'create', what, make: () => createServiceLinkedRole(clients, service) }];
}
