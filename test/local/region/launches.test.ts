import {
  CreateFleetCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { karpenterPolicy } from '../../../builds/autoscaling/karpenter-policy';
import { openGateway, type Gateway } from '../../../local/region/gateway/gateway';
import { AccessControl, policiesOfPods } from '../../../local/region/iam';
import { launches } from '../../../local/region/services/launches';
import { CredentialStore } from '../../../local/sts/credentials';
import { answeringClients } from '../../support/answering-clients';

const accountId = '111122223333';
const region = 'eu-central-1';
const policyOf = (volumeKeyArn: string | undefined) =>
  karpenterPolicy({
    partition: 'aws',
    region,
    accountId,
    clusterName: 'acme',
    nodeRole: 'nodes',
    queueArn: `arn:aws:sqs:${region}:${accountId}:acme`,
    volumeKeyArn,
  });
const owned = { 'kubernetes.io/cluster/acme': 'owned', 'karpenter.sh/nodepool': 'general' };
const tagsOfMade = { ...owned, 'eks:eks-cluster-name': 'acme' };
const asTags = (tags: Record<string, string>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

let gateway: Gateway;
let clients: AwsClients;
let access: AccessControl;
let served: string[];
let changes: number;
/** Whose role a machine of the template gets, and which tags the template has. */
let profileRole: string;
let templateTags: Record<string, string>;
/** The account's key for volumes, that which Karpenter may use, and what was asked of the account. */
let volumeKey: string;
let allowedKey: string | undefined;
let asked: string[];

/** The account, as far as is asked about it: a template with an instance profile, and Karpenter's role with its policy. */
function account(trusted = 'pods.eks.amazonaws.com'): AwsClients {
  const profile = { Roles: [{ Arn: `arn:aws:iam::${accountId}:role/${profileRole}` }] };
  const told = answeringClients({
    DescribeLaunchTemplateVersions: {
      LaunchTemplateVersions: [
        {
          LaunchTemplateId: 'lt-1',
          LaunchTemplateData: {
            IamInstanceProfile: { Name: 'nodes' },
            BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }],
          },
        },
      ],
    },
    GetEbsDefaultKmsKeyId: { KmsKeyId: volumeKey },
    TerminateInstances: {},
    GetInstanceProfile: { InstanceProfile: profile },
    GetRole: {
      Role: { AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Principal: trusted })) },
    },
    ListAttachedRolePolicies: { AttachedPolicies: [{ PolicyArn: `arn:aws:iam::${accountId}:policy/k` }] },
    GetPolicy: { Policy: { DefaultVersionId: 'v1' } },
    GetPolicyVersion: {
      PolicyVersion: { Document: encodeURIComponent(JSON.stringify(policyOf(allowedKey))) },
    },
  });
  asked = told.called;
  return told.clients;
}

async function open(trusted?: string): Promise<void> {
  const credentials = new CredentialStore();
  const role = `arn:aws:iam::${accountId}:role/karpenter`;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials.issue(role, 'karpenter');
  const own = account(trusted);
  access = new AccessControl({
    roles: [],
    accountId,
    partition: 'aws',
    partitionKey: 'pk',
    statementsOf: policiesOfPods(own),
    tagsOf: (arn) => Promise.resolve(arn.endsWith('/i-theirs') ? {} : templateTags),
  });
  served = [];
  changes = 0;
  const moto = ({ operation }: { operation: string }) => {
    served.push(operation);
    return Promise.resolve({ status: 200, body: '<R><item>i-0123456789abcdef0</item></R>' });
  };
  gateway = await openGateway({
    services: {
      ec2: [
        launches({
          moto,
          permits: (caller, authorization) => access.permits(caller, authorization),
          ec2: () => own.get(EC2Client),
          iam: () => own.get<IAMClient>(EC2Client as never),
          arn: (resource) => `arn:aws:ec2:${region}:${accountId}:${resource}`,
          onChange: () => {
            changes += 1;
          },
        }),
        moto,
      ],
    },
    callerOf: (key) => credentials.find(key)?.arn,
    authorize: (caller, request, http) => access.check(caller, request, http),
  });
  clients = createClients({
    region,
    endpoint: gateway.endpoint,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
  });
}

