import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeSecurityGroupsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { join } from 'node:path';
import { cloudFormation } from '../../../local/region/cloudformation/cloudformation-api';
import { StackStore } from '../../../local/region/cloudformation/stack-store';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { waitFor } from '../../../local/processes/wait-for';
import { useMoto } from '../../support/moto';

let dir: TempDir;
let store: StackStore;
beforeAll(async () => {
  dir = await makeTempDir();
});
afterAll(async () => {
  await dir.remove();
});

let count = 0;
const moto = useMoto({
  services: () => {
    store = new StackStore(join(dir.path, `stacks-${(count += 1)}.json`));
    return {
      cloudformation: [
        cloudFormation({
          accountId: '123456789012',
          region: 'eu-central-1',
          store,
          clientsOf: () => moto.lookingClients,
        }),
      ],
    };
  },
});
const client = () => moto.lookingClients.get(CloudFormationClient);
const tagList = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** A security group with a rule, a role with a policy, and an output. */
async function template(policy = 'AmazonEKS_CNI_Policy') {
  const { Vpcs: [vpc] = [] } = await moto.lookingClients.get(EC2Client).send(new DescribeVpcsCommand({}));
  return {
    Resources: {
      // Before what it needs, as in no order.
      Rule: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: {
          GroupId: { Ref: 'Group' },
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          CidrIp: '10.0.0.0/16',
        },
      },
      Group: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: { GroupDescription: 'of a test', VpcId: vpc?.VpcId },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { 'Fn::Sub': '${AWS::StackName}-role' },
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
          ManagedPolicyArns: [`arn:aws:iam::aws:policy/${policy}`],
        },
      },
    },
    Outputs: {
      Group: { Value: { Ref: 'Group' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}::Group' } } },
      Role: { Value: { 'Fn::GetAtt': 'Role.Arn' } },
    },
  };
}

async function create(
  name: string,
  body: object,
  tags: { Key: string; Value: string }[] = [],
): Promise<void> {
  await client().send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify(body),
      Tags: tags,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
}

const describe_ = async (name: string) => {
  const { Stacks: [stack] = [] } = await client().send(new DescribeStacksCommand({ StackName: name }));
  return stack;
};
const settled = async (name: string) =>
  waitFor(
    async () => {
      const stack = await describe_(name);
      return stack?.StackStatus?.endsWith('_IN_PROGRESS') === false ? stack : undefined;
    },
    { what: `the stack ${name} to settle`, timeoutMs: 20_000, intervalMs: 50 },
  );

test('resources are made after what they need, with the tags of the stack, and outputs say which', async () => {
  await create('eksctl-a', await template(), tagList({ team: 'ml' }));
  const stack = await settled('eksctl-a');
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  const outputs = new Map(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  expect(outputs.get('Role')).toBe('arn:aws:iam::123456789012:role/eksctl-a-role');
  const { SecurityGroups: [group] = [] } = await moto.lookingClients
    .get(EC2Client)
    .send(new DescribeSecurityGroupsCommand({ GroupIds: [outputs.get('Group') ?? ''] }));
  expect(group?.Tags).toContainEqual({ Key: 'team', Value: 'ml' });
  expect(group?.IpPermissions).toMatchObject([{ FromPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }]);
  const { Role: role } = await moto.lookingClients
    .get(IAMClient)
    .send(new GetRoleCommand({ RoleName: 'eksctl-a-role' }));
  expect(role?.Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
});

test('where a resource fails, the others are removed, the stack stays and says why, and its name is free after a deletion', async () => {
  const body = await template();
  const failing = {
    ...body,
    Resources: {
      ...body.Resources,
      Wrong: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        DependsOn: ['Rule', 'Role'],
        Properties: {
          GroupId: 'sg-0123456789abcdef0',
          IpProtocol: 'tcp',
          FromPort: 1,
          ToPort: 1,
          CidrIp: '10.0.0.0/8',
        },
      },
    },
  };
  await create('eksctl-b', failing);
  expect((await settled('eksctl-b')).StackStatus).toBe('ROLLBACK_COMPLETE');
  const { StackEvents: events = [] } = await client().send(
    new DescribeStackEventsCommand({ StackName: 'eksctl-b' }),
  );
  expect(events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')).toMatchObject({
    LogicalResourceId: 'Wrong',
    ResourceStatusReason: expect.stringMatching(
      /^Resource handler returned message: ".*sg-0123456789abcdef0/,
    ) as string,
  });
  await expect(
    moto.lookingClients.get(IAMClient).send(new GetRoleCommand({ RoleName: 'eksctl-b-role' })),
  ).rejects.toThrow(/not found/);

  await expect(create('eksctl-b', body)).rejects.toThrow('Stack [eksctl-b] already exists');
  await client().send(new DeleteStackCommand({ StackName: 'eksctl-b' }));
  await waitFor(async () => (await describe_('eksctl-b').catch(() => 'gone')) === 'gone', {
    what: 'the stack to be gone',
    timeoutMs: 20_000,
  });
  await create('eksctl-b', body);
  expect((await settled('eksctl-b')).StackStatus).toBe('CREATE_COMPLETE');
});

