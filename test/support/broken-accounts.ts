import {
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  EKSClient,
  ListClustersCommand,
  ListNodegroupsCommand,
} from '@aws-sdk/client-eks';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { buildProjectName, type BuildProject } from '../../core/naming';
import { waitFor } from '../../local/processes/wait-for';
import { clusterOf, type TestRegion } from './region';
import { hostedZone } from './what-is-there';

/** What people do to an account by hand, and what happens to a cluster by itself. */

/** Deletes the node groups of the deployment, as in the console: their stacks stay. The controllers end with them. */
export async function removeNodes({ clients, document, region: local }: TestRegion): Promise<void> {
  const clusterName = String(document['eks_name']);
  for (const controller of ['profiles', 'volumes', 'certificates', 'loadBalancers'] as const)
    await local.clusters.kill(clusterName, controller);
  await removeNodeGroups(clients.get(EKSClient), clusterName);
}

async function removeNodeGroups(eks: EKSClient, clusterName: string): Promise<void> {
  const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName }));
  for (const nodegroupName of nodegroups)
    await eks.send(new DeleteNodegroupCommand({ clusterName, nodegroupName }));
  await waitFor(
    async () => (await eks.send(new ListNodegroupsCommand({ clusterName }))).nodegroups?.length === 0,
    { what: 'the node groups to be gone', timeoutMs: 120_000 },
  );
}

/** Deletes the cluster of the deployment, as in the console: its stacks stay. */
export async function removeCluster({ clients, document }: TestRegion): Promise<void> {
  const eks = clients.get(EKSClient);
  const name = String(document['eks_name']);
  await removeNodeGroups(eks, name);
  await eks.send(new DeleteClusterCommand({ name }));
  await waitFor(async () => (await eks.send(new ListClustersCommand({}))).clusters?.length === 0, {
    what: 'the cluster to be gone',
    timeoutMs: 120_000,
  });
}

/** Deletes the hosted zone with all records. */
export async function removeZone({ clients }: TestRegion): Promise<void> {
  const route53 = clients.get(Route53Client);
  const HostedZoneId = await hostedZone(clients);
  const { ResourceRecordSets: records = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId }),
  );
  const Changes = records
    .filter(({ Type }) => Type !== 'NS' && Type !== 'SOA')
    .map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
  if (Changes.length > 0)
    await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  await route53.send(new DeleteHostedZoneCommand({ Id: HostedZoneId }));
}

/** Deletes the VPC that the deployment is in, with its subnets and ways out. */
export async function removeVpc({ clients, document }: TestRegion): Promise<void> {
  const ec2 = clients.get(EC2Client);
  const { Vpcs: vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const VpcId = String(document['vpc_id']);
  if (!vpcs.some((vpc) => vpc.VpcId === VpcId)) throw new Error(`there is no VPC ${VpcId}`);
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { RouteTables: tables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const { Subnets: subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const { InternetGateways: gateways = [] } = await ec2.send(
    new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [VpcId] }] }),
  );
  const others = tables.filter(({ Associations: all = [] }) => !all.some(({ Main: main }) => main));
  for (const { RouteTableAssociationId: AssociationId } of others.flatMap(
    ({ Associations: all = [] }) => all,
  ))
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
  for (const { RouteTableId } of others) await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
  for (const { SubnetId } of subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  for (const { InternetGatewayId } of gateways)
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  await ec2.send(new DeleteVpcCommand({ VpcId }));
}

/** Deletes the user pool with its domain. */
export async function removeUserPool({ clients }: TestRegion): Promise<void> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  const { UserPools: pools = [] } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  for (const { Id: UserPoolId } of pools) {
    const { UserPool: pool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
    if (pool?.CustomDomain !== undefined)
      await cognito.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: pool.CustomDomain }));
    await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
  }
}

/** Deletes the role of a build and makes it again, as a stack does that is removed and deployed again. */
export async function makeRoleAnew(
  { clients, region: local }: TestRegion,
  project: BuildProject,
): Promise<void> {
  const iam = clients.get(IAMClient);
  const { serviceRoleArn = '' } =
    local.synthesis.deployed.buildProjects.find(({ name }) => name === buildProjectName(project)) ?? {};
  const RoleName = serviceRoleArn.slice(serviceRoleArn.lastIndexOf('/') + 1);
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }));
  const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const policies = await Promise.all(
    names.map(async (PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  for (const PolicyName of names) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
  // IAM tells the second of a role's creation, and EKS that of an entry's.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: decodeURIComponent(role?.AssumeRolePolicyDocument ?? ''),
      Tags: role?.Tags,
    }),
  );
  for (const { PolicyName, PolicyDocument = '' } of policies)
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName,
        PolicyDocument: decodeURIComponent(PolicyDocument),
      }),
    );
}

/**
 * Makes a Profile with a pod that has a volume. Waits until its controller has finished it, which its deletion waits for from
 * then on, and until the volume is there.
 */
export async function makeTenant(current: TestRegion, name: string): Promise<void> {
  const { client } = clusterOf(current);
  const ec2 = current.clients.get(EC2Client);
  const countVolumes = async (): Promise<number> =>
    (await ec2.send(new DescribeVolumesCommand({}))).Volumes?.length ?? 0;
  const volumes = await countVolumes();
  const profiles = '/apis/kubeflow.org/v1/profiles';
  await client.json({
    path: profiles,
    method: 'POST',
    body: {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name },
      spec: { owner: { kind: 'User', name: 'ada@acme.example' } },
    },
  });
  await waitFor(
    async () => ((await client.find(`${profiles}/${name}`))?.metadata.finalizers?.length ?? 0) > 0,
    { what: `the profile ${name} to be complete`, timeoutMs: 60_000 },
  );
  const namespaced = { namespace: name, name: 'work' };
  const container = { name: 'work', image: 'docker.io/library/busybox:1.37' };
  await client.applyAll([
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: namespaced,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: namespaced,
      spec: {
        containers: [container],
        volumes: [{ name: 'work', persistentVolumeClaim: { claimName: 'work' } }],
      },
    },
  ]);
  await waitFor(async () => (await countVolumes()) > volumes, {
    what: 'the volume to be made',
    timeoutMs: 60_000,
  });
}
