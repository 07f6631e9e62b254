import path from 'node:path';
import { defined } from '../../core/defined';
import { makeResolver, type Resolver, type Target, type Template, type TemplateResource } from './intrinsics';

/** A function as deployed. */
export interface DeployedFunction {
  /** Name of the file in `tasks/`, or of the folder in `lambda/`. */
  readonly file: string;
  readonly name: string;
  readonly arn: string;
  /** Folder with the bundle, exactly as it is uploaded. */
  readonly assetDir: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

/** An alias of a function. */
export interface DeployedAlias {
  readonly name: string;
  readonly functionName: string;
  readonly arn: string;
}

/** A state machine as deployed. */
export interface DeployedStateMachine {
  readonly name: string;
  readonly arn: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly roleArn: string;
}

/** A CodeBuild project as deployed. */
export interface DeployedBuildProject {
  readonly name: string;
  readonly arn: string;
  /** The build specification as YAML. */
  readonly buildspec: string;
  /** Folder that is the build's source. */
  readonly sourceDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly serviceRoleArn: string;
  readonly timeoutMinutes: number;
  readonly image: string;
}

/** The registry's table, in the words of DynamoDB's CreateTable. */
export interface DeployedTable {
  readonly name: string;
  readonly arn: string;
  readonly keySchema: readonly { AttributeName: string; KeyType: string }[];
  readonly attributeDefinitions: readonly { AttributeName: string; AttributeType: string }[];
  readonly timeToLiveAttribute?: string;
}

/** An EventBridge rule as deployed. */
export interface DeployedRule {
  readonly name: string;
  readonly arn: string;
  readonly eventPattern?: Readonly<Record<string, unknown>>;
  readonly schedule?: string;
  readonly targets: readonly {
    readonly id: string;
    readonly arn: string;
    readonly roleArn?: string;
    readonly input?: string;
    readonly inputTransformer?: {
      readonly inputPathsMap: Readonly<Record<string, string>>;
      readonly inputTemplate: string;
    };
  }[];
}

/** A role with the statements of its policies. */
export interface DeployedRole {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Readonly<Record<string, unknown>>[];
}

/** A CloudWatch alarm as deployed. */
export interface DeployedAlarm {
  readonly name: string;
  readonly arn: string;
  readonly metric: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
  };
  /** What a value is held against, in CloudFormation's words for how. */
  readonly threshold: number;
  readonly comparison: string;
  /** What is told at each change of its state. */
  readonly actions: { readonly alarm: readonly string[]; readonly ok: readonly string[] };
}

/** A topic with who may publish to it, and who may use its key. */
export interface DeployedTopic {
  readonly name: string;
  readonly arn: string;
  /** Statements of the policy that takes the place of SNS' own; `undefined` where there is none. */
  readonly policy?: readonly Readonly<Record<string, unknown>>[];
  /** Statements of the policy of the key that it is encrypted with. */
  readonly keyPolicy?: readonly Readonly<Record<string, unknown>>[];
}

/** What the stack deploys, with names and ARNs in the place of references. */
export interface DeployedResources {
  readonly functions: readonly DeployedFunction[];
  readonly aliases: readonly DeployedAlias[];
  readonly stateMachines: readonly DeployedStateMachine[];
  readonly buildProjects: readonly DeployedBuildProject[];
  readonly table: DeployedTable;
  readonly topic: DeployedTopic;
  readonly alarms: readonly DeployedAlarm[];
  readonly rules: readonly DeployedRule[];
  readonly roles: readonly DeployedRole[];
  readonly outputs: Readonly<Record<string, string>>;
}

type Properties = Readonly<Record<string, unknown>>;

/**
 * Reads a synthesised template as CloudFormation would deploy it.
 *
 * @param template the template of the stack
 * @param options where it would be deployed, and the folder of the cloud assembly that holds the assets
 * @throws Error for a reference that is not known before a deployment
 */
