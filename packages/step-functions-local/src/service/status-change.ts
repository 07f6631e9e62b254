import type { ExecutionRecord } from '../execution/records';
import { redriveObstacle } from '../execution/redrive';
import type { Place } from './arns';

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export interface StatusChangeEvent {
  readonly source: 'aws.states';
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly account: string;
  readonly region: string;
  /** ISO 8601. */
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>> & {
    readonly executionArn: string;
    readonly status: string;
  };
}

/** The event that EventBridge receives when an execution's status has become what the record says. */
export function statusChangeEvent(
  place: Place,
  record: ExecutionRecord,
  events: number,
  now: number,
): StatusChangeEvent {
  const obstacle = redriveObstacle(record, events, now);
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    account: place.accountId,
    region: place.region,
    time: new Date(now).toISOString(),
    resources: [record.arn],
    detail: {
      executionArn: record.arn,
      stateMachineArn: record.stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: record.name,
      status: record.status,
      startDate: record.startDate,
      stopDate: record.stopDate ?? null,
      input: record.input,
      inputDetails: { included: true },
      output: record.output ?? null,
      outputDetails: record.output === undefined ? null : { included: true },
      error: record.failure?.error ?? null,
      cause: record.failure?.cause ?? null,
      redriveCount: record.redriveCount,
      redriveDate: record.redriveDate ?? null,
      redriveStatus: obstacle === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      redriveStatusReason: obstacle ?? null,
    },
  };
}
