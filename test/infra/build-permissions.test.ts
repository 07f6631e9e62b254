import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCluster } from '../../builds/cluster/cluster-config';
import { clusterRolePolicies } from '../../builds/cluster/iam-roles';
import { buildPermissions } from '../../infra/build-permissions';
import { buildProjects } from '../../infra/builds';
import { evaluate, readStatements } from '../../local/region/iam/evaluate';
import { configurationWith, found } from '../builds/support';
import { analyseBuilds } from './bundle-analysis';
import { eksctlNeeds } from './eksctl-needs';
import { impliedBy } from './implied-permissions';
import { optionSets } from './option-sets';
import { synthesizeForTest, synthesizeWith, testTarget, type TestSynthesis } from './synthesis';

describe('the permissions of the builds', () => {
  it.each(buildProjects)(
    'of %s are the calls of its code and of eksctl, no fewer and no more',
    async (project) => {
      const called = (await analyseBuilds()).get(project)?.actions ?? [];
      const own = [...called, ...eksctlNeeds[project]];
      const needed = [...own, ...impliedBy(own)];
      const permitted = buildPermissions[project].flatMap(({ actions }) => actions);
      expect([...new Set(permitted)].sort()).toEqual([...new Set(needed)].sort());
    },
  );

  it('are found in the code at all, those of its pages too', async () => {
    const analyses = await analyseBuilds();
    expect(analyses.get('cluster')?.actions).toEqual(
      expect.arrayContaining(['iam:CreateRole', 'eks:ListAddons', 's3:GetObject']),
    );
  });

  it('are in the table of what eksctl was seen to use, each used by a command or with why it stays', () => {
    const rows = readFileSync(join(__dirname, '../../docs/eksctl-permissions.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows.map(([, action]) => action?.replaceAll('`', ''))).toEqual(
      [...new Set(Object.values(eksctlNeeds).flat())].sort(),
    );
    for (const [, action, seen, why] of rows)
      expect([action, seen === '' ? why !== '' : why === '']).toEqual([action, true]);
  });

  it.each(buildProjects)(
    'let %s make the roles of services by one statement, each by its name',
    (project) => {
      const making = buildPermissions[project].filter(({ actions }) =>
        actions.includes('iam:CreateServiceLinkedRole'),
      );
      expect(making).toHaveLength(project === 'cluster' ? 1 : 0);
      for (const { resources, conditions } of making) {
        const services = resources.map((arn) => /role\/aws-service-role\/([a-z0-9.-]+)\/\*$/.exec(arn)?.[1]);
        expect(conditions).toEqual({ StringEquals: { 'iam:AWSServiceName': services } });
      }
    },
  );

  it('have no wildcard in an action', () => {
    for (const { actions } of Object.values(buildPermissions).flat())
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
  });
});

describe('what a build may attach to a role of a cluster', () => {
  it('is what its clusters need', () => {
    for (const document of [
      {},
      { gpu_node_group: { worker_type: 'g5.xlarge' } },
      { autoscaling: { gpu: {} } },
      { observability: { container_insights: {} } },
    ]) {
      const config = renderCluster(configurationWith(document), found);
      const wanted = [
        ...clusterRolePolicies.map((name) => `arn:aws:iam::aws:policy/${name}`),
        ...config.managedNodeGroups.flatMap(({ iam }) => iam.attachPolicyARNs),
        ...[
          ...config.addons.flatMap(({ podIdentityAssociations = [] }) => podIdentityAssociations),
          ...config.iam.podIdentityAssociations,
        ].flatMap(({ permissionPolicyARNs = [] }) => permissionPolicyARNs),
      ];
      expect(wanted.length).toBeGreaterThan(6);
      for (const action of ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'])
        expect(wanted.filter((arn) => !allowed(action, { 'iam:policyarn': [arn] }))).toEqual([]);
    }
  });

  it.each(['AdministratorAccess', 'IAMFullAccess', 'service-role/AWSLambdaRole', 'AmazonEKSClusterPolicyX'])(
    'is not %s',
    (name) => {
      for (const owner of ['aws', testTarget.accountId]) {
        const arn = `arn:aws:iam::${owner}:policy/${name}`;
        expect(allowed('iam:AttachRolePolicy', { 'iam:policyarn': [arn] })).toBe(false);
      }
    },
  );

  it('is nothing where the stack asks for a permissions boundary and the role has none, or another', () => {
    const boundary = optionSets.boundary.permissionsBoundaryArn;
    const within = synthesizeWith('boundary');
    for (const [action, keys] of [
      ['iam:CreateRole', { 'aws:requesttag/kubeflow-eks:deployment': ['acme'] }],
      ['iam:AttachRolePolicy', { 'iam:policyarn': ['arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy'] }],
    ] as const) {
      const having = (arns: string[]) =>
        allowed(action, { ...keys, 'iam:permissionsboundary': arns }, within);
      expect([having([]), having([`${boundary}-2`]), having([boundary])]).toEqual([false, false, true]);
    }
  });
});

/** Whether the policies of the build that makes clusters allow this on a worker role with our tag. */
function allowed(
  action: string,
  keys: Readonly<Record<string, readonly string[]>>,
  { deployed }: TestSynthesis = synthesizeForTest(),
): boolean {
  const role = deployed.roles.find(({ name }) => name.includes('cluster-build'));
  return evaluate(readStatements(role?.statements ?? []), {
    action,
    resource: `arn:aws:iam::${testTarget.accountId}:role/acme_kubeflow_Worker_acme`,
    context: {
      values: { 'aws:resourcetag/kubeflow-eks:deployment': ['acme'], ...keys },
      known: ['aws:', 'iam:'],
    },
  }).allowed;
}
