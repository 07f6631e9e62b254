import fs from 'node:fs';
import path from 'node:path';
import { environmentNames } from '../../core/environment';
import { functionName, functionRoleName, stateMachineName, type Workflow } from '../../core/naming';
import { alarms } from '../../infra/alarms';
import { repositoryRoot } from '../../infra/bundle';
import { taskFiles } from '../support/task-files';
import { functionFiles, functionSpec } from '../../infra/functions';
import { makeResolver, type TemplateResource } from '../../local/stack/intrinsics';
import type { OptionSet } from './option-sets';
import { synthesizeForTest, synthesizeWith, testTarget } from './synthesis';

// Synthesis throws for every finding of cdk-nag that is not acknowledged, so that each test here proves that too.
const resources = (type: string): TemplateResource[] =>
  Object.values(synthesizeForTest().template.Resources).filter(({ Type }) => Type === type);
const properties = (type: string): Readonly<Record<string, unknown>>[] =>
  resources(type).map(({ Properties }) => Properties ?? {});

describe('the functions of the stack', () => {
  it('are the files in tasks/ and the folders in lambda/', () => {
    const tasks = taskFiles();
    const triggers = fs.readdirSync(path.join(repositoryRoot, 'lambda'));
    const entries = [
      ...tasks.map(({ file }) => `tasks/${file}`),
      ...triggers.map((name) => `lambda/${name}/index.ts`),
    ];
    expect(functionFiles.map((file) => functionSpec(file).entry).sort()).toEqual(entries.sort());
  });

  it('run on Node 24, on ARM, with traces, each with its own role and a log group that ends', () => {
    const { functions } = synthesizeForTest().deployed;
    for (const fn of properties('AWS::Lambda::Function')) {
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: expect.any(Object) as object },
      });
    }
    expect(new Set(functions.map(({ roleArn }) => roleArn)).size).toBe(functionFiles.length);
    for (const log of properties('AWS::Logs::LogGroup')) expect(log).toMatchObject({ RetentionInDays: 90 });
  });

  it('have names that access entries can hold, within the limits of IAM and Lambda', () => {
    const longestRegion = 'ap-northeast-1';
    for (const file of functionFiles) {
      expect(functionRoleName(file, longestRegion).length).toBeLessThanOrEqual(64);
      expect(functionName(file).length).toBeLessThanOrEqual(64);
    }
  });

  it('get every variable that the code reads', () => {
    for (const { environment } of synthesizeForTest().deployed.functions) {
      for (const name of Object.values(environmentNames)) expect(environment).toHaveProperty(name);
    }
  });

  it('answer Cognito within its 5 seconds, through an alias', () => {
    const { functions, aliases } = synthesizeForTest().deployed;
    expect(functions.find(({ file }) => file === 'profile-manager')).toMatchObject({ timeoutSeconds: 5 });
    expect(aliases).toEqual([
      {
        name: 'live',
        functionName: 'kubeflow-eks-profile-manager',
        arn: 'arn:aws:lambda:eu-central-1:111122223333:function:kubeflow-eks-profile-manager:live',
      },
    ]);
  });
});

describe('roles', () => {
  it('permit no action by wildcard, and every resource wildcard has its reason', () => {
    for (const { statements } of synthesizeForTest().deployed.roles) {
      for (const { Action } of statements) {
        for (const action of [Action].flat() as string[]) expect(action).not.toContain('*');
      }
    }
  });

  it('fit the characters that IAM takes: 10,240 in the inline policies of a role, 6,144 in a managed one', () => {
    const { template, deployed } = synthesizeForTest();
    const resolver = makeResolver(template, testTarget);
    const documents = (type: string) =>
      Object.values(template.Resources)
        .filter(({ Type }) => Type === type)
        .map(
          ({ Properties = {} }) =>
            resolver.resolve(Properties) as { Roles: string[]; PolicyDocument: object },
        )
        .map(({ Roles: roles, PolicyDocument }) => ({ roles, size: JSON.stringify(PolicyDocument).length }));
    for (const { name } of deployed.roles) {
      const inline = documents('AWS::IAM::Policy').filter(({ roles }) => roles.includes(name));
      const managed = documents('AWS::IAM::ManagedPolicy').filter(({ roles }) => roles.includes(name));
      expect([name, inline.reduce((sum, { size }) => sum + size, 0) < 10_240]).toEqual([name, true]);
      expect([name, managed.every(({ size }) => size < 6_144) && managed.length <= 10]).toEqual([name, true]);
    }
  });

  it('let a state machine call its own tasks and no others', () => {
    const { roles } = synthesizeForTest().deployed;
    const resync = roles.find(({ name }) => name.startsWith(`${stateMachineName('resync')}-workflow`));
    const invoke = resync?.statements.find(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(invoke?.['Resource']).toEqual(
      [
        'await-ingress',
        'check-saml',
        'ensure-records',
        'gather-resyncs',
        'list-deployments',
        'reconcile-access',
        'record-resync',
        'verify-endpoint',
      ].map((file) => `arn:aws:lambda:eu-central-1:111122223333:function:kubeflow-eks-${file}`),
    );
  });
});

describe('the role of the plan', () => {
  it('starts the builds of provision, calls functions, and can publish nothing', () => {
    const statements = (workflow: Workflow) =>
      synthesizeForTest()
        .deployed.roles.find(({ name }) => name.startsWith(`${stateMachineName(workflow)}-workflow`))
        ?.statements.map(({ Action, Resource }) => ({ actions: [Action].flat(), Resource })) ?? [];
    const builds = (workflow: Workflow) =>
      statements(workflow).find(({ actions }) => actions.includes('codebuild:StartBuild'))?.Resource;
    expect(builds('plan')).toEqual(builds('provision'));
    expect(builds('plan')).toHaveLength(2);
    expect(statements('plan').flatMap(({ actions }) => actions)).not.toContain('events:PutEvents');
  });
});

describe('the state machines', () => {
  it('are standard, traced, and log without the data of executions', () => {
    expect(properties('AWS::StepFunctions::StateMachine')).toHaveLength(4);
    for (const machine of properties('AWS::StepFunctions::StateMachine')) {
      expect(machine).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
      });
    }
  });

  it('fit what Step Functions takes of a definition', () => {
    for (const { definition } of synthesizeForTest().deployed.stateMachines) {
      expect(Buffer.byteLength(JSON.stringify(definition))).toBeLessThan(1024 * 1024);
    }
  });
});

