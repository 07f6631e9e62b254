import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { HttpParts } from '../../../local/region/gateway/aws-request';
import { callerHeader } from '../../../local/region/gateway/gateway';
import { AccessControl } from '../../../local/region/iam';
import { nodeGroupLaunches } from '../../../local/region/services/node-group-launches';
import { answeringClients } from '../../support/answering-clients';
import { synthesizeForTest, testTarget } from '../../infra/synthesis';

const build = 'arn:aws:sts::111122223333:assumed-role/kubeflow-eks-cluster-build-eu-central-1/AWSCodeBuild-1';
const arn = (resource: string): string => `arn:aws:ec2:eu-central-1:111122223333:${resource}`;

interface Statement {
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}

/** As eksctl writes it (eksctl 0.230, `pkg/cfn/builder/managed_launch_template.go`). */
const template: RequestLaunchTemplateData = {
  KeyName: 'nodes',
  NetworkInterfaces: [{ DeviceIndex: 0, Groups: ['sg-1'] }],
  TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map((ResourceType) => ({
    ResourceType,
    Tags: [{ Key: 'Name', Value: 'node' }],
  })),
};
const group = { nodegroupName: 'cpu', subnets: ['subnet-1'], launchTemplate: { id: 'lt-1' } };

/** What EKS answers to the build that makes clusters, if its policies do not suffice; they are those of the stack. */
async function refusal(body: object, change: (statement: Statement) => object = (same) => same) {
  const { accountId, partition } = testTarget;
  const roles = synthesizeForTest().deployed.roles.map((role) => ({
    ...role,
    statements: (role.statements as unknown as Statement[]).map(change) as unknown as typeof role.statements,
  }));
  const access = new AccessControl({ roles, accountId, partition, partitionKey: 'pk' });
  const { clients } = answeringClients({
    DescribeLaunchTemplateVersions: {
      LaunchTemplateVersions: [{ LaunchTemplateId: 'lt-1', LaunchTemplateData: template }],
    },
  });
  const http: HttpParts = {
    method: 'POST',
    url: '/clusters/acme/node-groups',
    headers: { [callerHeader]: build, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
  const handler = nodeGroupLaunches({
    permits: (caller, authorization) => access.permits(caller, authorization),
    ec2: () => clients.get({} as never),
    arn,
    imageArn: 'arn:aws:ec2:eu-central-1::image/ami-of-eks',
  });
  const answer = await handler({ service: 'eks' } as never, http);
  return { answer: answer?.body.toString(), access };
}

test('EKS may launch from the template of a node group with the rights of the build', async () => {
  const { answer, access } = await refusal(group);
  expect(answer).toBeUndefined();
  expect([...access.usedActions().values()].flatMap((actions) => [...actions])).toEqual([
    'ec2:RunInstances',
    'ec2:CreateTags',
  ]);
  expect([...access.assumed().values()].flatMap((keys) => [...keys])).toEqual([]);
});

test("not if all must stand in the template: subnets are the node group's", async () => {
  const { answer, access } = await refusal(group, (statement) =>
    [statement.Action].flat().includes('ec2:RunInstances')
      ? { ...statement, Condition: { Bool: { 'ec2:IsLaunchTemplateResource': 'true' } } }
      : statement,
  );
  expect(answer).toContain('You are not authorized to launch instances with this launch template.');
  expect(access.refusals()).toMatchObject([
    { action: 'ec2:RunInstances', resource: arn('instance/-made-up-') },
  ]);
});

test('not if one kind of what the template tags may not be tagged', async () => {
  const { access } = await refusal(group, (statement) => ({
    ...statement,
    Resource: [statement.Resource]
      .flat()
      .filter(
        (resource) =>
          !([statement.Action].flat().includes('ec2:CreateTags') && resource.includes('network-interface')),
      ),
  }));
  expect(access.refusals()).toMatchObject([
    { action: 'ec2:CreateTags', resource: arn('network-interface/-made-up-') },
  ]);
});

test('of a node group without a template nothing is asked', async () => {
  const { access } = await refusal({ nodegroupName: 'cpu', subnets: ['subnet-1'] });
  expect(access.usedActions().size).toBe(0);
});
