import type { Template } from './stack-template';

/** What CloudFormation says of a stack or of a resource. */
export type Status =
  `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}` | RollbackStatus;
type RollbackStatus = `${'' | 'UPDATE_'}ROLLBACK_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`;

/** A resource that a stack has made, or begun to. */
export interface StackResource {
  logicalId: string;
  type: string;
  physicalId: string;
  status: Status;
  /** Resolved: what it was made with. */
  properties: Record<string, unknown>;
  attributes: Record<string, string>;
}

/** Something that happened to a stack or to a resource of it. */
export interface StackEvent {
  logicalId: string;
  physicalId: string;
  type: string;
  status: Status;
  reason?: string;
  /** ISO 8601. */
  at: string;
}

/** Another template that a stack may be brought to. */
export interface ChangeSet {
  name: string;
  id: string;
  template: Template;
  templateBody: string;
  tags: Record<string, string>;
  /** Why there is nothing to execute. */
  failure?: string;
}

/** A stack of the region's CloudFormation. */
export interface Stack {
  name: string;
  id: string;
  status: Status;
  reason?: string;
  description: string;
  template: Template;
  templateBody: string;
  capabilities: string[];
  tags: Record<string, string>;
  outputs: { key: string; value: string; exportName?: string }[];
  /** ISO 8601. */
  createdAt: string;
  isProtected: boolean;
  keepsWhatFailed: boolean;
  /** In the order in which they were made. */
  resources: StackResource[];
  events: StackEvent[];
  changeSets: ChangeSet[];
}

/** Writes down what happened to a stack, or to a resource of it. */
export function note(
  stack: Stack,
  status: Status,
  {
    resource,
    reason,
  }: { resource?: Pick<StackResource, 'logicalId' | 'physicalId' | 'type'>; reason?: string } = {},
): void {
  const about = resource ?? {
    logicalId: stack.name,
    physicalId: stack.id,
    type: 'AWS::CloudFormation::Stack',
  };
  const { logicalId, physicalId, type } = about;
  stack.events.push({
    logicalId,
    physicalId,
    type,
    status,
    at: new Date().toISOString(),
    ...(reason !== undefined && { reason }),
  });
  if (resource !== undefined) return;
  stack.status = status;
  if (reason === undefined) delete stack.reason;
  else stack.reason = reason;
}

/** Whether something is under way. */
export function isBusy({ status }: Stack): boolean {
  return status.endsWith('_IN_PROGRESS');
}