describe('the registry', () => {
  it('is encrypted, can be restored, forgets runs, and outlives the stack', () => {
    expect(resources('AWS::DynamoDB::Table')).toEqual([
      expect.objectContaining({
        DeletionPolicy: 'RetainExceptOnCreate',
        Properties: expect.objectContaining({
          BillingMode: 'PAY_PER_REQUEST',
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          DeletionProtectionEnabled: true,
        }) as object,
      }),
    ]);
  });
});

describe('events', () => {
  const rule = (name: string) => {
    const found = synthesizeForTest().deployed.rules.find((it) => it.name === `kubeflow-eks-${name}`);
    if (!found) throw new Error(`no rule ${name}`);
    return found;
  };

  it('start a resync by schedule, of all deployments', () => {
    expect(rule('resync-schedule')).toMatchObject({
      schedule: 'rate(1 hour)',
      targets: [
        { arn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:kubeflow-eks-resync', input: '{}' },
      ],
    });
  });

  it('start a resync by request, of the deployment that is named', () => {
    const { eventPattern, targets } = rule('resync-requested');
    expect(eventPattern).toEqual({
      source: ['kubeflow-eks'],
      'detail-type': ['Resync Requested'],
      detail: { deployment: [{ exists: true }] },
    });
    const [name] = Object.keys(targets[0]?.inputTransformer?.inputPathsMap ?? {});
    expect(targets[0]?.inputTransformer?.inputPathsMap).toEqual({ [name ?? '']: '$.detail.deployment' });
    expect(targets[0]?.inputTransformer?.inputTemplate).toBe(
      `{"deployment":<${name ?? ''}>,"requested":true}`,
    );
  });

  it('record executions that failed, timed out or were stopped, and not those that wait for a redrive', () => {
    const { eventPattern, targets } = rule('execution-failed');
    expect(eventPattern).toMatchObject({
      source: ['aws.states'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: ['provision', 'resync', 'destroy'].map(
          (name) => `arn:aws:states:eu-central-1:111122223333:stateMachine:kubeflow-eks-${name}`,
        ),
      },
    });
    expect(targets[0]?.arn).toMatch(/:function:kubeflow-eks-failure-recorder$/);
  });

  it('look for drift by schedule, and record the ends of these plans alone', () => {
    expect(rule('drift-schedule')).toMatchObject({ schedule: 'rate(1 day)' });
    expect(rule('drift-schedule').targets.map(({ arn }) => arn)).toEqual([
      expect.stringMatching(/:function:kubeflow-eks-drift-planner$/),
    ]);
    const { eventPattern, targets } = rule('drift-looked');
    expect(eventPattern).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: ['arn:aws:states:eu-central-1:111122223333:stateMachine:kubeflow-eks-plan'],
        name: [{ prefix: 'drift-' }],
        status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
      },
    });
    expect(targets.map(({ arn }) => arn)).toEqual([
      expect.stringMatching(/:function:kubeflow-eks-drift-recorder$/),
    ]);
  });

  it('that a target could not take are kept', () => {
    const targets = properties('AWS::Events::Rule').flatMap(
      (it) => it['Targets'] as Record<string, unknown>[],
    );
    const kept = targets.filter((target) => target['DeadLetterConfig'] !== undefined);
    // A warning that is lost is repeated by the next resync.
    expect(targets.length - kept.length).toBe(1);
    expect(properties('AWS::Lambda::EventInvokeConfig')).toHaveLength(3);
  });
});

