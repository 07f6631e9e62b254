import { convergeCluster, type ConvergeOptions } from '../../../builds/cluster/converge';
import type { EksctlCommand } from '../../../builds/cluster/eksctl';
import type { ObservedCluster } from '../../../builds/cluster/steps';
import { renderCluster } from '../../../builds/cluster/render';
import type { Stack } from '../../../adapters/aws/cloudformation';
import { ownerTag } from '../../../core/naming';
import { configurationWith, found } from '../support';
import { entriesOf, podIdentitiesOf } from './observed';

const desired = renderCluster(configurationWith(), found);
const ours = { [ownerTag]: 'acme' };

/** A world in which each look may show something else; the last one stays. */
function world(given: {
  observed?: (ObservedCluster | undefined)[];
  stacks?: Record<string, (Stack | undefined)[]>;
  failures?: string[];
  eksctl?: (command: EksctlCommand) => void;
}) {
  const commands: string[] = [];
  const said: string[] = [];
  const next = <T>(series: T[]): T | undefined => (series.length > 1 ? series.shift() : series[0]);
  const options: ConvergeOptions = {
    desired,
    observe: () => Promise.resolve(next(given.observed ?? [])),
    stacks: {
      find: (name) => Promise.resolve(next(given.stacks?.[name] ?? [])),
      failures: () => Promise.resolve(given.failures ?? []),
      remove: (name) => {
        commands.push(`delete stack ${name}`);
        return Promise.resolve();
      },
    },
    eksctl: (command) => {
      commands.push(command.args.slice(0, 2).join(' '));
      given.eksctl?.(command);
      return Promise.resolve();
    },
    correctAccess: ({ principalArn }) => {
      commands.push(`correct ${principalArn}`);
      return Promise.resolve();
    },
    say: (line) => said.push(line),
    pollMs: 1,
    patienceMs: 50,
  };
  return { options, commands, said };
}

const cluster = (status: string, tags: Record<string, string> = desired.metadata.tags): ObservedCluster => ({
  settings: {
    status,
    version: '1.35',
    tags,
    endpoint: { publicAccess: true, privateAccess: true, publicCidrs: ['0.0.0.0/0'] },
    logTypes: [...desired.cloudWatch.clusterLogging.enableTypes],
    secretsKeyArn: desired.secretsEncryption.keyARN,
  },
  nodeGroups: desired.managedNodeGroups.map((group) => ({
    name: group.name,
    status: 'ACTIVE',
    version: '1.35',
    tags: group.tags,
    scale: { minSize: group.minSize, maxSize: group.maxSize, desiredSize: group.desiredCapacity },
    issues: [],
  })),
  addons: desired.addons.map(({ name, configurationValues }) => ({
    name,
    status: 'ACTIVE',
    version: '1',
    configurationValues,
    issues: [],
  })),
  recommendedAddons: new Map(),
  accessEntries: entriesOf(desired),
  podIdentities: podIdentitiesOf(desired),
  hasOidcProvider: true,
});
const stack = (status: string, tags: Record<string, string> = ours): Stack => ({
  name: 'eksctl-acme-cluster',
  status,
  tags,
});

test('without a cluster one is created', async () => {
  const { options, commands } = world({});
  await convergeCluster(options);
  expect(commands).toEqual(['create cluster']);
});

test('with an equal cluster nothing is called', async () => {
  const { options, commands, said } = world({ observed: [cluster('ACTIVE')] });
  await convergeCluster(options);
  expect(commands).toEqual([]);
  expect(said).toContain('the cluster acme is what the configuration asks for: nothing to do');
});

test('a failed stack says why, is cleared away, and the cluster is created', async () => {
  const failed = stack('ROLLBACK_COMPLETE');
  const { options, commands, said } = world({
    stacks: { 'eksctl-acme-cluster': [failed, failed, stack('DELETE_IN_PROGRESS'), undefined] },
    failures: ['ControlPlane (AWS::EKS::Cluster): no capacity in the zone'],
  });
  await convergeCluster(options);
  expect(commands).toEqual(['delete stack eksctl-acme-cluster', 'create cluster']);
  expect(said.join('\n')).toMatch(/ROLLBACK_COMPLETE[^]*no capacity in the zone/);
});

test.each([
  ['a cluster', { observed: [cluster('ACTIVE', {})] }],
  ['a cluster of another deployment', { observed: [cluster('ACTIVE', { [ownerTag]: 'other' })] }],
  ['a stack', { stacks: { 'eksctl-acme-cluster': [stack('ROLLBACK_COMPLETE', {})] } }],
])('%s of that name without our tag is a conflict and is left alone', async (_, given) => {
  const { options, commands } = world(given);
  await expect(convergeCluster(options)).rejects.toMatchObject({ name: 'ResourceConflict' });
  expect(commands).toEqual([]);
});

test('what a killed build began is waited for, and then gone on with', async () => {
  const half = { ...cluster('ACTIVE'), nodeGroups: [] };
  const { options, commands } = world({
    stacks: { 'eksctl-acme-cluster': [stack('CREATE_IN_PROGRESS'), stack('CREATE_COMPLETE')] },
    observed: [cluster('CREATING'), half],
  });
  await convergeCluster(options);
  expect(commands).toEqual(['create nodegroup']);
});

test('what does not settle is bounded and named', async () => {
  const { options } = world({ observed: [cluster('UPDATING')] });
  await expect(convergeCluster(options)).rejects.toThrow(/did not settle.*the cluster acme is UPDATING/);
});

test("a creation that fails gives CloudFormation's reasons, not eksctl's exit code", async () => {
  const { options } = world({
    stacks: { 'eksctl-acme-cluster': [undefined, undefined, stack('ROLLBACK_COMPLETE')] },
    failures: ['ControlPlane (AWS::EKS::Cluster): limit of clusters exceeded'],
    eksctl: () => {
      throw new Error('eksctl ended with exit code 1');
    },
  });
  await expect(convergeCluster(options)).rejects.toMatchObject({
    name: 'ClusterFailed',
    message: expect.stringContaining('limit of clusters exceeded') as string,
  });
});

test("a node group's failed stack is cleared before the group is made again", async () => {
  const nodeStack = { ...stack('ROLLBACK_COMPLETE'), name: 'eksctl-acme-nodegroup-acme-nodegroup' };
  const { options, commands } = world({
    observed: [{ ...cluster('ACTIVE'), nodeGroups: [] }],
    stacks: { 'eksctl-acme-nodegroup-acme-nodegroup': [nodeStack, undefined] },
  });
  await convergeCluster(options);
  expect(commands).toEqual(['delete stack eksctl-acme-nodegroup-acme-nodegroup', 'create nodegroup']);
});

test('a cluster that EKS gave up on is removed and made anew', async () => {
  const { options, commands } = world({ observed: [cluster('FAILED')] });
  await convergeCluster(options);
  expect(commands).toEqual(['delete cluster', 'create cluster']);
});
