import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateClusterCommand,
  DescribeClusterCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { findSubnets, findVpc } from '../../adapters/aws/ec2-network';
import { observeCluster } from '../../builds/cluster/observe';
import { renderCluster } from '../../builds/cluster/cluster-config';
import type { ObservedCluster } from '../../builds/cluster/cluster-change';
import type { Network } from '../../core/handover/found';
import { parseConfiguration } from '../../core/configuration';
import { buildProjectName, ownerTag } from '../../core/naming';
import type { BuildPlan } from '../../builds/support/plan-output';
import type { Build } from '../../local/codebuild/build';
import { waitFor } from '../../local/processes/wait-for';
import { seedConfiguration, type TestRegion } from './region';

/** A build that has ended, with every line that it printed. */
interface EndedBuild extends Build {
  lines: string[];
}

/** A build under way. */
interface StartedBuild {
  id: string;
  ended: () => Promise<EndedBuild>;
}

/** EKS' policy for administrators. */
export const clusterAdmin = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

const projectName = buildProjectName('cluster');

/**
 * Runs cluster builds of a region by themselves, with what the workflow would hand over.
 *
 * @param current the region; it is asked for in tests only
 */
export function clusterBuilds(current: () => TestRegion) {
  /** The configuration of a cluster without what no build needs. */
  const configurationOf = (name: string, more: object): Record<string, unknown> => {
    const { saml_metadata: _, ...document } = current().document;
    return { ...document, eks_name: name, ...more };
  };

  /** Starts a build for the cluster of a name. */
  const begin = async (name: string, more = {}, variables = {}): Promise<StartedBuild> =>
    start(current(), {
      CONFIGURATION: JSON.stringify(configurationOf(name, more)),
      FOUND: JSON.stringify(await foundNetwork(current())),
      ...variables,
    });

  const build = async (name: string, more = {}): Promise<EndedBuild> => (await begin(name, more)).ended();

  /** Runs a build that must succeed; where it does not, its last lines are shown. */
  const succeed = async (name: string, more = {}): Promise<EndedBuild> => {
    const ended = await build(name, more);
    expect(ended.buildStatus === 'SUCCEEDED' ? '' : ended.lines.slice(-20).join('\n')).toBe('');
    return ended;
  };

  /** Runs a build that must fail, while EKS refuses a call. */
  const failing = async (
    call: RegExp,
    message: string,
    run: () => Promise<EndedBuild>,
  ): Promise<EndedBuild> => {
    const { faults } = current().region;
    faults.request = ({ service, operation }) =>
      service === 'eks' && call.test(operation)
        ? { status: 400, code: 'ResourceLimitExceededException', message }
        : undefined;
    const ended = await run();
    delete faults.request;
    expect(ended.buildStatus).toBe('FAILED');
    return ended;
  };

  /** The cluster as the build sees it. */
  const observe = async (name: string, more = {}): Promise<ObservedCluster> => {
    const parsed = parseConfiguration(configurationOf(name, more));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const desired = renderCluster(parsed.configuration, await foundNetwork(current()));
    const observed = await observeCluster(current().clients, desired);
    if (observed === undefined) throw new Error(`there is no cluster ${name}`);
    return observed;
  };

  const stackStatus = async (name: string): Promise<string | undefined> => {
    const { Stacks: [stack] = [] } = await current()
      .clients.get(CloudFormationClient)
      .send(new DescribeStacksCommand({ StackName: name }));
    return stack?.StackStatus;
  };

  /** A bare cluster with our tag in an older version, without encryption, into which the build's role is let. */
  const makeByHand = async (name: string): Promise<void> => {
    const { clients, region } = current();
    const { subnets } = await foundNetwork(current());
    const eks = clients.get(EKSClient);
    const { buildProjects } = region.synthesis.deployed;
    const principalArn = buildProjects.find((project) => project.name === projectName)?.serviceRoleArn;
    await eks.send(
      new CreateClusterCommand({
        name,
        version: '1.34',
        roleArn: `arn:aws:iam::${seedConfiguration.account_id}:role/by-hand`,
        resourcesVpcConfig: { subnetIds: subnets.private.map(({ id }) => id), endpointPublicAccess: true },
        accessConfig: { authenticationMode: 'API' },
        tags: { [ownerTag]: name },
      }),
    );
    await waitFor(
      async () => (await eks.send(new DescribeClusterCommand({ name }))).cluster?.status === 'ACTIVE',
      { what: `the cluster ${name} to be active`, timeoutMs: 120_000 },
    );
    const entry = { clusterName: name, principalArn };
    await eks.send(new CreateAccessEntryCommand(entry));
    await eks.send(
      new AssociateAccessPolicyCommand({
        ...entry,
        policyArn: clusterAdmin,
        accessScope: { type: 'cluster' },
      }),
    );
  };

  return { begin, build, failing, makeByHand, observe, stackStatus, succeed };
}

async function start(
  { region }: TestRegion,
  variables: Readonly<Record<string, string>>,
): Promise<StartedBuild> {
  const lines: string[] = [];
  region.options.onBuildLine = (from, line) => {
    if (from === projectName) lines.push(line);
  };
  const { status, body } = await region.builds.handle('StartBuild', {
    projectName,
    environmentVariablesOverride: Object.entries(variables).map(([name, value]) => ({ name, value })),
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  const { id } = (body as { build: Build }).build;
  const ended = async (): Promise<EndedBuild> => {
    const build = await waitFor(
      () => region.builds.all().find((candidate) => candidate.id === id && candidate.buildComplete),
      { what: `the build ${id} to end`, timeoutMs: 240_000, intervalMs: 100 },
    );
    return { ...build, lines };
  };
  return { id, ended };
}

/** What the preflight checks would have found. */
async function foundNetwork({ clients, document }: TestRegion): Promise<Network> {
  const vpcId = String(document['vpc_id']);
  const vpc = await findVpc(clients, vpcId);
  if (vpc === undefined) throw new Error(`there is no VPC ${vpcId}`);
  const subnets = await findSubnets(clients, vpcId);
  const of = (open: boolean) =>
    subnets.filter((subnet) => subnet.public === open).map(({ id, az }) => ({ id, az }));
  return { vpc, subnets: { private: of(false), public: of(true) } };
}

/** The commands of eksctl that a build has run: `create cluster`. */
export function eksctlCommands({ lines }: EndedBuild): string[] {
  return lines.flatMap((line) => /^eksctl (\S+ \S+)/.exec(line)?.[1] ?? []);
}

/** What a build in plan mode has exported. */
export function planOf({ exportedEnvironmentVariables: exported }: EndedBuild): BuildPlan {
  return JSON.parse(exported.find(({ name }) => name === 'PLAN')?.value ?? '""') as BuildPlan;
}

/** Runs something and returns the AWS requests of meanwhile that changed anything. */
export async function changesDuring({ region }: TestRegion, work: () => Promise<unknown>): Promise<string[]> {
  const { log } = region.gateway;
  const mark = log.mark();
  await work();
  return log
    .since(mark, ({ mutating }) => mutating)
    .map(({ service, operation }) => `${service} ${operation}`);
}
