import { randomUUID } from 'node:crypto';
import type { AwsResponse } from '../gateway/gateway';
import { answerXml } from '../overlays/query-xml';
import type { ChangeSet, Stack, StackResource } from './stack-record';
import { escapeMarkup } from '../../markup';

/** Elements with text; those without a value are left out. */
function elements(values: Readonly<Record<string, string | boolean | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${escapeMarkup(String(value))}</${name}>`))
    .join('');
}

const list = (name: string, members: readonly string[]): string =>
  `<${name}>${members.map((member) => `<member>${member}</member>`).join('')}</${name}>`;

const tagList = (tags: Readonly<Record<string, string>>): string =>
  list(
    'Tags',
    Object.entries(tags).map(([Key, Value]) => elements({ Key, Value })),
  );

const identity = ({ name, id, createdAt, status, reason }: Stack): string =>
  elements({
    StackName: name,
    StackId: id,
    CreationTime: createdAt,
    StackStatus: status,
    StackStatusReason: reason,
  });

/** The answer of DescribeStacks. */
export function describeStacks(stacks: readonly Stack[]): AwsResponse {
  const members = stacks.map(
    (stack) =>
      identity(stack) +
      elements({
        Description: stack.description,
        EnableTerminationProtection: stack.isProtected,
        DisableRollback: stack.keepsWhatFailed,
      }) +
      list('Capabilities', stack.capabilities) +
      list(
        'Outputs',
        stack.outputs.map(({ key, value, exportName }) =>
          elements({ OutputKey: key, OutputValue: value, ExportName: exportName }),
        ),
      ) +
      tagList(stack.tags),
  );
  return answerXml('DescribeStacks', list('Stacks', members));
}

/** The answer of ListStacks. */
export function listStacks(stacks: readonly Stack[]): AwsResponse {
  return answerXml('ListStacks', list('StackSummaries', stacks.map(identity)));
}

/** The answer of DescribeStackEvents: the latest first. */
export function describeEvents({ name, id, events }: Stack): AwsResponse {
  const members = [...events].reverse().map(({ logicalId, physicalId, type, status, reason, at }) =>
    elements({
      StackName: name,
      StackId: id,
      EventId: randomUUID(),
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Timestamp: at,
      ResourceStatus: status,
      ResourceStatusReason: reason,
    }),
  );
  return answerXml('DescribeStackEvents', list('StackEvents', members));
}

const resourceElements = ({ name, id, createdAt }: Stack, resource: StackResource, time: string): string =>
  elements({
    StackName: name,
    StackId: id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    [time]: createdAt,
    ResourceStatus: resource.status,
  });

/** The answer of DescribeStackResources. */
export function describeResources(stack: Stack): AwsResponse {
  const members = stack.resources.map((resource) => resourceElements(stack, resource, 'Timestamp'));
  return answerXml('DescribeStackResources', list('StackResources', members));
}

/** The answer of DescribeStackResource. */
export function describeResource(stack: Stack, resource: StackResource): AwsResponse {
  const detail = resourceElements(stack, resource, 'LastUpdatedTimestamp');
  return answerXml('DescribeStackResource', `<StackResourceDetail>${detail}</StackResourceDetail>`);
}

/** The answer of GetTemplate. */
export function showTemplate({ templateBody }: Stack): AwsResponse {
  return answerXml('GetTemplate', elements({ TemplateBody: templateBody }));
}

/** The answer of DescribeChangeSet. */
export function describeChangeSet(stack: Stack, { name, id, tags, failure }: ChangeSet): AwsResponse {
  return answerXml(
    'DescribeChangeSet',
    elements({
      ChangeSetName: name,
      ChangeSetId: id,
      StackId: stack.id,
      StackName: stack.name,
      CreationTime: stack.createdAt,
      Status: failure === undefined ? 'CREATE_COMPLETE' : 'FAILED',
      StatusReason: failure,
      ExecutionStatus: failure === undefined ? 'AVAILABLE' : 'UNAVAILABLE',
    }) +
      list('Changes', []) +
      tagList(tags),
  );
}
