import { randomUUID } from 'node:crypto';
import type { AwsResponse } from '../gateway/gateway';
import { answerXml, escapeXml } from './query-xml';

/** A resource that a stack has made. */
interface Resource {
  logicalId: string;
  type: string;
  /** Path of the EKS resource; name of the role. */
  path: string;
}

/** Something that happened to a resource. */
interface StackEvent {
  logicalId: string;
  type: string;
  status: string;
  reason?: string;
  /** ISO 8601. */
  at: string;
}

/** A stack of the region's CloudFormation. */
export interface Stack {
  name: string;
  id: string;
  tags: Record<string, string>;
  createdAt: string;
  isProtected: boolean;
  resources: Resource[];
  events: StackEvent[];
  /** Where it is decided; otherwise the resources are asked. */
  status?: 'ROLLBACK_COMPLETE' | 'DELETE_FAILED';
}

/** The tags that a CreateStack gives, as often as it gives them. */
export function tagsOf(form: URLSearchParams): [key: string, value: string][] {
  const tags: [string, string][] = [];
  for (let index = 1; form.has(`Tags.member.${index}.Key`); index += 1) {
    tags.push([form.get(`Tags.member.${index}.Key`) ?? '', form.get(`Tags.member.${index}.Value`) ?? '']);
  }
  return tags;
}

/** The answer of DescribeStacks. */
export function describeStacks(found: readonly { stack: Stack; status: string }[]): AwsResponse {
  const members = found.map(({ stack: { name, id, tags, createdAt }, status }) => {
    const tagged = Object.entries(tags).map(
      ([key, value]) => `<member><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></member>`,
    );
    return (
      `<member><StackName>${name}</StackName><StackId>${id}</StackId><CreationTime>${createdAt}</CreationTime>` +
      `<StackStatus>${status}</StackStatus><Tags>${tagged.join('')}</Tags></member>`
    );
  });
  return answerXml('DescribeStacks', `<Stacks>${members.join('')}</Stacks>`);
}

/** The answer of ListStacks, which tells no tags. */
export function listStacks(found: readonly { stack: Stack; status: string }[]): AwsResponse {
  const members = found.map(
    ({ stack: { name, id, createdAt }, status }) =>
      `<member><StackName>${name}</StackName><StackId>${id}</StackId><CreationTime>${createdAt}</CreationTime>` +
      `<StackStatus>${status}</StackStatus></member>`,
  );
  return answerXml('ListStacks', `<StackSummaries>${members.join('')}</StackSummaries>`);
}

/** The answer of DescribeStackEvents: the latest first. */
export function describeEvents({ name, id, events }: Stack): AwsResponse {
  const members = [...events]
    .reverse()
    .map(
      ({ logicalId, type, status, reason, at }) =>
        `<member><StackName>${name}</StackName><StackId>${id}</StackId><EventId>${randomUUID()}</EventId>` +
        `<LogicalResourceId>${logicalId}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
        `<Timestamp>${at}</Timestamp><ResourceStatus>${status}</ResourceStatus>` +
        (reason === undefined ? '' : `<ResourceStatusReason>${escapeXml(reason)}</ResourceStatusReason>`) +
        '</member>',
    );
  return answerXml('DescribeStackEvents', `<StackEvents>${members.join('')}</StackEvents>`);
}
