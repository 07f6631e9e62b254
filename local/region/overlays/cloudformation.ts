import { randomUUID } from 'node:crypto';
import { header, type AwsRequest, type HttpParts } from '../gateway/aws-request';
import { awsError, type AwsResponse, type ServiceHandler } from '../gateway/gateway';
import { answerXml, readForm } from './query-xml';
import { describeEvents, describeStacks, listStacks, tagsOf, type Stack } from './stack-documents';
import { defined } from '../../../core/defined';

/** What a stack of the region can hold beside roles: the kind of a resource → the EKS call that makes it. */
const collections: Readonly<Record<string, (properties: Record<string, unknown>) => string>> = {
  'AWS::EKS::Cluster': () => '/clusters',
  'AWS::EKS::Nodegroup': ({ clusterName }) => `/clusters/${String(clusterName)}/node-groups`,
};
const roleType = 'AWS::IAM::Role';

/** What makes and removes the roles of stacks. */
export interface StackRoles {
  /** @throws Error where IAM refuses it */
  create: (
    properties: Readonly<Record<string, unknown>>,
    tags: Readonly<Record<string, string>>,
  ) => Promise<void>;
  /** No error if it is gone. */
  remove: (name: string) => Promise<void>;
}

export interface StacksOptions {
  accountId: string;
  region: string;
  /** Serves a request of the stack's own, with the caller of the request that it comes from. */
  perform: (request: AwsRequest, http: HttpParts) => Promise<AwsResponse>;
  roles: StackRoles;
}

/**
 * As much of CloudFormation as eksctl's stand-in and the builds need, for stacks of EKS clusters, node groups and roles:
 * CreateStack, ListStacks, DescribeStacks, DescribeStackEvents, UpdateTerminationProtection, and DeleteStack, which is
 * refused for a stack that is protected. A template's properties are written as the API of their service has them. As on
 * AWS, the stack's tags are its resources' too, a stack goes on when the program that asked for it is gone, and one whose
 * creation failed is rolled back and
 * stays, with its events. Anything else is refused.
 */
export function stacks(options: StacksOptions): ServiceHandler {
  const all = new Map<string, Stack>();
  return async (request, http) => {
    const form = readForm(http);
    const name = (form.get('StackName') ?? '').replace(/^arn:.*:stack\/([^/]+)\/.*$/, '$1');
    const call: Call = { ...options, request, http };
    const stack = all.get(name);
    if (request.operation === 'CreateStack') {
      if (stack !== undefined) {
        return refuse(http, 'AlreadyExistsException', `Stack [${name}] already exists`);
      }
      const template = JSON.parse(form.get('TemplateBody') ?? '{}') as Template;
      const unknown = Object.values(template.Resources).find(
        ({ Type: type }) => type !== roleType && !(type in collections),
      );
      if (unknown !== undefined) {
        return refuse(http, 'ValidationError', `the local region's stacks have no ${unknown.Type}`);
      }
      const tags = tagsOf(form);
      // Refused in some regions since March 2026 (cilium/cilium#44695, elastic/cloud-on-k8s#9232), so here.
      if (new Set(tags.map(([key]) => key)).size < tags.length) {
        return refuse(http, 'ValidationError', 'Tags contain duplicate keys; tag keys must be unique');
      }
      const made = await createStack(call, name, form, template);
      all.set(name, made);
      return answerXml('CreateStack', `<StackId>${made.id}</StackId>`);
    }
    if (request.operation === 'DeleteStack') {
      if (stack?.isProtected === true) {
        const message = `Stack [${name}] cannot be deleted while TerminationProtection is enabled`;
        return refuse(http, 'ValidationError', message);
      }
      if (stack !== undefined && (await deleteStack(call, stack))) all.delete(name);
      return answerXml('DeleteStack', '');
    }
    if (request.operation === 'ListStacks' || (request.operation === 'DescribeStacks' && name === '')) {
      const found: { stack: Stack; status: string }[] = [];
      for (const each of all.values()) found.push({ stack: each, status: await statusOf(call, each) });
      return request.operation === 'ListStacks' ? listStacks(found) : describeStacks(found);
    }
    if (
      !['DescribeStacks', 'DescribeStackEvents', 'UpdateTerminationProtection'].includes(request.operation)
    ) {
      return refuse(http, 'ValidationError', `the local region has no CloudFormation ${request.operation}`);
    }
    if (stack === undefined) return refuse(http, 'ValidationError', `Stack with id ${name} does not exist`);
    if (request.operation === 'UpdateTerminationProtection') {
      stack.isProtected = form.get('EnableTerminationProtection') === 'true';
      return answerXml(request.operation, `<StackId>${stack.id}</StackId>`);
    }
    const status = await statusOf(call, stack);
    return request.operation === 'DescribeStacks'
      ? describeStacks([{ stack, status }])
      : describeEvents(stack);
  };
}