export function resolveTemplate(
  template: Template,
  options: Target & { assemblyDir: string },
): DeployedResources {
  const resolver = makeResolver(template, options);
  const all = (type: string) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({ logicalId, properties: resolvedProperties(resolver, resource) }));
  const named = <T>(type: string, read: (properties: Properties, name: string, arn: string) => T): T[] =>
    all(type).map(({ logicalId, properties }) =>
      read(properties, resolver.nameOf(logicalId), resolver.arnOf(logicalId)),
    );
  const asset = (key: string) => path.join(options.assemblyDir, `asset.${path.basename(key, '.zip')}`);

  const [table] = named('AWS::DynamoDB::Table', readTable);
  const [topic] = named('AWS::SNS::Topic', (properties, name, arn) =>
    readTopic(template, resolver, { properties, name, arn }),
  );
  if (!table || !topic) throw new Error('the template has no table or no topic');
  return {
    functions: named('AWS::Lambda::Function', (properties, name, arn) =>
      readFunction(properties, name, arn, asset),
    ),
    aliases: all('AWS::Lambda::Alias').map(({ logicalId, properties }) => ({
      name: text(properties['Name']),
      functionName: text(properties['FunctionName']),
      arn: text(resolver.resolve({ Ref: logicalId })),
    })),
    stateMachines: named('AWS::StepFunctions::StateMachine', (properties, name, arn) => ({
      name,
      arn,
      definition: JSON.parse(text(properties['DefinitionString'])) as Record<string, unknown>,
      roleArn: text(properties['RoleArn']),
    })),
    buildProjects: named('AWS::CodeBuild::Project', (properties, name, arn) =>
      readBuild(properties, name, arn, asset),
    ),
    table,
    topic,
    alarms: named('AWS::CloudWatch::Alarm', readAlarm),
    rules: named('AWS::Events::Rule', readRule),
    roles: readRoles(template, resolver),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [
        name,
        text(resolver.resolve(Value)),
      ]),
    ),
  };
}

function resolvedProperties(resolver: Resolver, resource: TemplateResource): Properties {
  return resolver.resolve(resource.Properties ?? {}) as Properties;
}

function text(value: unknown): string {
  if (typeof value !== 'string')
    throw new Error(`expected text in the template, found ${JSON.stringify(value)}`);
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number')
    throw new Error(`expected a number in the template, found ${JSON.stringify(value)}`);
  return value;
}

function readFunction(
  properties: Properties,
  name: string,
  arn: string,
  asset: (key: string) => string,
): DeployedFunction {
  const tags = (properties['Tags'] ?? []) as { Key: string; Value: string }[];
  return {
    file: tags.find(({ Key }) => Key === 'component')?.Value ?? name,
    name,
    arn,
    assetDir: asset(text((properties['Code'] as Properties)['S3Key'])),
    handler: text(properties['Handler']),
    environment:
      ((properties['Environment'] ?? {}) as { Variables?: Record<string, string> }).Variables ?? {},
    roleArn: text(properties['Role']),
    timeoutSeconds: number(properties['Timeout']),
    memoryMb: number(properties['MemorySize']),
  };
}

function readBuild(
  properties: Properties,
  name: string,
  arn: string,
  asset: (key: string) => string,
): DeployedBuildProject {
  const source = properties['Source'] as Properties;
  const environment = properties['Environment'] as Properties;
  const variables = (environment['EnvironmentVariables'] ?? []) as { Name: string; Value: string }[];
  return {
    name,
    arn,
    buildspec: text(source['BuildSpec']),
    sourceDir: asset(text(source['Location'])),
    environment: Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value])),
    serviceRoleArn: text(properties['ServiceRole']),
    timeoutMinutes: number(properties['TimeoutInMinutes']),
    image: text(environment['Image']),
  };
}

