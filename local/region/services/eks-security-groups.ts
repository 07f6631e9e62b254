import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '../../../adapters/aws/clients';

/** The security groups that EKS makes for clusters. */
export interface ClusterSecurityGroups {
  /** @returns its id; undefined where the subnets are not known */
  create(cluster: string, subnetIds: readonly string[]): Promise<string | undefined>;
  /** @returns its id; undefined where there is none */
  find(cluster: string): Promise<string | undefined>;
  remove(cluster: string): Promise<void>;
}

/**
 * Besides those that a cluster is given, EKS makes one for its control plane and its managed nodes. It has tags of EKS'
 * own, not those of the cluster (EKS user guide, "Amazon EKS security group requirements"; aws/containers-roadmap#977), so
 * that a policy which asks for a tag of the cluster denies to change it.
 *
 * @param clients of the region itself
 */
export function clusterSecurityGroups(clients: AwsClients): ClusterSecurityGroups {
  const ec2 = clients.get(EC2Client);
  const find = async (cluster: string): Promise<string | undefined> => {
    const { SecurityGroups: groups = [] } = await ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [{ Name: 'tag:aws:eks:cluster-name', Values: [cluster] }],
      }),
    );
    // That of an earlier cluster of the name may be there still.
    return groups.at(-1)?.GroupId;
  };
  return {
    find,
    create: async (cluster, SubnetIds) => {
      const { Subnets: [subnet] = [] } = await ec2
        .send(new DescribeSubnetsCommand({ SubnetIds: [...SubnetIds] }))
        .catch(() => ({ Subnets: [] }));
      if (subnet === undefined) return undefined;
      const name = `eks-cluster-sg-${cluster}-${Date.now() % 1_000_000_000}`;
      const { GroupId: id } = await ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: name,
          Description: 'EKS created security group applied to ENI that is attached to EKS Control Plane',
          VpcId: subnet.VpcId,
          TagSpecifications: [
            {
              ResourceType: 'security-group',
              Tags: [
                { Key: 'Name', Value: name },
                { Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned' },
                { Key: 'aws:eks:cluster-name', Value: cluster },
              ],
            },
          ],
        }),
      );
      return id;
    },
    remove: async (cluster) => {
      const GroupId = await find(cluster);
      // One that something else still refers to stays, as on AWS.
      if (GroupId !== undefined)
        await ec2.send(new DeleteSecurityGroupCommand({ GroupId })).catch(() => undefined);
    },
  };
}