test('a stack is brought to another template by a change set, and back where that fails; without changes there is none', async () => {
  await create('eksctl-c', await template(), tagList({ team: 'ml' }));
  await settled('eksctl-c');
  const changeSet = async (name: string, body: object, tags = { team: 'ml' } as Record<string, string>) => {
    const at = { StackName: 'eksctl-c', ChangeSetName: name };
    await client().send(
      new CreateChangeSetCommand({
        ...at,
        TemplateBody: JSON.stringify(body),
        Tags: tagList(tags),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    return client().send(new DescribeChangeSetCommand(at));
  };
  expect(await changeSet('same', await template())).toMatchObject({
    Status: 'FAILED',
    StatusReason: expect.stringContaining("didn't contain changes") as string,
  });

  expect(await changeSet('other', await template('AmazonEKSWorkerNodePolicy'))).toMatchObject({
    Status: 'CREATE_COMPLETE',
  });
  await client().send(new ExecuteChangeSetCommand({ StackName: 'eksctl-c', ChangeSetName: 'other' }));
  expect((await settled('eksctl-c')).StackStatus).toBe('UPDATE_COMPLETE');
  const { AttachedPolicies: attached } = await moto.lookingClients
    .get(IAMClient)
    .send(new ListAttachedRolePoliciesCommand({ RoleName: 'eksctl-c-role' }));
  expect(attached?.map(({ PolicyName }) => PolicyName)).toEqual(['AmazonEKSWorkerNodePolicy']);
  const { TemplateBody: body } = await client().send(new GetTemplateCommand({ StackName: 'eksctl-c' }));
  expect(body).toContain('AmazonEKSWorkerNodePolicy');

  await changeSet('bad', await template('NoSuchPolicy'));
  await client().send(new ExecuteChangeSetCommand({ StackName: 'eksctl-c', ChangeSetName: 'bad' }));
  expect((await settled('eksctl-c')).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  const { TemplateBody: after } = await client().send(new GetTemplateCommand({ StackName: 'eksctl-c' }));
  expect(after).toBe(body);
});

test('what CloudFormation refuses is refused: a tag twice, names of roles without leave, protected and imported stacks', async () => {
  const body = await template();
  await expect(
    create('eksctl-d', body, [...tagList({ team: 'ml' }), ...tagList({ team: 'ml' })]),
  ).rejects.toThrow('Tags contain duplicate keys; tag keys must be unique');
  await expect(
    client().send(new CreateStackCommand({ StackName: 'eksctl-d', TemplateBody: JSON.stringify(body) })),
  ).rejects.toThrow('Requires capabilities : [CAPABILITY_NAMED_IAM]');

  await create('eksctl-d', body);
  await settled('eksctl-d');
  await client().send(
    new UpdateTerminationProtectionCommand({ StackName: 'eksctl-d', EnableTerminationProtection: true }),
  );
  const remove = async () => client().send(new DeleteStackCommand({ StackName: 'eksctl-d' }));
  await expect(remove()).rejects.toThrow(/cannot be deleted while TerminationProtection is enabled/);
  await client().send(
    new UpdateTerminationProtectionCommand({ StackName: 'eksctl-d', EnableTerminationProtection: false }),
  );
  await create('eksctl-e', {
    Resources: {
      Rule: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: {
          GroupId: { 'Fn::ImportValue': 'eksctl-d::Group' },
          IpProtocol: '-1',
          SourceSecurityGroupId: { 'Fn::ImportValue': 'eksctl-d::Group' },
        },
      },
    },
  });
  await settled('eksctl-e');
  await expect(remove()).rejects.toThrow(/cannot be deleted as it is in use by eksctl-e/);
});

test('stacks are there again after a restart; what was under way has failed', async () => {
  await create('eksctl-f', await template());
  await settled('eksctl-f');
  const file = join(dir.path, `stacks-${count}.json`);
  expect(new StackStore(file).find('eksctl-f')?.status).toBe('CREATE_COMPLETE');
  const { StackSummaries: listed = [] } = await client().send(
    new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] }),
  );
  expect(listed.map(({ StackName }) => StackName)).toEqual(['eksctl-f']);
  const stack = store.find('eksctl-f');
  if (stack !== undefined) stack.status = 'DELETE_IN_PROGRESS';
  store.save();
  expect(new StackStore(file).find('eksctl-f')?.status).toBe('DELETE_FAILED');
});
