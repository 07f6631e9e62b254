import type { Quota } from '../../adapters/aws/service-quotas';
import type { AssumptionId } from '../../core/assumptions/assumption-table';
import type { TaskContext } from '../support/context';

/** Notes whether a code stands for the quota that it is taken for. */
export function observeQuotaCode(
  context: TaskContext,
  id: AssumptionId,
  { code, name, quota }: { code: string; name: string; quota: Quota | 'unknown' | 'unanswered' },
): void {
  if (quota === 'unknown') context.observe(id, 'refuted', `Service Quotas knows no ${code}`);
  else if (quota === 'unanswered') context.observe(id, 'not-observed', 'Service Quotas does not answer');
  else if (quota.name === undefined) context.observe(id, 'not-observed', `${code} has no name`);
  else context.observe(id, quota.name === name ? 'verified' : 'refuted', `${code} is "${quota.name}"`);
}
