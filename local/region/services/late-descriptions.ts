import type { JsonOperation } from './json-api';

/** DescribeExecution as it is: eventually consistent. */
export interface LateDescriptions {
  readonly handle: JsonOperation;
  /** Tells that an execution has ended: the next reader sees it as it was before. */
  ended(executionArn: string): void;
}

/** What a description has only once the execution has ended. */
const ofTheEnd = ['stopDate', 'error', 'cause', 'output', 'outputDetails'];

/**
 * Step Functions with a DescribeExecution whose first answer after an end is from before it ("This API action is
 * eventually consistent. The results are best effort and may not reflect very recent updates", API reference). An event
 * of the end is there sooner.
 *
 * @param handle the service itself, which is always up to date
 */
export function lateDescriptions(handle: JsonOperation): LateDescriptions {
  const justEnded = new Set<string>();
  return {
    ended: (executionArn) => justEnded.add(executionArn),
    async handle(operation, body) {
      const answer = await handle(operation, body);
      const { executionArn = '' } = body as { executionArn?: string };
      if (operation !== 'DescribeExecution' || !justEnded.delete(executionArn)) return answer;
      const description = Object.entries(answer.body as object).filter(([key]) => !ofTheEnd.includes(key));
      return { ...answer, body: { ...Object.fromEntries(description), status: 'RUNNING' } };
    },
  };
}
