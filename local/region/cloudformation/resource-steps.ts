import { messageOf } from '../../../core/errors';
import { defined } from '../../../core/defined';
import type { AwsClients } from '../../../adapters/aws/clients';
import type { Making, ResourceKind } from './resource-kind';
import { resourceKinds } from './resource-kinds';
import { note, type Stack, type StackResource } from './stack-record';
import { resolve, type Scope, type TemplateResource } from './stack-template';

/** What the work on a stack is done with. */
export interface Work {
  stack: Stack;
  clients: AwsClients;
  accountId: string;
  region: string;
  /** The value that a stack of the region exports under a name. */
  exported: (name: string) => string | undefined;
  /** Told after each step. */
  onChange: () => void;
}

/** A resource of a stack could not be made or changed; the stack's events say why. */
export class ResourceFailed extends Error {
  constructor(
    readonly logicalId: string,
    readonly what: 'create' | 'update',
  ) {
    super(logicalId);
  }
}

/** Makes a resource. @throws ResourceFailed */
export async function make(
  work: Work,
  logicalId: string,
  { Type: type, Properties }: TemplateResource,
): Promise<void> {
  const { stack } = work;
  const resource: StackResource = {
    logicalId,
    type,
    physicalId: '',
    status: 'CREATE_IN_PROGRESS',
    properties: {},
    attributes: {},
  };
  const step = stepsOf(work, resource);
  step('CREATE_IN_PROGRESS');
  try {
    resource.properties = resolve(Properties ?? {}, scopeOf(work)) as Record<string, unknown>;
    const kind = kindOf(type);
    const making = makingOf(work, resource);
    const made = await kind.create(making);
    Object.assign(resource, made);
    stack.resources.push(resource);
    step('CREATE_IN_PROGRESS', 'Resource creation Initiated');
    Object.assign(resource.attributes, await kind.settled?.(making, made.physicalId));
    step('CREATE_COMPLETE');
  } catch (error) {
    step('CREATE_FAILED', reasonOf(error));
    throw new ResourceFailed(logicalId, 'create');
  }
}

/**
 * Changes a resource.
 *
 * @returns whether there was something to change
 * @throws ResourceFailed
 */
export async function change(
  work: Work,
  resource: StackResource,
  wanted: TemplateResource,
): Promise<boolean> {
  const before = resource.properties;
  const properties = resolve(wanted.Properties ?? {}, scopeOf(work)) as Record<string, unknown>;
  if (JSON.stringify(sorted(properties)) === JSON.stringify(sorted(before))) return false;
  const step = stepsOf(work, resource);
  step('UPDATE_IN_PROGRESS');
  try {
    const { update } = kindOf(resource.type);
    if (update === undefined) throw new Error(`the local region changes no ${resource.type} by a stack`);
    resource.properties = properties;
    await update(makingOf(work, resource), resource.physicalId);
    step('UPDATE_COMPLETE');
    return true;
  } catch (error) {
    resource.properties = before;
    step('UPDATE_FAILED', reasonOf(error));
    throw new ResourceFailed(resource.logicalId, 'update');
  }
}

/** Removes a resource. @throws Error where it cannot be */
export async function remove(work: Work, resource: StackResource): Promise<void> {
  const { stack } = work;
  const step = stepsOf(work, resource);
  step('DELETE_IN_PROGRESS');
  try {
    await kindOf(resource.type).remove(makingOf(work, resource), resource.physicalId);
    stack.resources.splice(stack.resources.indexOf(resource), 1);
    step('DELETE_COMPLETE');
  } catch (error) {
    step('DELETE_FAILED', reasonOf(error));
    throw error;
  }
}

/** Records each step of the work on a resource, in the resource and in the stack's events. */
function stepsOf({ stack, onChange }: Work, resource: StackResource) {
  return (status: StackResource['status'], reason?: string): void => {
    resource.status = status;
    note(stack, status, { resource, ...defined({ reason }) });
    onChange();
  };
}

/** As CloudFormation passes on what a service said. */
function reasonOf(error: unknown): string {
  const message = messageOf(error);
  const code =
    error instanceof Error && /AccessDenied|Unauthorized/.test(error.name)
      ? 'AccessDenied'
      : 'GeneralServiceException';
  return `Resource handler returned message: "${message}" (RequestToken: local, HandlerErrorCode: ${code})`;
}

/** What makes resources of a type. */
export function kindOf(type: string): ResourceKind {
  const kind = resourceKinds[type];
  if (kind === undefined) throw new Error(`the local region's stacks have no ${type}`);
  return kind;
}

/** What a resource is made, changed and removed with. */
export function makingOf({ stack, clients }: Work, { logicalId, properties }: StackResource): Making {
  return { clients, stackName: stack.name, logicalId, properties, tags: stack.tags };
}

/** What the values of a stack's template refer to. */
export function scopeOf({ stack, accountId, region, exported }: Work): Scope {
  const made = (logicalId: string): StackResource => {
    const resource = stack.resources.find((candidate) => candidate.logicalId === logicalId);
    if (resource === undefined)
      throw new Error(`the template refers to ${logicalId}, which it does not have`);
    return resource;
  };
  return {
    stackName: stack.name,
    stackId: stack.id,
    accountId,
    region,
    mappings: stack.template.Mappings ?? {},
    idOf: (logicalId) => made(logicalId).physicalId,
    attributeOf: (logicalId, name) => {
      const value = made(logicalId).attributes[name];
      if (value === undefined) throw new Error(`Requested attribute ${name} does not exist in ${logicalId}`);
      return value;
    },
    exported: (name) => {
      const value = exported(name);
      if (value === undefined) throw new Error(`No export named ${name} found.`);
      return value;
    },
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
