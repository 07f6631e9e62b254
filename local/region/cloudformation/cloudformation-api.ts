import { randomUUID } from 'node:crypto';
import type { AwsClients } from '../../../adapters/aws/clients';
import { header, type AwsRequest, type HttpParts } from '../gateway/aws-request';
import { awsError, type AwsResponse, type ServiceHandler } from '../gateway/gateway';
import { answerXml, readForm } from '../overlays/query-xml';
import * as documents from './documents';
import { resourceKinds } from './resource-kinds';
import { isBusy, type ChangeSet, type Stack } from './stack-record';
import type { StackStore } from './stack-store';
import type { Template } from './stack-template';
import type { Work } from './resource-steps';
import { createStack, deleteStack, updateStack } from './work';

export interface CloudFormationOptions {
  accountId: string;
  region: string;
  store: StackStore;
  /** Clients with the rights of whoever signed a request. */
  clientsOf: (accessKeyId: string) => AwsClients;
}

/**
 * CloudFormation for the stacks that eksctl makes ({@link resourceKinds}). Its calls to the other services go through the
 * gateway with the rights of whoever asked for the stack, as on AWS without a service role; so they are held to the
 * caller's policies, meet faults, and are counted. A stack goes on when whoever asked for it is gone.
 */
export function cloudFormation(options: CloudFormationOptions): ServiceHandler {
  const { store } = options;
  return async (request, http) => {
    const form = readForm(http);
    const refuse = (code: string, message: string): AwsResponse =>
      awsError(http, { status: 400, code, message });
    const named = (form.get('StackName') ?? '').replace(/^arn:.*:stack\/([^/]+)\/.*$/, '$1');
    const stack = store.find(form.get('StackName') ?? '');
    const call: Call = { options, request, http, form, refuse };
    if (request.operation === 'ListStacks') return documents.listStacks(listed(call));
    if (request.operation === 'CreateStack') return create(call, named);
    if (request.operation === 'DescribeStacks' && named === '')
      return documents.describeStacks(store.all().filter(({ status }) => status !== 'DELETE_COMPLETE'));
    if (request.operation === 'DeleteStack' && stack === undefined) return answerXml('DeleteStack', '');
    const serve = operations[request.operation];
    if (serve === undefined)
      return refuse('ValidationError', `the local region has no CloudFormation ${request.operation}`);
    if (stack === undefined) return refuse('ValidationError', `Stack with id ${named} does not exist`);
    return serve(call, stack);
  };
}

interface Call {
  options: CloudFormationOptions;
  request: AwsRequest;
  http: HttpParts;
  form: URLSearchParams;
  refuse: (code: string, message: string) => AwsResponse;
}

