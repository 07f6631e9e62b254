import { convergeCluster, planConvergence } from '../../../builds/cluster/converge';
import { stackNameOf } from '../../../builds/cluster/stacks';
import type { ClusterConfig } from '../../../builds/cluster/cluster-config';
import { ownerTag } from '../../../core/naming';
import type { PlannedChange } from '../../../core/plan';
import { cluster, stack, world } from './world';

/** What eksctl makes with a cluster; all else has commands of its own. */
const fresh = { ...cluster('ACTIVE'), nodeGroups: [], addons: [], podIdentities: [] };
const creation = ['create cluster', 'create addon', 'create podidentityassociation', 'create nodegroup'];

test('without a cluster one is created, and then what has tags of its own', async () => {
  const { options, commands } = world({ observed: [undefined, fresh] });
  await convergeCluster(options);
  expect(commands).toEqual(creation);
});

test('a cluster that is not there after its creation is a failure', async () => {
  await expect(convergeCluster(world({}).options)).rejects.toThrow(/not there after its creation/);
});

test('CloudFormation gets no tag twice: eksctl appends the tags of a part to those of the cluster', async () => {
  const { options, files } = world({ observed: [undefined, fresh] });
  await convergeCluster(options);
  const shared = (file: object): object => (file as { metadata: { tags?: object } }).metadata.tags ?? {};
  for (const file of files) {
    const { managedNodeGroups: groups = [], iam } = file as Partial<ClusterConfig>;
    for (const { tags } of [...groups, ...(iam?.podIdentityAssociations ?? [])]) {
      expect(tags).toMatchObject({ [ownerTag]: 'acme' });
      expect(Object.keys(tags).filter((key) => key in shared(file))).toEqual([]);
    }
  }
  expect(files.map((file) => ownerTag in shared(file))).toEqual([true, true, false, false]);
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
    observed: [undefined, fresh],
    stacks: { 'eksctl-acme-cluster': [failed, failed, stack('DELETE_IN_PROGRESS'), undefined] },
    failures: ['ControlPlane (AWS::EKS::Cluster): no capacity in the zone'],
  });
  await convergeCluster(options);
  expect(commands).toEqual(['delete stack eksctl-acme-cluster', ...creation]);
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

test('where EKS does not see the role of the cluster yet, the cluster is created again', async () => {
  const unseen =
    'ControlPlane (AWS::EKS::Cluster): Role with arn: arn:aws:iam::111122223333:role/new, could not be assumed because it ' +
    'does not exist or the trusted entity is not correct';
  const failed = stack('ROLLBACK_COMPLETE');
  let attempts = 0;
  const { options, commands, said } = world({
    observed: [undefined, fresh],
    stacks: {
      'eksctl-acme-cluster': [
        ...[undefined, undefined, failed, stack('ROLLBACK_IN_PROGRESS'), failed, failed],
        ...[undefined, undefined],
      ],
    },
    failures: [unseen],
    eksctl: ({ args }) => {
      if (args[1] !== 'cluster') return;
      attempts += 1;
      if (attempts === 1) throw new Error('eksctl ended with exit code 1');
    },
  });
  await convergeCluster({ ...options, patienceMs: 10_000 });
  expect(commands).toEqual(['create cluster', 'delete stack eksctl-acme-cluster', ...creation]);
  expect(said.join('\n')).toMatch(
    /does not see a role yet[^]*stack eksctl-acme-cluster is ROLLBACK_IN_PROGRESS/,
  );
});

