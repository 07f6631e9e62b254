import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  TerminateInstancesCommand,
  type FleetLaunchTemplateOverridesRequest,
} from '@aws-sdk/client-ec2';
import {
  CreateInstanceProfileCommand,
  CreateServiceLinkedRoleCommand,
  IAMClient,
  ListInstanceProfilesCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { useMoto } from '../../support/moto';

describe('machines, as EC2 has them and moto alone has not', () => {
  const moto = useMoto();
  const ec2 = (): EC2Client => moto.lookingClients.get(EC2Client);
  const iam = (): IAMClient => moto.lookingClients.get(IAMClient);

  /** Systems Manager's GetParameter, whose client is not among the dependencies. */
  async function parameter(name: string): Promise<string> {
    const response = await fetch(moto.server.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonSSM.GetParameter',
        authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/${moto.lookingClients.region}/ssm/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({ Name: name }),
    });
    const body = (await response.json()) as { Parameter?: { Value: string }; __type?: string };
    return body.Parameter?.Value ?? body.__type ?? '';
  }

  test('the default key of volumes is that of AWS, also once it is made, until the account names its own', async () => {
    const usual = async () => (await ec2().send(new GetEbsDefaultKmsKeyIdCommand({}))).KmsKeyId;
    expect(await usual()).toBe('alias/aws/ebs');
    await ec2().send(
      new CreateVolumeCommand({ AvailabilityZone: 'eu-central-1a', Size: 1, Encrypted: true }),
    );
    expect(await usual()).toBe('alias/aws/ebs');
    const { KeyMetadata: key } = await moto.lookingClients.get(KMSClient).send(new CreateKeyCommand({}));
    await ec2().send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: key?.Arn }));
    expect(await usual()).toBe(key?.Arn);
  });

  const imageOf = (rest: string): Promise<string> =>
    parameter(`/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/${rest}/image_id`);

  test('the public parameters of node images name images that are there', async () => {
    const names = ['x86_64/standard/recommended', 'arm64/nvidia/recommended', 'x86_64/neuron/recommended'];
    const ids = await Promise.all(names.map(imageOf));
    const { Images: images = [] } = await ec2().send(new DescribeImagesCommand({ ImageIds: ids }));
    expect(ids.map((id) => images.find(({ ImageId }) => ImageId === id))).toMatchObject([
      { Architecture: 'x86_64', Name: expect.stringMatching(/-x86_64-standard-1\.35-v\d{8}$/) as string },
      { Architecture: 'arm64', Name: expect.stringMatching(/-arm64-nvidia-1\.35-v\d{8}$/) as string },
      { Architecture: 'x86_64', Name: expect.stringMatching(/-x86_64-neuron-1\.35-v\d{8}$/) as string },
    ]);
    expect(await imageOf('arm64/neuron/recommended')).toContain('ParameterNotFound');
    expect(await imageOf('x86_64/standard/amazon-eks-node-al2023-x86_64-standard-1.35-v20260301')).toMatch(
      /^ami-/,
    );
    expect(await imageOf('x86_64/standard/amazon-eks-node-al2023-x86_64-standard-1.34-v20260301')).toContain(
      'ParameterNotFound',
    );
  });

  async function prepare(profile: string): Promise<{ subnet: string; group: string; image: string }> {
    const { Vpc: vpc } = await ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const VpcId = vpc?.VpcId;
    const { Subnet: subnet } = await ec2().send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24' }));
    const { GroupId: group = '' } = await ec2().send(
      new CreateSecurityGroupCommand({ GroupName: 'nodes', Description: 'nodes', VpcId }),
    );
    await iam().send(new CreateInstanceProfileCommand({ InstanceProfileName: 'nodes' }));
    const image = await imageOf('x86_64/standard/recommended');
    await ec2().send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'karpenter/1',
        LaunchTemplateData: {
          UserData: Buffer.from('hello').toString('base64'),
          IamInstanceProfile: { Name: profile },
          NetworkInterfaces: [{ DeviceIndex: 0, Groups: [group] }],
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
          BlockDeviceMappings: [
            { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 50, DeleteOnTermination: true } },
          ],
        },
      }),
    );
    return { subnet: subnet?.SubnetId ?? '', group, image };
  }

  const launch = (
    Overrides: FleetLaunchTemplateOverridesRequest[],
    kind: 'spot' | 'on-demand' = 'on-demand',
  ) =>
    ec2().send(
      new CreateFleetCommand({
        Type: 'instant',
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: { LaunchTemplateName: 'karpenter/1', Version: '$Latest' },
            Overrides,
          },
        ],
        TargetCapacitySpecification: { DefaultTargetCapacityType: kind, TotalTargetCapacity: 1 },
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'node' }] }],
      }),
    );

  test('an instant fleet becomes machines as their launch template says, of the override that comes first', async () => {
    const { subnet, group, image } = await prepare('nodes');
    await iam().send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'spot.amazonaws.com' }));
    const { Instances: made } = await launch(
      [
        { InstanceType: 'm6i.large', SubnetId: subnet, ImageId: image, Priority: 2 },
        { InstanceType: 'm7i.large', SubnetId: subnet, ImageId: image, Priority: 1 },
      ],
      'spot',
    );
    expect(made).toMatchObject([
      { InstanceType: 'm7i.large', LaunchTemplateAndOverrides: { Overrides: { SubnetId: subnet } } },
    ]);
    const InstanceIds = made?.[0]?.InstanceIds ?? [];
    const { Reservations: reservations } = await ec2().send(new DescribeInstancesCommand({ InstanceIds }));
    expect(reservations?.[0]?.Instances?.[0]).toMatchObject({
      InstanceLifecycle: 'spot',
      SpotInstanceRequestId: expect.stringMatching(/^sir-/) as string,
      SubnetId: subnet,
      SecurityGroups: [{ GroupId: group }],
      IamInstanceProfile: { Arn: expect.stringMatching(/instance-profile\/nodes$/) as string },
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      Tags: expect.arrayContaining([{ Key: 'Name', Value: 'node' }]) as object[],
    });
    const { UserData: userData } = await ec2().send(
      new DescribeInstanceAttributeCommand({ InstanceId: InstanceIds[0], Attribute: 'userData' }),
    );
    expect(Buffer.from(userData?.Value ?? '', 'base64').toString()).toBe('hello');
    const volumes = { Filters: [{ Name: 'attachment.instance-id', Values: InstanceIds }] };
    expect((await ec2().send(new DescribeVolumesCommand(volumes))).Volumes).toMatchObject([{ Size: 50 }]);
    await ec2().send(new TerminateInstancesCommand({ InstanceIds }));
    expect((await ec2().send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
  });

  test('what cannot be launched is told by the fleet, and is no machine', async () => {
    const { subnet, image } = await prepare('nobodys');
    const arm = { InstanceType: 'm7g.large', SubnetId: subnet, ImageId: image } as const;
    const made = await launch([arm, { ...arm, InstanceType: 'm7i.large' }]);
    expect(made.Instances ?? []).toEqual([]);
    expect(made.Errors).toMatchObject([
      { ErrorCode: 'InvalidParameterValue', ErrorMessage: expect.stringContaining('architecture') as string },
      { ErrorMessage: expect.stringContaining('nobodys') as string },
    ]);
    const { Reservations: all = [] } = await ec2().send(new DescribeInstancesCommand({}));
    expect(
      all.flatMap(({ Instances: instances = [] }) => instances.map(({ State: state }) => state?.Name)),
    ).toEqual(['terminated']);
  });

  test('an account without the role of Spot gets no Spot machine', async () => {
    const { subnet, image } = await prepare('nodes');
    const override = { InstanceType: 'm7i.large', SubnetId: subnet, ImageId: image } as const;
    const refused = await launch([override], 'spot');
    expect(refused.Instances ?? []).toEqual([]);
    expect(refused.Errors).toMatchObject([
      { ErrorCode: 'AuthFailure.ServiceLinkedRoleCreationNotPermitted', Lifecycle: 'spot' },
    ]);
    expect((await launch([override])).Instances).toHaveLength(1);
  });

  test('a fleet that is only tried launches nothing', async () => {
    const { subnet, image } = await prepare('nodes');
    const tried = ec2().send(
      new CreateFleetCommand({
        DryRun: true,
        Type: 'instant',
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: { LaunchTemplateName: 'karpenter/1', Version: '$Latest' },
            Overrides: [{ InstanceType: 'm7i.large', SubnetId: subnet, ImageId: image }],
          },
        ],
        TargetCapacitySpecification: { TotalTargetCapacity: 1 },
      }),
    );
    await expect(tried).rejects.toMatchObject({ name: 'DryRunOperation' });
    expect((await ec2().send(new DescribeInstancesCommand({}))).Reservations ?? []).toEqual([]);
  });

  test('instance profiles are listed by the beginning of their path', async () => {
    await iam().send(new CreateInstanceProfileCommand({ InstanceProfileName: 'ours' }));
    await iam().send(
      new CreateInstanceProfileCommand({ InstanceProfileName: 'theirs', Path: '/karpenter/x/' }),
    );
    const list = async (PathPrefix?: string) =>
      ((await iam().send(new ListInstanceProfilesCommand({ PathPrefix }))).InstanceProfiles ?? []).map(
        ({ InstanceProfileName }) => InstanceProfileName,
      );
    expect(await list('/karpenter/')).toEqual(['theirs']);
    expect((await list()).sort()).toEqual(['ours', 'theirs']);
  });
});