describe('alarms', () => {
  it('notify, and say where to read on', () => {
    const raised = properties('AWS::CloudWatch::Alarm');
    expect(raised).toHaveLength(alarms.length);
    for (const alarm of raised) {
      expect(alarm['AlarmDescription']).toMatch(/ Runbook, .*: docs\/operate\/alarms\.md#[a-z-]+$/);
      expect(alarm['AlarmActions']).toHaveLength(1);
    }
  });

  it('look back no further than CloudWatch does: a week with datapoints of an hour or more, else a day', () => {
    const hour = 3600;
    for (const { Period, EvaluationPeriods } of properties('AWS::CloudWatch::Alarm')) {
      const period = Number(Period);
      expect(period * Number(EvaluationPeriods)).toBeLessThanOrEqual((period >= hour ? 7 : 1) * 24 * hour);
    }
  });

  it('on drift stay from one look to the next', () => {
    const longest =
      Number(
        synthesizeForTest().deployed.rules.find(({ name }) => name === 'kubeflow-eks-drift-schedule')
          ?.schedule === 'rate(1 day)',
      ) * 24;
    for (const { metric, datapoints } of alarms.filter(({ id }) => id === 'drift' || id === 'drift-unknown'))
      expect((metric.periodMinutes / 60) * datapoints[1]).toBeGreaterThan(longest);
  });
});

describe('the topic', () => {
  it('is encrypted with our key and takes TLS only', () => {
    expect(properties('AWS::SNS::Topic')[0]).toMatchObject({ KmsMasterKeyId: expect.any(Object) as object });
    const [policy] = properties('AWS::SNS::TopicPolicy');
    expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
  });
});

describe('the outputs', () => {
  it('can be copied and run', () => {
    const { outputs } = synthesizeForTest().deployed;
    expect(outputs['StartCommand']).toContain(
      '--state-machine-arn arn:aws:states:eu-central-1:111122223333:stateMachine:kubeflow-eks-provision --input file://input.json',
    );
    expect(outputs['Console']).toMatch(/^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/states\//);
    expect(outputs).toMatchObject({
      RegistryTable: 'kubeflow-eks-registry',
      ResyncArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:kubeflow-eks-resync',
      DestroyArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:kubeflow-eks-destroy',
    });
  });
});

describe('the context', () => {
  it('puts what talks to a cluster into a VPC, and nothing else', () => {
    const { template } = synthesizeWith('networkInLists');
    const inside = Object.values(template.Resources)
      .filter(({ Properties }) => Properties?.['VpcConfig'] !== undefined)
      .map(({ Properties }) => [
        Properties?.['FunctionName'] ?? Properties?.['Name'],
        Properties?.['VpcConfig'],
      ]);
    const lambda = {
      SubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
      SecurityGroupIds: ['sg-0123456789abcdef0'],
    };
    const build = {
      VpcId: 'vpc-0123456789abcdef0',
      Subnets: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
      SecurityGroupIds: ['sg-0123456789abcdef0'],
    };
    expect(Object.fromEntries(inside)).toEqual({
      ...Object.fromEntries(
        functionFiles
          .filter((file) => 'reaches' in functionSpec(file))
          .map((file) => [functionName(file), lambda]),
      ),
      'kubeflow-eks-cluster': build,
      'kubeflow-eks-kubeflow': build,
      'kubeflow-eks-teardown': build,
    });
  });

  it('subscribes an address and sets the interval', () => {
    const { template, deployed } = synthesizeWith('addressAndInterval');
    const subscription = Object.values(template.Resources).find(
      ({ Type }) => Type === 'AWS::SNS::Subscription',
    );
    expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.com' });
    expect(deployed.rules.find(({ name }) => name === 'kubeflow-eks-resync-schedule')?.schedule).toBe(
      'rate(15 minutes)',
    );
  });

  it('sets how often drift is looked for, and switches it off', () => {
    const schedules = (options: OptionSet) =>
      synthesizeWith(options)
        .deployed.rules.filter(({ name }) => name.startsWith('kubeflow-eks-drift'))
        .map(({ name, schedule }) => [name, schedule]);
    expect(schedules('driftEverySixHours')).toContainEqual(['kubeflow-eks-drift-schedule', 'rate(6 hours)']);
    expect(schedules('withoutDrift')).toEqual([['kubeflow-eks-drift-looked', undefined]]);
  });

  it('gives the same template every time', () => {
    const one = JSON.stringify(synthesizeWith('addressAndInterval').template);
    expect(JSON.stringify(synthesizeWith('intervalAsText').template)).toBe(one);
  });
});

it('the stack can be deployed in any partition', () => {
  const text = JSON.stringify(synthesizeForTest().template);
  expect(text).not.toContain('arn:aws:');
});