test('a role that EKS never comes to see is named in the end', async () => {
  const { options } = world({
    observed: [{ ...cluster('ACTIVE'), accessEntries: [] }],
    eksctl: () => {
      throw new Error('The specified principalArn is invalid: invalid principal.');
    },
  });
  await expect(convergeCluster(options)).rejects.toThrow(/invalid principal/);
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

test('a cluster that EKS gave up on is removed and re-created', async () => {
  const { options, commands } = world({ observed: [cluster('FAILED'), fresh] });
  await convergeCluster(options);
  expect(commands).toEqual(['delete cluster', ...creation]);
});

test("a node group that cannot be created is explained by its stack, not by eksctl's exit code", async () => {
  const name = 'eksctl-acme-nodegroup-acme-nodegroup';
  const { options } = world({
    observed: [{ ...cluster('ACTIVE'), nodeGroups: [] }],
    stacks: { [name]: [undefined, { ...stack('ROLLBACK_COMPLETE'), name }] },
    failures: ['ManagedNodeGroup (AWS::EKS::Nodegroup): no such machines'],
    eksctl: () => {
      throw new Error('eksctl ended with exit code 1');
    },
  });
  await expect(convergeCluster(options)).rejects.toThrow(/node group acme-nodegroup.*no such machines/);
});

test('access is corrected through the port for it; a stack without its entry goes before the entry is made', async () => {
  const [first, second] = cluster('ACTIVE').accessEntries;
  if (first === undefined || second === undefined) throw new Error('no entries');
  const name = stackNameOf.accessEntry('acme', first.principalArn);
  expect(name).toMatch(/^eksctl-acme-accessentry-[A-Z2-7]{32}$/);
  const { options, commands } = world({
    observed: [{ ...cluster('ACTIVE'), accessEntries: [{ ...second, kubernetesGroups: ['other'] }] }],
    stacks: { [name]: [{ ...stack('CREATE_COMPLETE'), name }, undefined] },
  });
  await convergeCluster(options);
  expect(commands).toEqual([`delete stack ${name}`, 'create accessentry', `correct ${second.principalArn}`]);
});

test.each([
  [
    'podIdentities',
    'eksctl-acme-podidentityrole-kube-system-aws-load-balancer-controller',
    'create podidentityassociation',
  ],
  ['addons', 'eksctl-acme-addon-aws-ebs-csi-driver-podidentityrole-ebs-csi-controller-sa', 'create addon'],
] as const)(
  'where %s are missing, the stack of the role that an interrupted creation left goes first',
  async (missing, name, command) => {
    const { options, commands } = world({
      observed: [{ ...cluster('ACTIVE'), [missing]: [] }],
      stacks: {
        [name]: [{ ...stack('CREATE_COMPLETE'), name }, { ...stack('CREATE_COMPLETE'), name }, undefined],
      },
    });
    await convergeCluster(options);
    expect(commands).toEqual([`delete stack ${name}`, command]);
  },
);

describe('an add-on that goes', () => {
  const role = 'eksctl-acme-addon-amazon-cloudwatch-observability-podidentityrole-cloudwatch-agent';
  const having = (status: string) => ({
    ...cluster('ACTIVE'),
    addons: [
      ...cluster('ACTIVE').addons,
      {
        ...{ name: 'amazon-cloudwatch-observability', status, version: '1', issues: [], owner: 'acme' },
        configurationValues: '{}',
      },
    ],
  });

  test('loses its role first, so that one that a killed build left is seen', async () => {
    const made = { ...stack('CREATE_COMPLETE'), name: role };
    const { options, commands } = world({
      observed: [having('ACTIVE')],
      stacks: { [role]: [made, undefined] },
    });
    await convergeCluster(options);
    expect(commands).toEqual([`delete stack ${role}`, 'remove add-on']);
    const again = world({ observed: [having('ACTIVE')] });
    await convergeCluster(again.options);
    expect(again.commands).toEqual(['remove add-on']);
  });

  test("keeps a role of somebody else's of the name", async () => {
    const { options, commands } = world({
      observed: [having('ACTIVE')],
      stacks: { [role]: [{ ...stack('CREATE_COMPLETE', {}), name: role }] },
    });
    await expect(convergeCluster(options)).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(commands).toEqual([]);
  });

  test('is waited for where its deletion is under way', async () => {
    const { options, commands, said } = world({ observed: [having('DELETING'), cluster('ACTIVE')] });
    await convergeCluster(options);
    expect(commands).toEqual([]);
    expect(said.join('\n')).toContain('the add-on amazon-cloudwatch-observability is DELETING');
  });
});

describe('planned only', () => {
  const plan = async (given: Parameters<typeof world>[0]) => {
    const { options, commands, said } = world(given);
    const changes: PlannedChange[] = [];
    await planConvergence(options, (change) => changes.push(change));
    expect(commands).toEqual([]);
    return { changes: changes.map(({ action, what }) => `${action} ${what}`), said };
  };

  test('an equal cluster needs nothing', async () => {
    expect(await plan({ observed: [cluster('ACTIVE')] })).toEqual({ changes: [], said: [] });
  });

  test('a cluster that is not there is created, with its nodes, add-ons and who may enter', async () => {
    const { changes } = await plan({});
    expect(changes).toEqual([
      'create the cluster acme with Kubernetes 1.35',
      'create the node group acme-nodegroup: 4 nodes (an autoscaler may go from 1 to 6) of m5.large',
      expect.stringMatching(/^create add-ons eks-pod-identity-agent, vpc-cni/),
      'create roles of kube-system/aws-load-balancer-controller',
      expect.stringMatching(/^create access entries of /),
    ]);
  });

  test('what failed would be removed first', async () => {
    const stacks = { 'eksctl-acme-cluster': [stack('ROLLBACK_COMPLETE')] };
    expect((await plan({ stacks })).changes.slice(0, 2)).toEqual([
      'remove the stack eksctl-acme-cluster of an earlier creation (ROLLBACK_COMPLETE)',
      'create the cluster acme with Kubernetes 1.35',
    ]);
    expect((await plan({ observed: [cluster('FAILED')] })).changes.slice(0, 2)).toEqual([
      'remove the cluster acme, which is FAILED',
      'create the cluster acme with Kubernetes 1.35',
    ]);
  });

  test('what is under way is said and not waited for', async () => {
    const { changes, said } = await plan({ observed: [cluster('UPDATING')] });
    expect(changes).toEqual([]);
    expect(said).toEqual(['the cluster acme is UPDATING: a build would wait until it is not']);
  });

  test('what is not ours stands in the way, as it would', async () => {
    await expect(plan({ observed: [cluster('ACTIVE', {})] })).rejects.toMatchObject({
      name: 'ResourceConflict',
    });
  });
});

test('a stack is looked for by the name that eksctl gives it', () => {
  expect(stackNameOf.cluster('acme')).toBe('eksctl-acme-cluster');
  expect(stackNameOf.nodeGroup('acme', 'workers')).toBe('eksctl-acme-nodegroup-workers');
  // What eksctl's own test of its filter for access entries takes for the stack of this role.
  expect(stackNameOf.accessEntry('web', 'arn:aws:iam::012345689:role/AdministratorAccess')).toBe(
    'eksctl-web-accessentry-WMWIOJ7RIE7SKMRBEO5HI6YVVUKNBV4I',
  );
});
