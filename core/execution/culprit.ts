import type { ExecutionView, ExecutedStep } from './view';

/**
 * The innermost step that ended as the execution did: a Parallel whose branch failed has failed too. Where branches were
 * cut short by the failure of another they are ABORTED, so the one that FAILED is the cause.
 */
export function culprit({
  steps,
  status,
}: Pick<ExecutionView, 'status'> & { readonly steps: readonly ExecutedStep[] }): ExecutedStep | undefined {
  const ended = steps.filter((step) => step.status === status);
  return ended.find((step) => !ended.some((other) => other.parent === step.name)) ?? ended.at(-1);
}
