import {
  CreateStackCommand,
  CloudFormationClient,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateClusterCommand,
  DescribeClusterCommand,
  EKSClient,
  ListClustersCommand,
} from '@aws-sdk/client-eks';
import { observeCluster } from '../../builds/cluster/observe';
import { renderCluster } from '../../builds/cluster/render';
import type { ObservedCluster } from '../../builds/cluster/steps';
import { parseConfiguration } from '../../core/configuration';
import { buildProjectName, ownerTag } from '../../core/naming';
import { waitFor } from '../../local/processes/wait-for';
import {
  changesDuring,
  eksctlCommands as commands,
  foundNetwork,
  planOf,
  startClusterBuild,
  type EndedBuild,
  type StartedBuild,
} from '../support/cluster-builds';
import { seedConfiguration, useRegion } from '../support/region';

/*
 * The cluster build as CodeBuild runs it, bundle and build specification included, against the local region: from every
 * state in which it can find a cluster. Each test has a cluster of its own.
 */

const region = useRegion();
const admin = 'arn:aws:iam::111122223333:role/platform';
const clusterAdmin = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

/** What the workflow hands over: the configuration without what no build needs. */
function configurationOf(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { saml_metadata: _, ...document } = region().document;
  return { ...document, eks_name: name, ...more };
}

async function begin(
  name: string,
  more: Record<string, unknown> = {},
  variables: Record<string, string> = {},
): Promise<StartedBuild> {
  return startClusterBuild(region(), {
    CONFIGURATION: JSON.stringify(configurationOf(name, more)),
    FOUND: await foundNetwork(region()),
    ...variables,
  });
}

async function build(name: string, more: Record<string, unknown> = {}): Promise<EndedBuild> {
  return (await begin(name, more)).ended();
}

async function succeed(name: string, more: Record<string, unknown> = {}): Promise<EndedBuild> {
  const ended = await build(name, more);
  expect(ended.buildStatus === 'SUCCEEDED' ? '' : ended.lines.slice(-20).join('\n')).toBe('');
  return ended;
}

async function observe(name: string, more: Record<string, unknown> = {}): Promise<ObservedCluster> {
  const parsed = parseConfiguration(configurationOf(name, more));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const found = JSON.parse(await foundNetwork(region())) as Parameters<typeof renderCluster>[1];
  const observed = await observeCluster(region().clients, renderCluster(parsed.configuration, found));
  if (observed === undefined) throw new Error(`there is no cluster ${name}`);
  return observed;
}

const stackStatus = async (name: string): Promise<string | undefined> => {
  const { Stacks: [stack] = [] } = await region()
    .clients.get(CloudFormationClient)
    .send(new DescribeStacksCommand({ StackName: name }));
  return stack?.StackStatus;
};

test('a cluster is created, left alone, planned for, scaled, given other machines, and its administrators follow', async () => {
  const name = 'fresh';
  const created = await succeed(name, { admin_role_arns: [admin] });
  expect(commands(created)).toEqual(['create cluster']);
  expect((await observe(name)).settings).toMatchObject({
    version: '1.35',
    secretsKeyArn: region().document['kms_key_arn'],
  });

  const again = await changesDuring(region(), async () => {
    const equal = await succeed(name, { admin_role_arns: [admin] });
    expect(commands(equal)).toEqual([]);
    expect(equal.lines.join('\n')).toMatch(/nothing to do[^]*with the same values/);
  });
  expect(again).toEqual([]);

  const wanted = { nodegroup_max_size: 9, nodegroup_desired_size: 7, cpu_worker_type: 'm7i.xlarge' };
  const planning = await changesDuring(region(), async () => {
    const planned = await (await begin(name, wanted, { MODE: 'plan' })).ended();
    expect(planned.buildStatus).toBe('SUCCEEDED');
    expect(commands(planned)).toEqual([]);
    expect(planOf(planned)).toEqual({
      changes: [
        { action: 'remove', what: `the access entry of ${admin}, which is not configured` },
        {
          action: 'create',
          what: expect.stringMatching(/^the node group fresh-nodegroup-\w+: 7 nodes/) as string,
        },
        { action: 'remove', what: 'the node group fresh-nodegroup' },
      ],
      more: 0,
    });
  });
  expect(planning).toEqual([]);

  const scaled = await succeed(name, { nodegroup_max_size: 9, nodegroup_desired_size: 7 });
  expect(commands(scaled)).toEqual(['delete accessentry', 'scale nodegroup']);
  const after = await observe(name);
  expect(after.nodeGroups).toMatchObject([
    { name: 'fresh-nodegroup', scale: { maxSize: 9, desiredSize: 7 } },
  ]);
  expect(after.accessEntries.map(({ principalArn }) => principalArn)).not.toContain(admin);

  const [old] = after.nodeGroups;
  const replaced = await succeed(name, wanted);
  expect(commands(replaced)).toEqual(['create nodegroup', 'delete nodegroup']);
  const { nodeGroups } = await observe(name);
  expect(nodeGroups).toHaveLength(1);
  expect(nodeGroups[0]?.name).toMatch(/^fresh-nodegroup-\w{8}$/);
  expect(nodeGroups[0]?.tags).not.toEqual(old?.tags);
}, 300_000);

