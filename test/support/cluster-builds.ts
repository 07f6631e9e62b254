import { findSubnets, findVpc } from '../../adapters/aws/ec2-network';
import { buildProjectName } from '../../core/naming';
import type { Build } from '../../local/codebuild/build';
import { waitFor } from '../../local/processes/wait-for';
import type { TestRegion } from './region';

/** A build that has ended, with every line that it printed. */
export interface EndedBuild extends Build {
  lines: string[];
}

/** A build under way. */
export interface StartedBuild {
  id: string;
  ended: () => Promise<EndedBuild>;
}

/** Starts a cluster build of its own in a region, with what the workflow would hand over. */
export async function startClusterBuild(
  { region }: TestRegion,
  variables: Readonly<Record<string, string>>,
): Promise<StartedBuild> {
  const lines: string[] = [];
  const projectName = buildProjectName('cluster');
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

/** What the preflight checks would have found, in the form in which the workflow hands it to a build. */
export async function foundNetwork({ clients, document }: TestRegion): Promise<string> {
  const vpcId = String(document['vpc_id']);
  const subnets = await findSubnets(clients, vpcId);
  const of = (open: boolean) =>
    subnets.filter((subnet) => subnet.public === open).map(({ id, az }) => ({ id, az }));
  return JSON.stringify({
    vpc: await findVpc(clients, vpcId),
    subnets: { private: of(false), public: of(true) },
  });
}

/** The commands of eksctl that a build has run: `create cluster`. */
export function eksctlCommands({ lines }: EndedBuild): string[] {
  return lines.flatMap((line) => /^eksctl (\S+ \S+)/.exec(line)?.[1] ?? []);
}

/** What a build in plan mode has exported. */
export function planOf({ exportedEnvironmentVariables: exported }: EndedBuild): unknown {
  return JSON.parse(exported.find(({ name }) => name === 'PLAN')?.value ?? '""');
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
