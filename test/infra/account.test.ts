import { buildQuota } from '../../core/concurrent-builds';
import fs from 'node:fs';
import path from 'node:path';
import {
  buildProjectName,
  functionName,
  stackNames,
  type BuildProject,
  type Workflow,
} from '../../core/naming';
import { buildProjects, builds } from '../../infra/builds';
import { workflowSpecs } from '../../infra/constructs/workflows';
import { refusalOf } from '../../local/region/events/notices';
import { evaluate, readStatements, type Authorization } from '../../local/region/iam/evaluate';
import type { TemplateResource } from '../../local/stack/intrinsics';
import type { DeployedTopic } from '../../local/stack/template';
import type { OptionSet } from './option-sets';
import { synthesizeForTest, synthesizeWith, testTarget, type TestSynthesis } from './synthesis';

const { accountId, region } = testTarget;

/** With a set of options, or with none. */
const stackWith = (options?: OptionSet): TestSynthesis =>
  options === undefined ? synthesizeForTest() : synthesizeWith(options);

const ofType = (
  type: string,
  { template }: TestSynthesis = synthesizeForTest(),
): [string, TemplateResource][] => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

/** Whether the policies of a role allow a request, of which all keys are known. */
function allowed(
  roleOf: string,
  action: string,
  resource: string,
  values: Authorization['context']['values'] = {},
  { deployed }: TestSynthesis = synthesizeForTest(),
): boolean {
  const role = deployed.roles.find(({ name }) => name.includes(roleOf));
  if (role === undefined) throw new Error(`no role ${roleOf}`);
  const context = { values, known: [''] };
  return evaluate(readStatements(role.statements), { action, resource, context }).allowed;
}

describe('what the services of AWS ask for', () => {
  const key = `arn:aws:kms:${region}:${accountId}:key/11111111-2222-3333-4444-555555555555`;

  it('a grant on the key of a cluster, without a word that it is for a service (EKS)', () => {
    expect(allowed('cluster-build', 'kms:CreateGrant', key)).toBe(true);
  });

  it('the distribution of a login domain, in an account of AWS (Cognito, CloudFront)', () => {
    const theirs = 'arn:aws:cloudfront::999988887777:distribution/E2EXAMPLE';
    expect(allowed('ensure-custom-domain', 'cloudfront:UpdateDistribution', theirs)).toBe(true);
  });

  it('every alarm, and the rule for warnings, are heard by the topic and may use its key', () => {
    const { deployed } = synthesizeForTest();
    expect(deployed.alarms.length).toBeGreaterThan(8);
    for (const { arn: alarmArn, actions } of deployed.alarms) {
      expect(actions).toEqual({ alarm: [deployed.topic.arn], ok: [deployed.topic.arn] });
      expect(refusalOf(deployed.topic, { service: 'cloudwatch.amazonaws.com', alarmArn })).toBeUndefined();
    }
    expect(refusalOf(deployed.topic, { service: 'events.amazonaws.com' })).toBeUndefined();
  });

  it('alarms of others are not', () => {
    const { topic } = synthesizeForTest().deployed;
    const ringing = (alarmArn: string, of: DeployedTopic = topic) =>
      refusalOf(of, { service: 'cloudwatch.amazonaws.com', alarmArn });
    expect(ringing(`arn:aws:cloudwatch:${region}:${accountId}:alarm:cpu`)).toContain('not authorized');
    expect(ringing(`arn:aws:cloudwatch:${region}:999988887777:alarm:kubeflow-eks-x`)).toContain(
      'not authorized',
    );
  });

  it('services take the roles of builds, workflows and rules for this account only', () => {
    const trusted = ofType('AWS::IAM::Role').map(
      ([, { Properties }]) =>
        (
          Properties?.['AssumeRolePolicyDocument'] as {
            Statement: [{ Principal: { Service: string }; Condition?: unknown }];
          }
        ).Statement[0],
    );
    const others = trusted.filter(({ Principal }) => Principal.Service !== 'lambda.amazonaws.com');
    expect(others).toHaveLength(8);
    for (const { Condition } of others)
      expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });
});

