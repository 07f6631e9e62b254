import {
  DeleteLaunchTemplateCommand,
  DeleteSecurityGroupCommand,
  DeleteVolumeCommand,
  EC2Client,
  TerminateInstancesCommand,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
  type Filter,
} from '@aws-sdk/client-ec2';
import {
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';

/** The load balancer controller's mark on what it makes, beside the tags that it is given (its `pkg/deploy/tracking`). */
const controllerTag = 'elbv2.k8s.aws/cluster';

/** As many resources as DescribeTags takes (Elastic Load Balancing API reference). */
const tagsAtOnce = 20;

/** What controllers of a cluster made in AWS, as far as they marked it as the deployment's. */
export interface Leftover {
  /** ARN or id. */
  id: string;
  remove: () => Promise<void>;
}

/** Load balancers that the controller of a deployment's cluster made. */
export async function findLoadBalancersOf(clients: AwsClients, deployment: string): Promise<Leftover[]> {
  const client = clients.get(ElasticLoadBalancingV2Client);
  const arns: string[] = [];
  for await (const { LoadBalancers: page = [] } of paginateDescribeLoadBalancers({ client }, {})) {
    arns.push(...page.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []));
  }
  return (await ownedBy(clients, deployment, arns)).map((id) => ({
    id,
    remove: async () => {
      await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id }));
    },
  }));
}

/** Target groups that the controller of a deployment's cluster made; one can go once no load balancer uses it. */
export async function findTargetGroupsOf(clients: AwsClients, deployment: string): Promise<Leftover[]> {
  const client = clients.get(ElasticLoadBalancingV2Client);
  const arns: string[] = [];
  for await (const { TargetGroups: page = [] } of paginateDescribeTargetGroups({ client }, {})) {
    arns.push(...page.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []));
  }
  return (await ownedBy(clients, deployment, arns)).map((id) => ({
    id,
    remove: async () => {
      await client.send(new DeleteTargetGroupCommand({ TargetGroupArn: id }));
    },
  }));
}

/** Security groups that the controller of a deployment's cluster made for its load balancers. */
export async function findSecurityGroupsOf(clients: AwsClients, deployment: string): Promise<Leftover[]> {
  const client = clients.get(EC2Client);
  const found: Leftover[] = [];
  const Filters = [tagged(ownerTag, deployment), tagged(controllerTag, deployment)];
  for await (const { SecurityGroups: page = [] } of paginateDescribeSecurityGroups({ client }, { Filters })) {
    for (const { GroupId: id = '' } of page) {
      const remove = async (): Promise<void> => {
        await client.send(new DeleteSecurityGroupCommand({ GroupId: id }));
      };
      found.push({ id, remove });
    }
  }
  return found;
}

/**
 * Security groups that EKS made for a cluster of a name, with their names. One stays where rules of other groups still referred to
 * it when somebody deleted the cluster (EKS user guide, "Delete a cluster"; EC2 API reference, DeleteSecurityGroup).
 */
export async function listGroupsOfEks(
  clients: AwsClients,
  cluster: string,
): Promise<{ id: string; name: string }[]> {
  const client = clients.get(EC2Client);
  const found: { id: string; name: string }[] = [];
  const Filters = [tagged('aws:eks:cluster-name', cluster)];
  for await (const { SecurityGroups: page = [] } of paginateDescribeSecurityGroups({ client }, { Filters }))
    found.push(...page.map(({ GroupId: id = '', GroupName: name = '' }) => ({ id, name })));
  return found;
}

/** EBS volumes that the storage driver of a deployment's cluster made. */
export async function findVolumesOf(clients: AwsClients, deployment: string): Promise<Leftover[]> {
  const client = clients.get(EC2Client);
  const found: Leftover[] = [];
  // The driver's own mark: a node's disk has our tag, too, and goes with the node.
  const Filters = [tagged(ownerTag, deployment), tagged('ebs.csi.aws.com/cluster', 'true')];
  for await (const { Volumes: page = [] } of paginateDescribeVolumes({ client }, { Filters })) {
    for (const { VolumeId: id = '' } of page) {
      const remove = async (): Promise<void> => {
        await client.send(new DeleteVolumeCommand({ VolumeId: id }));
      };
      found.push({ id, remove });
    }
  }
  return found;
}

/** Karpenter's marks on what it makes: the pool of a machine, and the cluster (its `pkg/apis/v1/labels.go`). */
const nodePoolTag = 'karpenter.sh/nodepool';
const nodesClusterTag = 'eks:eks-cluster-name';

/** Machines that Karpenter made for a deployment's cluster and that have not ended; those that end are among them. */
export async function findInstancesOf(
  clients: AwsClients,
  deployment: string,
): Promise<(Leftover & { isEnding: boolean })[]> {
  const client = clients.get(EC2Client);
  const found: (Leftover & { isEnding: boolean })[] = [];
  const Filters = [
    tagged(ownerTag, deployment),
    tagged(nodesClusterTag, deployment),
    { Name: 'tag-key', Values: [nodePoolTag] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] },
  ];
  for await (const { Reservations: page = [] } of paginateDescribeInstances({ client }, { Filters })) {
    for (const { InstanceId: id = '', State: state } of page.flatMap(({ Instances }) => Instances ?? [])) {
      const remove = async (): Promise<void> => {
        await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      };
      found.push({ id, remove, isEnding: state?.Name === 'shutting-down' });
    }
  }
  return found;
}

/** Launch templates that Karpenter made for a deployment's cluster. */
export async function findLaunchTemplatesOf(clients: AwsClients, deployment: string): Promise<Leftover[]> {
  const client = clients.get(EC2Client);
  const found: Leftover[] = [];
  const Filters = [
    tagged(ownerTag, deployment),
    tagged(nodesClusterTag, deployment),
    { Name: 'tag-key', Values: [nodePoolTag] },
  ];
  for await (const { LaunchTemplates: page = [] } of paginateDescribeLaunchTemplates(
    { client },
    { Filters },
  )) {
    for (const { LaunchTemplateId: id = '' } of page) {
      const remove = async (): Promise<void> => {
        await client.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }));
      };
      found.push({ id, remove });
    }
  }
  return found;
}

async function ownedBy(clients: AwsClients, deployment: string, arns: readonly string[]): Promise<string[]> {
  const owned: string[] = [];
  for (let index = 0; index < arns.length; index += tagsAtOnce) {
    const { TagDescriptions: described = [] } = await clients
      .get(ElasticLoadBalancingV2Client)
      .send(new DescribeTagsCommand({ ResourceArns: arns.slice(index, index + tagsAtOnce) }));
    for (const { ResourceArn: arn = '', Tags: tags = [] } of described) {
      const has = (key: string): boolean => tags.some((tag) => tag.Key === key && tag.Value === deployment);
      if (has(ownerTag) && has(controllerTag)) owned.push(arn);
    }
  }
  return owned;
}

function tagged(key: string, value: string): Filter {
  return { Name: `tag:${key}`, Values: [value] };
}
