import { z } from 'zod';
import type { AwsClients } from '../../adapters/aws/clients';
import { readEnvironment } from '../../core/environment';
import { stateMachineName } from '../../core/naming';
import type { TaskContext } from './context';

/**
 * Throws unless the execution holds the lock of the deployment: `requireLock` of `adapters/aws/registry-lock.ts`. A task
 * that changes something names it, so that the bundles of those that only read have no DynamoDB in them.
 */
export type LockCheck = (
  clients: AwsClients,
  table: string,
  deployment: string,
  executionArn: string,
) => Promise<void>;

const redrivenSchema = z.object({
  deployment: z.object({ name: z.string() }),
  workflow: z.object({ execution: z.string(), redrives: z.int().min(1) }),
});

/**
 * The context of a task in a redriven execution: its first change asks whether the execution still holds the lock, which
 * another may have taken while it was stopped. A redrive resumes at the step that failed, not at the one that took the
 * lock, so each step has to ask. An execution that has not been redriven had the lock all the time
 * (docs/adr/0013-lock-after-redrive.md).
 *
 * @param input the task's arguments, as the workflow sends them
 */
export function underLock(input: unknown, context: TaskContext, check: LockCheck): TaskContext {
  const { data } = redrivenSchema.safeParse(input);
  // A resync works without a lock: it skips deployments that somebody else works on.
  if (data === undefined || context.readOnly || isResync(data.workflow.execution)) return context;
  let asked: Promise<void> | undefined;
  const ask = (): Promise<void> =>
    (asked ??= check(
      context.clients,
      readEnvironment('registryTable', context.environment),
      data.deployment.name,
      data.workflow.execution,
    ));
  return {
    ...context,
    async mutate(change, work) {
      await ask();
      return context.mutate(change, work);
    },
    async produce(change, work) {
      await ask();
      return context.produce(change, work);
    },
  };
}

function isResync(executionArn: string): boolean {
  return executionArn.includes(`:${stateMachineName('resync')}:`);
}