function readTable(properties: Properties, name: string, arn: string): DeployedTable {
  const timeToLive = properties['TimeToLiveSpecification'] as { AttributeName?: string } | undefined;
  return {
    name,
    arn,
    keySchema: properties['KeySchema'] as DeployedTable['keySchema'],
    attributeDefinitions: properties['AttributeDefinitions'] as DeployedTable['attributeDefinitions'],
    ...(timeToLive?.AttributeName !== undefined && { timeToLiveAttribute: timeToLive.AttributeName }),
  };
}

function readRule(properties: Properties, name: string, arn: string): DeployedRule {
  const targets = (properties['Targets'] ?? []) as Properties[];
  return {
    name,
    arn,
    ...(properties['EventPattern'] !== undefined && {
      eventPattern: properties['EventPattern'] as Properties,
    }),
    ...(properties['ScheduleExpression'] !== undefined && {
      schedule: text(properties['ScheduleExpression']),
    }),
    targets: targets.map((target) => {
      const transformer = target['InputTransformer'] as
        { InputPathsMap: Record<string, string>; InputTemplate: string } | undefined;
      return {
        id: text(target['Id']),
        arn: text(target['Arn']),
        ...(target['RoleArn'] !== undefined && { roleArn: text(target['RoleArn']) }),
        ...(target['Input'] !== undefined && { input: text(target['Input']) }),
        ...(transformer && {
          inputTransformer: {
            inputPathsMap: transformer.InputPathsMap,
            inputTemplate: transformer.InputTemplate,
          },
        }),
      };
    }),
  };
}

function readAlarm(properties: Properties, name: string, arn: string): DeployedAlarm {
  const dimensions = (properties['Dimensions'] ?? []) as { Name: string; Value: string }[];
  return {
    name,
    arn,
    metric: {
      namespace: text(properties['Namespace']),
      name: text(properties['MetricName']),
      dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
    },
    threshold: number(properties['Threshold']),
    comparison: text(properties['ComparisonOperator']),
    actions: {
      alarm: (properties['AlarmActions'] ?? []) as string[],
      ok: (properties['OKActions'] ?? []) as string[],
    },
  };
}

function readTopic(
  template: Template,
  resolver: Resolver,
  { properties, name, arn }: { properties: Properties; name: string; arn: string },
): DeployedTopic {
  const ofType = (type: string) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({ logicalId, properties: resolvedProperties(resolver, resource) }));
  const policy = ofType('AWS::SNS::TopicPolicy').find((it) =>
    (it.properties['Topics'] as string[]).includes(arn),
  );
  const key = ofType('AWS::KMS::Key').find(
    ({ logicalId }) => resolver.arnOf(logicalId) === properties['KmsMasterKeyId'],
  );
  return {
    name,
    arn,
    ...defined({
      policy: statementsOf(policy?.properties['PolicyDocument']),
      keyPolicy: statementsOf(key?.properties['KeyPolicy']),
    }),
  };
}

function statementsOf(document: unknown): Properties[] | undefined {
  return (document as { Statement: Properties[] } | undefined)?.Statement;
}

/** CDK moves what is too long for a role's own policy to managed ones. */
const policyTypes = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];

/** Roles with their policies' statements, wherever in the template those stand. */
function readRoles(template: Template, resolver: Resolver): DeployedRole[] {
  const policies = Object.values(template.Resources)
    .filter(({ Type }) => policyTypes.includes(Type))
    .map((policy) => resolvedProperties(resolver, policy));
  return Object.entries(template.Resources)
    .filter(([, { Type, Properties }]) => Type === 'AWS::IAM::Role' && Properties?.['RoleName'] !== undefined)
    .map(([logicalId]) => {
      const name = resolver.nameOf(logicalId);
      return {
        name,
        arn: resolver.arnOf(logicalId),
        statements: policies
          .filter((policy) => (policy['Roles'] as string[]).includes(name))
          .flatMap((policy) => (policy['PolicyDocument'] as { Statement: Properties[] }).Statement),
      };
    });
}