const operations: Readonly<Record<string, (call: Call, stack: Stack) => AwsResponse | Promise<AwsResponse>>> =
  {
    DescribeStacks: async ({ http, options }, stack) => {
      // eksctl looks at once and then every 30 seconds; here a stack takes seconds.
      if (/(?:^|\s)eksctl\//.test(header(http, 'user-agent') ?? ''))
        await options.store.settled(stack, 20_000);
      return documents.describeStacks([stack]);
    },
    DescribeStackEvents: (_, stack) => documents.describeEvents(stack),
    DescribeStackResources: (_, stack) => documents.describeResources(stack),
    DescribeStackResource: ({ form, refuse }, stack) => {
      const logicalId = form.get('LogicalResourceId') ?? '';
      const resource = stack.resources.find((candidate) => candidate.logicalId === logicalId);
      return resource === undefined
        ? refuse('ValidationError', `Resource ${logicalId} does not exist for stack ${stack.name}`)
        : documents.describeResource(stack, resource);
    },
    GetTemplate: (_, stack) => documents.showTemplate(stack),
    UpdateTerminationProtection: ({ form, options, refuse }, stack) => {
      // CloudFormation refuses it for a stack that is being deleted.
      if (stack.status === 'DELETE_IN_PROGRESS')
        return refuse('ValidationError', `Stack [${stack.name}] is in ${stack.status} state`);
      stack.isProtected = form.get('EnableTerminationProtection') === 'true';
      options.store.save();
      return answerXml('UpdateTerminationProtection', `<StackId>${stack.id}</StackId>`);
    },
    DeleteStack: (call, stack) => {
      if (stack.isProtected)
        return call.refuse(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      const importer = call.options.store.importerOf(stack);
      if (importer !== undefined)
        return call.refuse(
          'ValidationError',
          `Export of ${stack.name} cannot be deleted as it is in use by ${importer.name}`,
        );
      if (stack.status !== 'DELETE_IN_PROGRESS') begin(call, stack, deleteStack);
      return answerXml('DeleteStack', '');
    },
    CreateChangeSet: (call, stack) => createChangeSet(call, stack),
    DescribeChangeSet: ({ form, refuse }, stack) => {
      const set = changeSetOf(form, stack);
      return set === undefined
        ? refuse('ChangeSetNotFound', `ChangeSet [${form.get('ChangeSetName') ?? ''}] does not exist`)
        : documents.describeChangeSet(stack, set);
    },
    ExecuteChangeSet: (call, stack) => {
      const set = changeSetOf(call.form, stack);
      if (set === undefined || set.failure !== undefined)
        return call.refuse('InvalidChangeSetStatus', 'the ChangeSet cannot be executed in its current state');
      begin(call, stack, (work) => updateStack(work, set));
      stack.changeSets = [];
      return answerXml('ExecuteChangeSet', '');
    },
  };

function create(call: Call, name: string): AwsResponse {
  const { options, form, refuse } = call;
  const { store, accountId, region } = options;
  const present = store.find(name);
  if (present !== undefined && present.status !== 'DELETE_COMPLETE')
    return refuse('AlreadyExistsException', `Stack [${name}] already exists`);
  const parsed = templateOf(call);
  if ('status' in parsed) return parsed;
  const { template, tags } = parsed;
  const stack: Stack = {
    name,
    id: `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`,
    status: 'CREATE_IN_PROGRESS',
    description: (template as { Description?: string }).Description ?? '',
    template,
    templateBody: form.get('TemplateBody') ?? '{}',
    capabilities: members(form, 'Capabilities'),
    tags,
    outputs: [],
    createdAt: new Date().toISOString(),
    isProtected: form.get('EnableTerminationProtection') === 'true',
    keepsWhatFailed: form.get('DisableRollback') === 'true',
    resources: [],
    events: [],
    changeSets: [],
  };
  store.add(stack);
  begin(call, stack, createStack);
  return answerXml('CreateStack', `<StackId>${stack.id}</StackId>`);
}

function createChangeSet(call: Call, stack: Stack): AwsResponse {
  const { options, form, refuse } = call;
  const { accountId, region, store } = options;
  if (isBusy(stack)) return refuse('ValidationError', `Stack:${stack.id} is in ${stack.status} state`);
  const parsed = templateOf(call);
  if ('status' in parsed) return parsed;
  const name = form.get('ChangeSetName') ?? '';
  const templateBody = form.get('TemplateBody') ?? '{}';
  const same =
    JSON.stringify(parsed.template) === JSON.stringify(stack.template) &&
    JSON.stringify(Object.entries(parsed.tags).sort()) === JSON.stringify(Object.entries(stack.tags).sort());
  const set: ChangeSet = {
    name,
    id: `arn:aws:cloudformation:${region}:${accountId}:changeSet/${name}/${randomUUID()}`,
    ...parsed,
    templateBody,
    ...(same && {
      failure:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    }),
  };
  stack.changeSets.push(set);
  store.save();
  return answerXml('CreateChangeSet', `<Id>${set.id}</Id><StackId>${stack.id}</StackId>`);
}

/** What a request gives of a stack, or why CloudFormation does not take it. */
function templateOf({
  form,
  refuse,
}: Call): { template: Template; tags: Record<string, string> } | AwsResponse {
  const template = JSON.parse(form.get('TemplateBody') ?? '{}') as Template;
  const unknown = Object.values(template.Resources).find(({ Type: type }) => !(type in resourceKinds));
  if (unknown !== undefined)
    return refuse('ValidationError', `the local region's stacks have no ${unknown.Type}`);
  const capabilities = members(form, 'Capabilities');
  const roles = Object.values(template.Resources).filter(({ Type: type }) => type === 'AWS::IAM::Role');
  const needed = roles.some((role) => role.Properties?.['RoleName'] !== undefined)
    ? ['CAPABILITY_NAMED_IAM']
    : ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
  if (roles.length > 0 && !needed.some((capability) => capabilities.includes(capability)))
    return refuse('InsufficientCapabilitiesException', `Requires capabilities : [${needed[0] ?? ''}]`);
  const tags: [string, string][] = [];
  for (let index = 1; form.has(`Tags.member.${index}.Key`); index += 1)
    tags.push([form.get(`Tags.member.${index}.Key`) ?? '', form.get(`Tags.member.${index}.Value`) ?? '']);
  // Refused in some regions since March 2026 (cilium/cilium#44695, elastic/cloud-on-k8s#9232), so here.
  if (new Set(tags.map(([key]) => key)).size < tags.length)
    return refuse('ValidationError', 'Tags contain duplicate keys; tag keys must be unique');
  return { template, tags: Object.fromEntries(tags) };
}

/** Begins work on a stack, which nobody waits for. */
function begin({ options, request }: Call, stack: Stack, perform: (work: Work) => Promise<void>): void {
  const { accountId, region, store, clientsOf } = options;
  const work: Work = {
    stack,
    clients: clientsOf(request.accessKeyId),
    accountId,
    region,
    exported: (name) => store.exported(name),
    onChange: () => {
      store.save();
    },
  };
  store.working(stack, perform(work));
}

function changeSetOf(form: URLSearchParams, stack: Stack): ChangeSet | undefined {
  const name = form.get('ChangeSetName') ?? '';
  return stack.changeSets.find((set) => set.name === name || set.id === name);
}

function listed({ options, form }: Call): Stack[] {
  const wanted = members(form, 'StackStatusFilter');
  return options.store.all().filter(({ status }) => wanted.length === 0 || wanted.includes(status));
}

function members(form: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; form.has(`${name}.member.${index}`); index += 1)
    values.push(form.get(`${name}.member.${index}`) ?? '');
  return values;
}