type Call = StacksOptions & { request: AwsRequest; http: HttpParts };

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

async function createStack(
  call: Call,
  name: string,
  form: URLSearchParams,
  template: Template,
): Promise<Stack> {
  const tags = Object.fromEntries(tagsOf(form));
  const stack: Stack = {
    name,
    id: `arn:aws:cloudformation:${call.region}:${call.accountId}:stack/${name}/${randomUUID()}`,
    tags,
    createdAt: new Date().toISOString(),
    isProtected: form.get('EnableTerminationProtection') === 'true',
    resources: [],
    events: [],
  };
  for (const [logicalId, { Type: type, Properties: properties }] of Object.entries(template.Resources)) {
    if (type === roleType) {
      try {
        await call.roles.create(properties, tags);
      } catch (error) {
        note(stack, logicalId, type, 'CREATE_FAILED', error instanceof Error ? error.message : String(error));
        await rollBack(call, stack);
        break;
      }
      stack.resources.push({ logicalId, type, path: String(properties['roleName']) });
      note(stack, logicalId, type, 'CREATE_COMPLETE');
      continue;
    }
    const collection = collections[type]?.(properties) ?? '';
    const ownTags = properties['tags'] as Record<string, string> | undefined;
    const response = await eks(call, 'POST', collection, { ...properties, tags: { ...tags, ...ownTags } });
    if (response.status !== 200) {
      const reason = `Resource handler returned message: "${messageOf(response)}"`;
      note(stack, logicalId, type, 'CREATE_FAILED', reason);
      await rollBack(call, stack);
      break;
    }
    const part = String(properties['nodegroupName'] ?? properties['name']);
    stack.resources.push({ logicalId, type, path: `${collection}/${part}` });
    note(stack, logicalId, type, 'CREATE_IN_PROGRESS');
  }
  return stack;
}

/** Deletes what a stack has made and keeps its record, as CloudFormation does with a creation that failed. */
async function rollBack(call: Call, stack: Stack): Promise<void> {
  for (const resource of stack.resources.splice(0).reverse()) await remove(call, resource);
  stack.status = 'ROLLBACK_COMPLETE';
}

/** @returns whether nothing of it is left */
async function deleteStack(call: Call, stack: Stack): Promise<boolean> {
  for (const resource of [...stack.resources].reverse()) {
    const reason = await remove(call, resource);
    if (reason === undefined) continue;
    note(stack, resource.logicalId, resource.type, 'DELETE_FAILED', reason);
    stack.status = 'DELETE_FAILED';
    return false;
  }
  return true;
}

/** @returns why it could not be removed */
async function remove(call: Call, { type, path }: Stack['resources'][number]): Promise<string | undefined> {
  if (type === roleType) {
    await call.roles.remove(path);
    return undefined;
  }
  const response = await eks(call, 'DELETE', path);
  return response.status === 200 || response.status === 404 ? undefined : messageOf(response);
}

/** A stack is as far as its resources are; a resource that fails takes the stack with it. */
async function statusOf(call: Call, stack: Stack): Promise<string> {
  if (stack.status !== undefined) return stack.status;
  for (const { logicalId, type, path } of stack.resources) {
    if (type === roleType) continue;
    const response = await eks(call, 'GET', path);
    const document = JSON.parse(response.body.toString()) as Record<string, { status?: string } | undefined>;
    const status = (document['cluster'] ?? document['nodegroup'])?.status ?? '';
    if (status === 'CREATING') return 'CREATE_IN_PROGRESS';
    if (!/FAILED$/.test(status)) continue;
    note(stack, logicalId, type, 'CREATE_FAILED', `it became ${status}`);
    await rollBack(call, stack);
    return 'ROLLBACK_COMPLETE';
  }
  return 'CREATE_COMPLETE';
}

function eks(
  { request, http, perform }: Call,
  method: string,
  url: string,
  body?: object,
): Promise<AwsResponse> {
  return perform(
    { ...request, service: 'eks', operation: `${method} ${url}`, mutating: method !== 'GET' },
    {
      method,
      url,
      headers: {
        ...http.headers,
        'content-type': 'application/json',
        // moto finds the service by what a request is signed for.
        authorization: header(http, 'authorization')?.replace('/cloudformation/', '/eks/'),
      },
      body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
    },
  );
}

function note(stack: Stack, logicalId: string, type: string, status: string, reason?: string): void {
  const at = new Date().toISOString();
  stack.events.push({ logicalId, type, status, at, ...defined({ reason }) });
}

function messageOf({ body }: AwsResponse): string {
  const { message, Message } = JSON.parse(body.toString()) as { message?: string; Message?: string };
  return message ?? Message ?? body.toString();
}

function refuse(http: HttpParts, code: string, message: string): AwsResponse {
  return awsError(http, { status: 400, code, message });
}