describe('a first deployment that fails can be repeated', () => {
  it('since the table, which cannot be rolled back, waits for everything else', () => {
    const { template } = synthesizeForTest();
    const tableId = ofType('AWS::DynamoDB::Table')[0]?.[0] ?? '';
    const before = new Set<string>();
    const collect = (logicalId: string): void => {
      for (const id of [
        (template.Resources[logicalId] as { DependsOn?: string | string[] }).DependsOn ?? [],
      ].flat()) {
        if (before.has(id)) continue;
        before.add(id);
        collect(id);
      }
    };
    collect(tableId);
    const all = Object.keys(template.Resources).filter(
      (id) => id !== tableId && !id.startsWith('CDKMetadata'),
    );
    expect(all.filter((id) => !before.has(id))).toEqual([]);
  });

  it('and what outlives the stack does not outlive a deployment that was rolled back', () => {
    const kept = Object.entries(synthesizeForTest().template.Resources).flatMap(([, resource]) => {
      const { DeletionPolicy: policy } = resource as { DeletionPolicy?: string };
      return policy === undefined || policy === 'Delete' ? [] : [[resource.Type, policy]];
    });
    expect(Object.fromEntries(kept)).toEqual({
      'AWS::DynamoDB::Table': 'RetainExceptOnCreate',
      'AWS::KMS::Key': 'RetainExceptOnCreate',
    });
  });
});

