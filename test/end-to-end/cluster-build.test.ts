import { CreateStackCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CreatePodIdentityAssociationCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { findMadeFileSystem, listMountTargets } from '../../adapters/aws/file-systems';
import { deploymentNames } from '../../core/naming';
import { credentialsOfNode } from '../../local/region/account/instance-metadata';
import { waitFor } from '../../local/processes/wait-for';
import {
  changesDuring,
  clusterAdmin,
  clusterBuilds,
  eksctlCommands as commands,
  planOf,
} from '../support/cluster-builds';
import { seedConfiguration, useRegion } from '../support/region';

/*
 * The cluster build as CodeBuild runs it, bundle and build specification included, against the local region: from every
 * state in which it can find a cluster. Each test has a cluster of its own.
 */

// The roles that the test of pods' roles gives: without the option the build may pass none of them.
const region = useRegion(seedConfiguration, { context: { namespaceRolePaths: '/kubeflow-teams/' } });
const admin = 'arn:aws:iam::111122223333:role/platform';
const creation = ['create cluster', 'create addon', 'create podidentityassociation', 'create nodegroup'];

const { begin, build, failing, makeByHand, observe, stackStatus, succeed } = clusterBuilds(region);

test('a cluster is created, left alone, planned for, scaled, given other machines, and its administrators follow', async () => {
  const name = 'fresh';
  const created = await succeed(name, { admin_role_arns: [admin] });
  expect(commands(created)).toEqual(creation);
  expect((await observe(name)).settings).toMatchObject({
    version: '1.35',
    secretsKeyArn: region().document['kms_key_arn'],
  });

  expect(await askedByPod(name)).toBeUndefined();

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
  const failed = await failing(/^POST .*\/node-groups$/, 'no such machines here', () => build(name, wanted));
  expect(failed.lines.join('\n')).toMatch(/ClusterFailed: the node group fresh-\S+ .*no such machines here/);
  expect((await observe(name)).nodeGroups).toEqual([old]);

  const replaced = await succeed(name, wanted);
  expect(commands(replaced)).toEqual(['create nodegroup', 'delete nodegroup']);
  const { nodeGroups } = await observe(name);
  expect(nodeGroups).toHaveLength(1);
  expect(nodeGroups[0]?.name).toMatch(/^fresh-nodegroup-\w{8}$/);
  expect(nodeGroups[0]?.tags).not.toEqual(old?.tags);
}, 300_000);

test("tenants' pods get the roles of their namespaces, other ones, and none, and nobody else's are touched", async () => {
  const name = 'teams';
  const role = (of: string) =>
    `arn:aws:iam::${String(region().document['account_id'])}:role/kubeflow-teams/${of}`;
  const rolesOf = (roles: Record<string, string>) => ({
    access: {
      self_service_profiles: false,
      namespaces: Object.fromEntries(
        Object.entries(roles).map(([namespace, of]) => [namespace, { role_arn: role(of) }]),
      ),
    },
  });
  const tenants = async () =>
    (await observe(name)).podIdentities
      .filter(({ serviceAccount }) => serviceAccount === 'default-editor')
      .map(({ namespace, roleArn, owner }) => [namespace, roleArn, owner]);
  const eks = region().clients.get(EKSClient);
  expect(commands(await succeed(name, rolesOf({ 'team-a': 'a', 'team-b': 'b' })))).toEqual(creation);
  expect((await tenants()).sort()).toEqual([
    ['team-a', role('a'), name],
    ['team-b', role('b'), name],
  ]);
  const theirs = {
    clusterName: name,
    namespace: 'theirs',
    serviceAccount: 'default-editor',
    roleArn: role('x'),
  };
  await eks.send(new CreatePodIdentityAssociationCommand(theirs));
  expect(commands(await succeed(name, rolesOf({ 'team-a': 'a', 'team-b': 'b' })))).toEqual([]);

  const wanted = rolesOf({ 'team-b': 'other', 'team-c': 'c' });
  const planned = await (await begin(name, wanted, { MODE: 'plan' })).ended();
  expect(planOf(planned)).toEqual({
    changes: [
      { action: 'remove', what: expect.stringContaining('team-b/default-editor') as string },
      { action: 'remove', what: expect.stringContaining('team-a/default-editor') as string },
      { action: 'create', what: 'roles of team-b/default-editor, team-c/default-editor' },
    ],
    more: 0,
  });
  await succeed(name, wanted);
  expect((await tenants()).sort()).toEqual([
    ['team-b', role('other'), name],
    ['team-c', role('c'), name],
    ['theirs', role('x'), undefined],
  ]);
  await succeed(name);
  expect(await tenants()).toEqual([['theirs', role('x'), undefined]]);
}, 300_000);

test('shared volumes get their driver and class, another file system, and lose the class alone', async () => {
  const name = 'shared';
  const on = (id: string) => ({ shared_volumes: { file_system_id: id } });
  const [one, other] = ['fs-0123456789abcdef0', 'fs-89abcdef'];
  const classLines = (lines: readonly string[]): string[] =>
    lines.filter((line) => line.includes('kubeflow-eks-efs')).map((line) => line.trim());
  const identities = async (): Promise<string[]> =>
    (await observe(name)).podIdentities.map(({ serviceAccount }) => serviceAccount);

  expect(commands(await succeed(name))).toEqual(creation);
  expect(await identities()).not.toContain('efs-csi-controller-sa');

  const planning = await changesDuring(region(), async () => {
    const planned = await (await begin(name, on(one), { MODE: 'plan' })).ended();
    expect(planOf(planned)).toEqual({
      changes: [
        { action: 'create', what: 'add-ons aws-efs-csi-driver' },
        { action: 'create', what: `the storage class kubeflow-eks-efs for the file system ${one}` },
      ],
      more: 0,
    });
  });
  expect(planning).toEqual([]);

  const made = await succeed(name, on(one));
  expect(commands(made)).toEqual(['create addon']);
  expect(classLines(made.lines)).toHaveLength(1);
  expect(await identities()).toContain('efs-csi-controller-sa');
  const again = await succeed(name, on(one));
  expect([commands(again), classLines(again.lines)]).toEqual([[], []]);

  const changed = await succeed(name, on(other));
  expect(commands(changed)).toEqual([]);
  expect(classLines(changed.lines)).toEqual([
    `change the storage class kubeflow-eks-efs for the file system ${other}; volumes of it stay`,
  ]);

  const gone = await succeed(name);
  expect(commands(gone)).toEqual([]);
  expect(classLines(gone.lines)).toEqual(['remove the storage class kubeflow-eks-efs; volumes of it stay']);
  expect(await identities()).toContain('efs-csi-controller-sa');
}, 300_000);

test('shared volumes without a file system get one of ours, which is planned for, left alone and changed', async () => {
  const name = 'ours';
  const on = (settings: object) => ({ shared_volumes: settings });
  const planned = async (settings: object): Promise<string[]> => {
    const { changes } = planOf(await (await begin(name, on(settings), { MODE: 'plan' })).ended());
    return changes.map(({ action, what }) => `${action} ${what}`);
  };
  const [group, zone] = [`kubeflow-eks-${name}/nfs`, seedConfiguration.region];
  const planning = await changesDuring(region(), async () => {
    expect(await planned({})).toEqual(
      expect.arrayContaining([
        'create a file system of EFS for shared volumes, elastic throughput',
        `create the security group ${group}, which lets the cluster in on port 2049 alone`,
        expect.stringContaining(`create a mount target of the file system in ${zone}a`),
        'create the storage class kubeflow-eks-efs for the file system that is made',
      ]),
    );
  });
  expect(planning).toEqual([]);
  expect(commands(await succeed(name, on({})))).toEqual(creation);
  const made = await findMadeFileSystem(region().clients, deploymentNames.fileSystem(name));
  expect(made).toMatchObject({ state: 'available', keyArn: region().document['kms_key_arn'] });
  const targets = await listMountTargets(region().clients, made?.id ?? '');
  expect(targets.map(({ zone, state }) => [zone, state]).sort()).toEqual([
    [`${zone}a`, 'available'],
    [`${zone}b`, 'available'],
  ]);
  const again = await changesDuring(region(), async () => {
    const equal = await succeed(name, on({}));
    expect(equal.lines.filter((line) => /file system|mount target/.test(line))).toEqual([]);
  });
  expect(again).toEqual([]);

  const wanted = { infrequent_access_after_days: 30, throughput_mode: 'bursting' };
  const changes = [
    'change the file system of shared volumes: bursting throughput',
    'change the file system of shared volumes: when its files move',
  ];
  expect(await planned(wanted)).toEqual(changes);
  const { lines } = await succeed(name, on(wanted));
  expect(lines.map((line) => line.trim())).toEqual(expect.arrayContaining(changes));
  expect(await planned(wanted)).toEqual([]);
  const refused = await build(name, on({}));
  expect(refused.lines.join('\n')).toMatch(/FileSystemUnusable: .* once in 24 hours/);
}, 300_000);

test("a creation that fails says CloudFormation's reason, and the next build clears away what is ours and creates", async () => {
  const name = 'refused';
  const failed = await failing(/^POST \/clusters$/, 'too many clusters here', () => build(name));
  expect(failed.lines.join('\n')).toMatch(
    /ClusterFailed: .*ControlPlane \(AWS::EKS::Cluster\): .*too many clusters here.*retry/,
  );
  expect(await stackStatus(`eksctl-${name}-cluster`)).toBe('ROLLBACK_COMPLETE');

  const created = await succeed(name);
  expect(created.lines.join('\n')).toMatch(/ROLLBACK_COMPLETE[^]*too many clusters here[^]*it is deleted/);
  expect(commands(created)).toEqual(creation);
  expect(await stackStatus(`eksctl-${name}-cluster`)).toBe('CREATE_COMPLETE');
}, 300_000);

test('where EKS does not see the role that the build has just made, the build goes on by itself', async () => {
  const name = 'unseen';
  const { faults } = region().region;
  let asked = 0;
  faults.unseenRoleMs = Infinity;
  faults.request = ({ service, operation }) => {
    if (service === 'eks' && operation === 'POST /clusters' && (asked += 1) === 2) delete faults.unseenRoleMs;
    return undefined;
  };
  const created = await succeed(name);
  delete faults.request;
  expect(asked).toBe(2);
  expect(commands(created)).toEqual(['create cluster', ...creation]);
  expect(created.lines.join('\n')).toMatch(
    /EKS does not see a role yet[^]*ROLLBACK_COMPLETE[^]*it is deleted/,
  );
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
  expect(commands(upgraded)).toEqual(['upgrade cluster', 'upgrade cluster']);
  const steps = upgraded.lines.flatMap((line) => /^change \d of 6: change (.*)$/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    'Kubernetes of the control plane from 1.34 to 1.35',
    expect.stringMatching(/^add-ons eks-pod-identity-agent v1\.35\.0/),
    'Kubernetes of the node group old-nodegroup to 1.35',
    'Kubernetes of the control plane from 1.35 to 1.36',
    expect.stringMatching(/^add-ons eks-pod-identity-agent v1\.36\.0/),
    'Kubernetes of the node group old-nodegroup to 1.36',
  ]);
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

/** What a pod in a cluster gets of its node's instance metadata service. */
async function askedByPod(clusterName: string): Promise<string | undefined> {
  const { clients, clusters } = region().region;
  const client = clusters.find(clusterName)?.client;
  if (client === undefined) throw new Error(`there is no cluster ${clusterName}`);
  const pod = { namespace: 'default', name: 'curious' };
  await client.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: pod,
    spec: { containers: [{ name: 'curl', image: 'docker.io/curlimages/curl:8.16.0' }] },
  });
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`;
  await waitFor(
    async () => (await client.get<{ spec: { nodeName?: string } }>(path)).spec.nodeName !== undefined,
    { what: 'the pod to be placed', timeoutMs: 60_000 },
  );
  return credentialsOfNode(clients, client, { clusterName, namespace: pod.namespace, pod: pod.name });
}
