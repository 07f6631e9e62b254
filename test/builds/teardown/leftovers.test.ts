import {
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { sweepAfterCluster, sweepInstances, sweepLoadBalancers } from '../../../builds/teardown/leftovers';
import type { Left } from '../../../core/handover/left';
import { ownerTag } from '../../../core/naming';
import { useMoto } from '../../support/moto';

const moto = useMoto();
const ec2 = () => moto.lookingClients.get(EC2Client);
const elb = () => moto.lookingClients.get(ElasticLoadBalancingV2Client);

/** What the controllers of a cluster give whatever they make. */
const tagsOf = (deployment: string) => [
  { Key: ownerTag, Value: deployment },
  { Key: 'elbv2.k8s.aws/cluster', Value: deployment },
  { Key: 'ebs.csi.aws.com/cluster', Value: 'true' },
];

async function makeBalanced(deployment: string): Promise<void> {
  const { Vpc: vpc } = await ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const subnets = await Promise.all(
    ['a', 'b'].map(async (zone, index) =>
      ec2().send(
        new CreateSubnetCommand({
          VpcId: vpc?.VpcId,
          CidrBlock: `10.0.${index}.0/24`,
          AvailabilityZone: `eu-central-1${zone}`,
        }),
      ),
    ),
  );
  const Tags = tagsOf(deployment);
  await elb().send(
    new CreateLoadBalancerCommand({
      Name: `k8s-${deployment}`,
      Subnets: subnets.flatMap(({ Subnet: subnet }) => subnet?.SubnetId ?? []),
      Tags,
    }),
  );
  await elb().send(
    new CreateTargetGroupCommand({
      Name: `k8s-${deployment}`,
      VpcId: vpc?.VpcId,
      Protocol: 'HTTP',
      Port: 80,
      Tags,
    }),
  );
  await ec2().send(
    new CreateSecurityGroupCommand({
      GroupName: `k8s-${deployment}`,
      Description: 'of a load balancer',
      VpcId: vpc?.VpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags }],
    }),
  );
}

async function makeVolume(deployment: string): Promise<string> {
  const { VolumeId: id = '' } = await ec2().send(
    new CreateVolumeCommand({
      AvailabilityZone: 'eu-central-1a',
      Size: 1,
      TagSpecifications: [{ ResourceType: 'volume', Tags: tagsOf(deployment) }],
    }),
  );
  return id;
}

const options = (say: (line: string) => void) => ({
  clients: moto.clients,
  deployment: 'acme',
  say,
  leave: ({ what, why }: Left) => {
    say(`${what} is left: ${why}`);
  },
  timeoutSeconds: 1,
  pollMs: 10,
});

test('load balancers that a dead controller left go by their tags, those of another deployment stay', async () => {
  await makeBalanced('acme');
  await makeBalanced('other');
  await sweepLoadBalancers(options(() => undefined));
  await sweepAfterCluster(
    new Set(),
    options(() => undefined),
  );
  const { LoadBalancers: balancers } = await elb().send(new DescribeLoadBalancersCommand({}));
  const { TargetGroups: targets } = await elb().send(new DescribeTargetGroupsCommand({}));
  const { SecurityGroups: groups = [] } = await ec2().send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag-key', Values: [ownerTag] }] }),
  );
  expect(balancers?.map(({ LoadBalancerName }) => LoadBalancerName)).toEqual(['k8s-other']);
  expect(targets?.map(({ TargetGroupName }) => TargetGroupName)).toEqual(['k8s-other']);
  expect(groups.map(({ GroupName }) => GroupName)).toEqual(['k8s-other']);
});

test('volumes that were to be deleted go; others of the cluster stay and are named', async () => {
  const said: string[] = [];
  const [doomed, kept, foreign] = [
    await makeVolume('acme'),
    await makeVolume('acme'),
    await makeVolume('other'),
  ];
  await sweepAfterCluster(
    new Set([doomed, foreign]),
    options((line) => said.push(line)),
  );
  const { Volumes: volumes = [] } = await ec2().send(new DescribeVolumesCommand({}));
  expect(volumes.map(({ VolumeId }) => VolumeId).sort()).toEqual([kept, foreign].sort());
  expect(said.join('\n')).toMatch(new RegExp(`volumes of acme: ${kept} is left: .*delete them in EC2`));
});

test('machines that Karpenter made and left are ended, with their launch templates; those of others stay', async () => {
  const tagsOfNode = (deployment: string) => [
    { Key: ownerTag, Value: deployment },
    { Key: 'eks:eks-cluster-name', Value: deployment },
    { Key: 'karpenter.sh/nodepool', Value: 'general' },
  ];
  for (const deployment of ['acme', 'other']) {
    await ec2().send(
      new RunInstancesCommand({
        ...{ ImageId: 'ami-12c6146b', InstanceType: 'm7i.large', MinCount: 1, MaxCount: 1 },
        TagSpecifications: [{ ResourceType: 'instance', Tags: tagsOfNode(deployment) }],
      }),
    );
    await ec2().send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: `karpenter.k8s.aws/${deployment}`,
        LaunchTemplateData: { ImageId: 'ami-12c6146b' },
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagsOfNode(deployment) }],
      }),
    );
  }
  const left: Left[] = [];
  await sweepInstances({
    ...{ clients: moto.clients, deployment: 'acme', say: () => undefined, pollMs: 1 },
    leave: (one) => left.push(one),
  });
  const { Reservations: reservations = [] } = await ec2().send(new DescribeInstancesCommand({}));
  const states = reservations
    .flatMap(({ Instances: instances = [] }) => instances)
    .map(({ State: state, Tags: tags = [] }) => [
      tags.find(({ Key }) => Key === ownerTag)?.Value,
      state?.Name,
    ]);
  expect(states).toEqual([
    ['acme', 'terminated'],
    ['other', 'running'],
  ]);
  const { LaunchTemplates: templates = [] } = await ec2().send(new DescribeLaunchTemplatesCommand({}));
  expect(templates.map(({ LaunchTemplateName: name }) => name)).toEqual(['karpenter.k8s.aws/other']);
  expect(left).toEqual([]);
});