beforeEach(async () => {
  profileRole = 'nodes';
  templateTags = tagsOfMade;
  volumeKey = 'alias/aws/ebs';
  allowedKey = undefined;
  await open();
});
afterEach(async () => {
  clients.destroy();
  await gateway.close();
});

const ec2 = (): EC2Client => clients.get(EC2Client);

function fleet(tags: Record<string, string> = tagsOfMade): CreateFleetCommand {
  return new CreateFleetCommand({
    Type: 'instant',
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateName: 'karpenter/1', Version: '$Latest' },
        Overrides: [{ InstanceType: 'm6i.large', SubnetId: 'subnet-1', ImageId: 'ami-1' }],
      },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
    TagSpecifications: (['instance', 'volume', 'fleet'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: asTags(tags),
    })),
  });
}

const refused = { name: 'UnauthorizedOperation' };

test('Karpenter launches with its own policy, and the nodes are told', async () => {
  await ec2().send(fleet());
  expect(served).toEqual(['CreateFleet']);
  expect(changes).toBe(1);
  const used = [...(access.usedActions().get('karpenter') ?? [])];
  expect(used.toSorted()).toEqual(['ec2:CreateFleet', 'ec2:CreateTags', 'ec2:RunInstances', 'iam:PassRole']);
  await ec2().send(new DescribeInstanceTypesCommand({}));
  expect(changes).toBe(1);
});

test('no machine without the tags of the cluster', async () => {
  const { 'eks:eks-cluster-name': _, ...others } = tagsOfMade;
  await expect(ec2().send(fleet(others))).rejects.toMatchObject(refused);
  await expect(ec2().send(fleet({ ...tagsOfMade, 'eks:eks-cluster-name': 'another' }))).rejects.toMatchObject(
    refused,
  );
  expect(served).toEqual([]);
});

test('none of a template that is not its own, and none with the role of somebody else', async () => {
  templateTags = { owner: 'somebody' };
  await expect(ec2().send(fleet())).rejects.toMatchObject(refused);
  templateTags = tagsOfMade;
  await gateway.close();
  profileRole = 'administrator';
  await open();
  await expect(ec2().send(fleet())).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining(
      'iam:PassRole on resource: arn:aws:iam::111122223333:role/administrator',
    ) as string,
  });
  expect(served).toEqual([]);
});

test('a launch by itself is held to the same', async () => {
  const run = (tags: Record<string, string>) =>
    new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: { LaunchTemplateName: 'karpenter/1' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: asTags(tags) }],
    });
  await expect(ec2().send(run({ Name: 'x' }))).rejects.toMatchObject(refused);
  await ec2().send(run(tagsOfMade));
  expect(served).toEqual(['RunInstances']);
});

test.each<[string, string | undefined, string[]]>([
  ['without a right on the account’s key for volumes', undefined, ['TerminateInstances']],
  ['with rights on another key', 'other', ['TerminateInstances']],
  ['with those that it is given', 'own', []],
])('a machine that is launched %s ends at once, or stays', async (_, allowed, ended) => {
  await gateway.close();
  const keyOf = (id: string): string => `arn:aws:kms:${region}:${accountId}:key/${id}`;
  volumeKey = keyOf('own');
  allowedKey = allowed && keyOf(allowed);
  await open();
  await ec2().send(fleet());
  expect(served).toEqual(['CreateFleet']);
  expect(asked.filter((operation) => operation === 'TerminateInstances')).toEqual(ended);
});

test('it ends the machines of its cluster alone', async () => {
  await ec2().send(new TerminateInstancesCommand({ InstanceIds: ['i-ours'] }));
  expect(changes).toBe(1);
  await expect(
    ec2().send(new TerminateInstancesCommand({ InstanceIds: ['i-ours', 'i-theirs'] })),
  ).rejects.toMatchObject(refused);
});

test('a role that no pod has is not held to what the region does not know of it', async () => {
  await gateway.close();
  await open('ec2.amazonaws.com');
  await ec2().send(fleet({ Name: 'x' }));
  expect(served).toEqual(['CreateFleet']);
});