it('the stack is not destroyed by one word', () => {
  const { assemblyDir } = synthesizeForTest();
  const manifest = JSON.parse(fs.readFileSync(path.join(assemblyDir, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { properties?: { terminationProtection?: boolean } }>;
  };
  expect(manifest.artifacts[stackNames.stack]?.properties?.terminationProtection).toBe(true);
});

it('what needs the rights of a role while it is made waits for all of its policies', () => {
  const synthesis = synthesizeWith('network');
  const rolesOf = (policy: TemplateResource) =>
    (policy.Properties?.['Roles'] as { Ref: string }[]).map(({ Ref }) => Ref);
  const policies = [
    ...ofType('AWS::IAM::Policy', synthesis),
    ...ofType('AWS::IAM::ManagedPolicy', synthesis),
  ];
  expect(policies.filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy').length).toBeGreaterThan(0);
  for (const [type, property] of [
    ['AWS::Lambda::Function', 'Role'],
    ['AWS::CodeBuild::Project', 'ServiceRole'],
    ['AWS::StepFunctions::StateMachine', 'RoleArn'],
  ] as const) {
    for (const [id, resource] of ofType(type, synthesis)) {
      const [role] = (resource.Properties?.[property] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'];
      const needed = policies.filter(([, policy]) => rolesOf(policy).includes(role)).map(([name]) => name);
      const waited = [(resource as { DependsOn?: string | string[] }).DependsOn ?? []].flat();
      expect([id, needed.filter((name) => !waited.includes(name))]).toEqual([id, []]);
    }
  }
});

describe('what the options bound', () => {
  const mirrored = `arn:aws:s3:::acme-mirror/kubeflow/distribution.tar.gz`;
  const ofAccount = { 'aws:resourceaccount': [accountId] };

  it('builds read no bucket, but those of the mirror and of the archives', () => {
    const read = (resource: string, options?: OptionSet) =>
      buildProjects.map((project) =>
        allowed(`${project}-build`, 's3:GetObject', resource, ofAccount, stackWith(options)),
      );
    expect(read(mirrored)).toEqual([false, false, false]);
    expect(read(mirrored, 'archiveBuckets')).toEqual([true, true, true]);
    expect(read(mirrored, 'toolsMirror')).toEqual([true, true, true]);
    expect(read('arn:aws:s3:::payroll/2026.csv', 'archiveBuckets')).toEqual([false, false, false]);
  });

  it('records are made in the zones that are named', () => {
    const zone = (id: string, options?: OptionSet) =>
      allowed(
        'ensure-records',
        'route53:ChangeResourceRecordSets',
        `arn:aws:route53:::hostedzone/${id}`,
        { 'route53:changeresourcerecordsetsrecordtypes': ['A'] },
        stackWith(options),
      );
    expect(zone('ZOTHER')).toBe(true);
    expect([zone('Z0ACME1', 'hostedZoneIds'), zone('ZOTHER', 'hostedZoneIds')]).toEqual([true, false]);
  });

  it("clusters' secrets are encrypted with the keys that are named", () => {
    const arn = (id: string) => `arn:aws:kms:${region}:${accountId}:key/${id}`;
    const synthesis = synthesizeWith('clusterKeyArns');
    expect(
      ['1', '2'].map((id) => allowed('cluster-build', 'kms:CreateGrant', arn(id), {}, synthesis)),
    ).toEqual([true, false]);
  });

  it("tenants' pods are handed roles of the paths that are named, none by default, and nobody else is", () => {
    const role = (path: string) => `arn:aws:iam::${accountId}:role/${path}`;
    const pass = (path: string, service: string, options?: OptionSet) =>
      allowed(
        'cluster-build',
        'iam:PassRole',
        role(path),
        { 'iam:passedtoservice': [service] },
        stackWith(options),
      );
    const option = 'namespaceRolePaths';
    const pods = 'pods.eks.amazonaws.com';
    expect([
      pass('kubeflow-teams/a', pods),
      pass('kubeflow-teams/a', pods, option),
      pass('kubeflow-teams/a', 'ec2.amazonaws.com', option),
      pass('kubeflow-teams-2/a', pods, option),
      pass('admin', pods, option),
    ]).toEqual([false, true, false, false, false]);
  });

  it('only Cognito can be let call the profile manager', () => {
    const alias = `arn:aws:lambda:${region}:${accountId}:function:${functionName('profile-manager')}:live`;
    const permit = (principal: string) =>
      allowed('permit-trigger', 'lambda:AddPermission', alias, { 'lambda:principal': [principal] });
    expect([permit('cognito-idp.amazonaws.com'), permit('999988887777'), permit('*')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('the code of a function in a VPC may do nothing about network interfaces, which Lambda may', () => {
    const synthesis = synthesizeWith('network');
    const remove = (values: Record<string, string[]>) =>
      allowed(
        'profile-manager',
        'ec2:DeleteNetworkInterface',
        `arn:aws:ec2:${region}:${accountId}:network-interface/eni-1`,
        values,
        synthesis,
      );
    const own = `arn:aws:lambda:${region}:${accountId}:function:${functionName('profile-manager')}`;
    expect([remove({}), remove({ 'lambda:sourcefunctionarn': [own] })]).toEqual([true, false]);
  });
});

it('runs its builds in the environment whose quota the preflight asks for', () => {
  const sizes = ofType('AWS::CodeBuild::Project').map(([, { Properties }]) => {
    const { Type, ComputeType } = (Properties as { Environment: { Type: string; ComputeType: string } })
      .Environment;
    return [Type.replace('_CONTAINER', ''), ComputeType.replace('BUILD_GENERAL1_', '')].join('/');
  });
  expect([...new Set(sizes)]).toEqual([buildQuota.title.toUpperCase()]);
});

describe('what is in a VPC', () => {
  it('reaches what has no endpoint there through the proxy that is named, and clusters without it', () => {
    const { deployed } = synthesizeWith('networkWithProxy');
    const proxied = {
      HTTPS_PROXY: 'http://proxy.acme.example:3128',
      NO_PROXY: `localhost,127.0.0.1,169.254.169.254,169.254.170.2,.eks.amazonaws.com,.${region}.eks.amazonaws.com,.acme.example,10.0.0.1`,
      NODE_USE_ENV_PROXY: '1',
    };
    const inside = deployed.functions.filter(({ environment }) => environment['HTTPS_PROXY'] !== undefined);
    expect(inside.map(({ file }) => file).sort()).toEqual([
      'await-ingress',
      'profile-manager',
      'reconcile-access',
      'verify-endpoint',
    ]);
    for (const { environment } of [...inside, ...deployed.buildProjects])
      expect(environment).toMatchObject(proxied);
  });

  it('has no proxy unless one is named', () => {
    const { deployed } = synthesizeWith('network');
    for (const { environment } of [...deployed.functions, ...deployed.buildProjects])
      expect(Object.keys(environment)).not.toContain('HTTPS_PROXY');
  });
});

it("with encryptLogs, the stack's key encrypts every log group, which its policy allows to CloudWatch for these alone", () => {
  expect(
    ofType('AWS::Logs::LogGroup').filter(([, { Properties }]) => 'KmsKeyId' in (Properties ?? {})),
  ).toEqual([]);
  const synthesis = synthesizeWith('encryptLogs');
  const groups = ofType('AWS::Logs::LogGroup', synthesis);
  expect(groups.length).toBeGreaterThan(40);
  for (const [, { Properties }] of groups) expect(Properties).toHaveProperty('KmsKeyId');
  const [[, key] = []] = ofType('AWS::KMS::Key', synthesis);
  expect(JSON.stringify(key)).toContain('log-group:/aws/*/kubeflow-eks-*');
});

describe('a build that has to wait for its place', () => {
  /** As in the definitions. */
  const started: Record<Workflow, readonly BuildProject[]> = {
    provision: ['cluster', 'kubeflow'],
    plan: ['cluster', 'kubeflow'],
    resync: [],
    destroy: ['teardown'],
  };
  const longest = Math.max(...Object.values(builds).map(({ timeoutMinutes }) => timeoutMinutes));

  it('waits as long as two of the longest may take', () => {
    for (const [, { Properties }] of ofType('AWS::CodeBuild::Project')) {
      expect(Properties?.['QueuedTimeoutInMinutes']).toBeGreaterThanOrEqual(2 * longest);
      expect(Properties?.['QueuedTimeoutInMinutes']).toBeLessThanOrEqual(480);
    }
  });

  it.each(Object.keys(workflowSpecs) as Workflow[])('and the execution of %s with it', (workflow) => {
    const definition = JSON.stringify(
      synthesizeForTest().deployed.stateMachines.find(({ name }) => name.endsWith(workflow))?.definition,
    );
    for (const project of buildProjects)
      expect([project, definition.includes(`"${buildProjectName(project)}"`)]).toEqual([
        project,
        started[workflow].includes(project),
      ]);
    const waiting = started[workflow].reduce(
      (sum, project) => sum + builds[project].queuedMinutes + builds[project].timeoutMinutes,
      0,
    );
    // Two hours and more for everything that is not a build.
    expect(workflowSpecs[workflow].timeoutHours * 60).toBeGreaterThanOrEqual(
      waiting + (waiting > 0 ? 120 : 0),
    );
  });
});

/** Types of what has a name of its own here, with the property that holds it. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::CodeBuild::Project': 'Name',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Alias': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

it('what has a name keeps its logical id: CloudFormation would make a second one before the first goes', () => {
  const named = Object.entries(synthesizeForTest().template.Resources)
    .filter(([, { Type, Properties }]) => Properties?.[nameProperties[Type] ?? ''] !== undefined)
    .map(([id, { Type }]) => `${id} ${Type}`)
    .sort();
  const file = path.join(__dirname, 'logical-ids.txt');
  // To change it on purpose, see docs/adr/0061: the stack has to be deployed twice, or the resource imported.
  if (process.env['WRITE_LOGICAL_IDS'] !== undefined) fs.writeFileSync(file, `${named.join('\n')}\n`);
  const known = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(known.filter((line) => !named.includes(line))).toEqual([]);
  expect(named.filter((line) => !known.includes(line))).toEqual([]);
});