test("a creation that fails says CloudFormation's reason, and the next build clears away what is ours and creates", async () => {
  const name = 'refused';
  const { faults } = region().region;
  faults.request = ({ service, operation }) =>
    service === 'eks' && operation === 'POST /clusters'
      ? { status: 400, code: 'ResourceLimitExceededException', message: 'too many clusters here' }
      : undefined;
  const failed = await build(name);
  delete faults.request;

  expect(failed.buildStatus).toBe('FAILED');
  expect(failed.lines.join('\n')).toMatch(
    /ClusterFailed: .*ControlPlane \(AWS::EKS::Cluster\): .*too many clusters here.*retry/,
  );
  expect(await stackStatus(`eksctl-${name}-cluster`)).toBe('ROLLBACK_COMPLETE');

  const created = await succeed(name);
  expect(created.lines.join('\n')).toMatch(/ROLLBACK_COMPLETE[^]*too many clusters here[^]*it is deleted/);
  expect(commands(created)).toEqual(['create cluster']);
  expect(await stackStatus(`eksctl-${name}-cluster`)).toBe('CREATE_COMPLETE');
}, 300_000);

test('a build that is killed while it creates leaves what the next one goes on with: one cluster, complete', async () => {
  const name = 'killed';
  const begun = await begin(name);
  await waitFor(async () => (await stackStatus(`eksctl-${name}-cluster`)) === 'CREATE_IN_PROGRESS', {
    what: 'the stack to be under way',
    timeoutMs: 60_000,
  });
  region().region.builds.kill(begun.id);
  expect((await begun.ended()).buildStatus).toBe('FAILED');

  const second = await succeed(name);
  expect(commands(second)).not.toContain('create cluster');
  expect(commands(second)).toEqual(expect.arrayContaining(['create nodegroup', 'create addon']));
  const { clusters = [] } = await region().clients.get(EKSClient).send(new ListClustersCommand({}));
  expect(clusters.filter((cluster) => cluster === name)).toEqual([name]);
  expect(await changesDuring(region(), async () => succeed(name))).toEqual([]);
}, 300_000);

test('a bare cluster without encryption gets what it lacks, and is upgraded by two versions, one at a time', async () => {
  const name = 'old';
  await makeByHand(name);
  const wanted = { kubernetes_version: '1.34', admin_role_arns: [admin] };
  const completed = await succeed(name, wanted);
  expect(commands(completed)).toEqual([
    'utils enable-secrets-encryption',
    'utils update-cluster-vpc-config',
    'utils update-cluster-logging',
    'utils associate-iam-oidc-provider',
    'create accessentry',
    'create addon',
    'create podidentityassociation',
    'create nodegroup',
  ]);
  const complete = await observe(name, wanted);
  expect(complete.settings).toMatchObject({
    version: '1.34',
    secretsKeyArn: region().document['kms_key_arn'],
  });
  expect(complete.settings.logTypes).toHaveLength(5);
  expect(complete.accessEntries).toContainEqual(
    expect.objectContaining({
      principalArn: admin,
      policies: [{ policyArn: clusterAdmin, scope: 'cluster' }],
    }),
  );

  const upgraded = await succeed(name, { ...wanted, kubernetes_version: '1.36' });
  const one = ['upgrade cluster', 'update addon', 'upgrade nodegroup'];
  expect(commands(upgraded)).toEqual([...one, ...one]);
  const versions = upgraded.lines.flatMap((line) => /^eksctl upgrade .*version (\S+)/.exec(line)?.[1] ?? []);
  expect(versions).toEqual(['1.35', '1.35', '1.36', '1.36']);
  const after = await observe(name, { kubernetes_version: '1.36' });
  expect(after.settings.version).toBe('1.36');
  expect(after.nodeGroups).toMatchObject([{ version: '1.36' }]);
  expect(new Set(after.addons.map(({ version }) => version))).toEqual(new Set(['v1.36.0-eksbuild.1']));
}, 300_000);

test("somebody else's stack with the name of ours is refused and left alone", async () => {
  const name = 'taken';
  await region()
    .clients.get(CloudFormationClient)
    .send(
      new CreateStackCommand({
        StackName: `eksctl-${name}-cluster`,
        TemplateBody: JSON.stringify({ Resources: {} }),
        Tags: [{ Key: 'team', Value: 'other' }],
      }),
    );
  const refused = await build(name);

  expect(refused.buildStatus).toBe('FAILED');
  expect(refused.lines.join('\n')).toMatch(/ResourceConflict: the stack eksctl-taken-cluster exists already/);
  expect(commands(refused)).toEqual([]);
  expect(await stackStatus(`eksctl-${name}-cluster`)).toBe('CREATE_COMPLETE');

  const planned = await (await begin(name, {}, { MODE: 'plan' })).ended();
  expect(planned.buildStatus).toBe('SUCCEEDED');
  expect(planOf(planned)).toMatchObject({ problem: { error: 'ResourceConflict' } });
}, 120_000);

/** A bare cluster with our tag in an older version, into which the build's role is let. */
async function makeByHand(name: string): Promise<void> {
  const eks = region().clients.get(EKSClient);
  const { region: local } = region();
  const project = local.synthesis.deployed.buildProjects.find(
    (it) => it.name === buildProjectName('cluster'),
  );
  const principalArn = project?.serviceRoleArn;
  await eks.send(
    new CreateClusterCommand({
      name,
      version: '1.34',
      roleArn: `arn:aws:iam::${seedConfiguration.account_id}:role/by-hand`,
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], endpointPublicAccess: true },
      tags: { [ownerTag]: name },
    }),
  );
  await waitFor(
    async () => (await eks.send(new DescribeClusterCommand({ name }))).cluster?.status === 'ACTIVE',
    { what: `the cluster ${name} to be active`, timeoutMs: 60_000 },
  );
  await eks.send(new CreateAccessEntryCommand({ clusterName: name, principalArn }));
  await eks.send(
    new AssociateAccessPolicyCommand({
      ...{ clusterName: name, principalArn, policyArn: clusterAdmin },
      accessScope: { type: 'cluster' },
    }),
  );
}
