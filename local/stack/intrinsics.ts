/** Where a template is deployed. */
export interface Target {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** A resource as a template has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A template, as far as this project reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly [section: string]: unknown;
}

/** What CloudFormation would put in the place of a reference, without deploying anything. */
export interface Resolver {
  /** A value of the template with every intrinsic function replaced. */
  resolve(value: unknown): unknown;
  /** The physical name of a resource. */
  nameOf(logicalId: string): string;
  /** The ARN of a resource. */
  arnOf(logicalId: string): string;
}

interface Kind {
  /** Property with the physical name. */
  readonly name: string;
  /** The ARN but for its first part. */
  readonly arn: (name: string, at: Target) => string;
  /** What `Ref` gives, by default the name. */
  readonly ref?: 'arn';
}

const regional =
  (service: string, resource: string) =>
  (name: string, { partition, region, accountId }: Target) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}${name}`;

/** The resource types that anything refers to. */
const kinds: Readonly<Record<string, Kind>> = {
  'AWS::Lambda::Function': { name: 'FunctionName', arn: regional('lambda', 'function:') },
  'AWS::IAM::Role': {
    name: 'RoleName',
    arn: (name, at) => `arn:${at.partition}:iam::${at.accountId}:role/${name}`,
  },
  'AWS::StepFunctions::StateMachine': {
    name: 'StateMachineName',
    arn: regional('states', 'stateMachine:'),
    ref: 'arn',
  },
  'AWS::CodeBuild::Project': { name: 'Name', arn: regional('codebuild', 'project/') },
  'AWS::DynamoDB::Table': { name: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::SNS::Topic': { name: 'TopicName', arn: regional('sns', ''), ref: 'arn' },
  'AWS::SQS::Queue': { name: 'QueueName', arn: regional('sqs', '') },
  'AWS::Events::Rule': { name: 'Name', arn: regional('events', 'rule/') },
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    arn: (name, at) => `${regional('logs', 'log-group:')(name, at)}:*`,
  },
  'AWS::CloudWatch::Alarm': { name: 'AlarmName', arn: regional('cloudwatch', 'alarm:') },
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName', arn: regional('cloudwatch', 'dashboard/') },
  // Keys have no name of their own: the logical id stands for the random one.
  'AWS::KMS::Key': { name: '', arn: regional('kms', 'key/') },
};

/**
 * Makes a resolver for a template whose resources have fixed names.
 *
 * @throws Error, when resolving, for what cannot be known before a deployment: it says which reference it was
 */
export function makeResolver(template: Template, target: Target): Resolver {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': target.accountId,
    'AWS::Region': target.region,
    'AWS::Partition': target.partition,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'KubeflowEks',
  };

  const known = (logicalId: string): { kind: Kind; resource: TemplateResource } => {
    const resource = template.Resources[logicalId];
    const kind = kinds[resource?.Type ?? ''];
    if (!resource || !kind) {
      throw new Error(
        `the template refers to ${logicalId} (${resource?.Type ?? 'no resource'}), whose name is not known`,
      );
    }
    return { kind, resource };
  };
  const nameOf = (logicalId: string): string => {
    const { kind, resource } = known(logicalId);
    const name = kind.name === '' ? logicalId : resolve(resource.Properties?.[kind.name]);
    if (typeof name !== 'string') throw new Error(`${logicalId} (${resource.Type}) has no fixed name`);
    return name;
  };
  const arnOf = (logicalId: string): string => known(logicalId).kind.arn(nameOf(logicalId), target);

  const ref = (logicalId: string): string => {
    const fixed = pseudo[logicalId];
    if (fixed !== undefined) return fixed;
    const resource = template.Resources[logicalId];
    if (resource?.Type === 'AWS::Lambda::Version') return `${functionArnOf(resource)}:1`;
    if (resource?.Type === 'AWS::Lambda::Alias')
      return `${functionArnOf(resource)}:${String(resource.Properties?.['Name'])}`;
    return known(logicalId).kind.ref === 'arn' ? arnOf(logicalId) : nameOf(logicalId);
  };
  /** A version or an alias names its function by `Ref`, that is by name. */
  const functionArnOf = (resource: TemplateResource): string =>
    regional('lambda', 'function:')(String(resolve(resource.Properties?.['FunctionName'])), target);
  const attribute = (logicalId: string, name: string): string => {
    const type = template.Resources[logicalId]?.Type;
    if (type === 'AWS::Lambda::Version' && name === 'Version') return '1';
    if (name === 'Arn') return arnOf(logicalId);
    if (name.endsWith('Name')) return nameOf(logicalId);
    throw new Error(`the template asks for ${logicalId}.${name}, which is not known before a deployment`);
  };
  const substitute = (text: string, variables: Readonly<Record<string, unknown>>): string =>
    text.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole: string, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (name in variables) return asText(resolve(variables[name]));
      const [logicalId = '', attributeName] = name.split('.');
      return attributeName === undefined ? ref(logicalId) : attribute(logicalId, attributeName);
    });

  const intrinsics: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (argument) => ref(String(argument)),
    'Fn::GetAtt': (argument) => {
      const [logicalId, name] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
      return attribute(logicalId ?? '', name ?? '');
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => asText(resolve(part))).join(separator);
    },
    'Fn::Sub': (argument) => {
      const [text, variables] =
        typeof argument === 'string' ? [argument, {}] : (argument as [string, object]);
      return substitute(text, { ...variables });
    },
    'Fn::Select': (argument) => {
      const [index, list] = argument as [number | string, unknown];
      return (resolve(list) as unknown[])[Number(index)];
    },
    'Fn::Split': (argument) => {
      const [separator, text] = argument as [string, unknown];
      return asText(resolve(text)).split(separator);
    },
  };

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      const intrinsic = intrinsics[only[0]];
      if (!intrinsic) throw new Error(`the template uses ${only[0]}, which is not resolved here`);
      return intrinsic(only[1]);
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item)]));
  };

  return { resolve, nameOf, arnOf };
}

function asText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Error(`expected text in the template, found ${JSON.stringify(value)}`);
}
