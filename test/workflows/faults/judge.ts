import { Logger } from '@aws-lambda-powertools/logger';
import type { ExecutionRecord } from 'step-functions-local';
import type { AwsClients } from '../../../adapters/aws/clients';
import { readExecutionEvents } from '../../../adapters/aws/executions';
import { readLock } from '../../../adapters/aws/registry-lock';
import { readLatestRun, readRun, type RunStatus } from '../../../adapters/aws/registry-runs';
import type { Continuation } from '../../../core/error-advice';
import { continuationOf, explainError } from '../../../core/execution/advice';
import { hadLock, takesLock } from '../../../core/execution/had-lock';
import { viewExecution } from '../../../core/execution/view';
import { lockStates, stackNames, workflowOf } from '../../../core/naming';
import { recordFailure } from '../../../lambda/failure-recorder/record-failure';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { functionEnvironment, type AccountInMoto } from '../account-in-moto';

const deployment = minimalConfiguration.eks_name;
const table = stackNames.table;

/** What there is to say about an execution that failed. */
export interface Failure {
  /** The state that is recorded as the one that failed. */
  readonly state: string;
  readonly error: string;
  /** How the operator goes on, by the product's own advice. */
  readonly continuation: Continuation;
  readonly problems: readonly string[];
}

/** States during and after which an execution that fails may have given its lock back. */
const afterLock: readonly string[] = [lockStates.release, 'Publish event'];

/**
 * Has a failure recorded by the real recorder, as the rule on status changes does, and looks at what is then known of it:
 * a record with an error that the runbook has an entry for and with advice, and the lock with whom it belongs to.
 */
export async function afterFailure(
  account: AccountInMoto,
  clients: AwsClients,
  ended: ExecutionRecord,
): Promise<Failure> {
  const event = account.ends.findLast(({ detail }) => detail.executionArn === ended.arn);
  await recordFailure(event, {
    clients,
    logger: new Logger({ logLevel: 'SILENT' }),
    now: () => account.now(),
    environment: functionEnvironment,
    alarm: () => undefined,
  });
  const run = await readRun(clients, table, deployment, ended.arn);
  const { state = '', error = '', cause = '', advice = '' } = run?.failure ?? {};
  const view = viewExecution(await readExecutionEvents(clients, ended.arn));
  const hasHadLock = hadLock(view);
  const failed = { executionArn: ended.arn, status: 'FAILED', error, cause, hadLock: hasHadLock } as const;
  const holder = (await readLock(clients, table, deployment))?.executionArn;
  const mayHold = afterLock.includes(state) ? [undefined, ended.arn] : [ended.arn];
  return {
    state,
    error,
    continuation: continuationOf(failed),
    problems: [
      ...(isRecorded(run?.status, state, ended)
        ? []
        : [`the record of the failure says ${run?.status ?? 'nothing'}`]),
      ...(advice === '' ? ['no advice is recorded'] : []),
      ...(explainError(failed).meaning.includes('no entry in the runbook')
        ? [`the runbook has no entry for ${error}`]
        : []),
      ...(takesLock(workflowOf(ended.arn)) && hasHadLock && !mayHold.includes(holder)
        ? [`${holder ?? 'nobody'} has the lock, and not the execution that failed at ${state}`]
        : []),
    ],
  };
}

/** What has done its work stays a success. */
function isRecorded(status: RunStatus | undefined, state: string, ended: ExecutionRecord): boolean {
  return status === ended.status || (status === 'SUCCEEDED' && afterLock.includes(state));
}

/** What is wrong with the registry after an execution that succeeded: the lock is free, and its record is closed. */
export async function afterSuccess(clients: AwsClients, { arn }: ExecutionRecord): Promise<string[]> {
  if (!takesLock(workflowOf(arn))) return [];
  const lock = await readLock(clients, table, deployment);
  const run = await readRun(clients, table, deployment, arn);
  const latest = await readLatestRun(clients, table, deployment);
  return [
    ...(lock === undefined ? [] : [`the lock is left with ${lock.executionArn}`]),
    ...(run?.status === 'SUCCEEDED' ? [] : [`the record says ${run?.status ?? 'nothing'} of a success`]),
    ...(latest?.executionArn === arn ? [] : [`the latest run is ${latest?.executionArn ?? 'none'}`]),
  ];
}
