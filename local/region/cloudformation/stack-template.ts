/** A resource as a template has it. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
}

/** A template, as far as the region's stacks use it. */
export interface Template {
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
}

/** What the values of a template can refer to. */
export interface Scope {
  stackName: string;
  stackId: string;
  accountId: string;
  region: string;
  mappings: NonNullable<Template['Mappings']>;
  /** `Ref` of a resource that has been made. */
  idOf: (logicalId: string) => string;
  /** `Fn::GetAtt` of a resource that has been made. */
  attributeOf: (logicalId: string, name: string) => string;
  /** `Fn::ImportValue`. */
  exported: (name: string) => string;
}

/** The one function of CloudFormation that a value is, if it is one. */
function functionOf(value: unknown): [name: string, argument: unknown] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  const [only] = entries;
  return entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::'))
    ? only
    : undefined;
}

/**
 * Puts values in the place of functions.
 *
 * @throws Error for a function that is not known here, and for what a reference does not lead to
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  const call = functionOf(value);
  if (call === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, scope)]));
  const [name, argument] = call;
  const list = (): unknown[] => (argument as unknown[]).map((item) => resolve(item, scope));
  switch (name) {
    case 'Ref':
      return referenceTo(String(argument), scope);
    case 'Fn::GetAtt': {
      const [logicalId = '', attribute = ''] =
        typeof argument === 'string' ? argument.split('.') : (argument as string[]);
      return scope.attributeOf(logicalId, attribute);
    }
    case 'Fn::Sub':
      return textOf(argument).replaceAll(/\$\{([^}!]+)\}/g, (_, reference: string) => {
        const [logicalId = '', attribute] = reference.split('.');
        return attribute === undefined
          ? referenceTo(logicalId, scope)
          : scope.attributeOf(logicalId, attribute);
      });
    case 'Fn::Join': {
      const [separator, parts] = list();
      return (parts as unknown[]).map(textOf).join(textOf(separator));
    }
    case 'Fn::Split': {
      const [separator, text] = list();
      return textOf(text).split(textOf(separator));
    }
    case 'Fn::Select': {
      const [index, items] = list();
      return (items as unknown[])[Number(index)];
    }
    case 'Fn::ImportValue':
      return scope.exported(textOf(resolve(argument, scope)));
    case 'Fn::FindInMap': {
      const [map, first, second] = list().map(textOf);
      const found = scope.mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
      if (found === undefined) throw new Error(`no mapping ${map ?? ''} / ${first ?? ''} / ${second ?? ''}`);
      return found;
    }
    default:
      throw new Error(`the local region's CloudFormation has no ${name}`);
  }
}

function referenceTo(name: string, scope: Scope): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': scope.accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': scope.region,
    'AWS::StackId': scope.stackId,
    'AWS::StackName': scope.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return pseudo[name] ?? scope.idOf(name);
}

function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Error(`expected text in the template, found ${JSON.stringify(value)}`);
}

/**
 * The resources of a template, each after those that it refers to or names as its dependencies.
 *
 * @throws Error where they wait for each other
 */
export function inOrder({
  Resources: resources,
}: Template): [logicalId: string, resource: TemplateResource][] {
  const ordered: [string, TemplateResource][] = [];
  const waiting = new Map(Object.entries(resources));
  while (waiting.size > 0) {
    const next = [...waiting].find(([, resource]) => dependencies(resource).every((id) => !waiting.has(id)));
    if (next === undefined)
      throw new Error(`Circular dependency between resources: [${[...waiting.keys()].join(', ')}]`);
    waiting.delete(next[0]);
    ordered.push(next);
  }
  return ordered;
}

function dependencies({ Properties: properties, DependsOn: named = [] }: TemplateResource): string[] {
  return [named, referencesIn(properties)].flat();
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const [name, argument] = functionOf(value) ?? [];
  if (name === 'Ref') return [String(argument)];
  if (name === 'Fn::GetAtt')
    return [(typeof argument === 'string' ? argument.split('.') : (argument as string[]))[0] ?? ''];
  if (name === 'Fn::Sub')
    return [...String(argument).matchAll(/\$\{([^}.!]+)/g)].map(([, reference = '']) => reference);
  return Object.values(value).flatMap(referencesIn);
}
