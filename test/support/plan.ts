import type { Plan, PlannedStep } from '../../core/plan';
import type { AuditEvent } from '../../local/kubernetes/audit';
import type { LoggedRequest } from '../../local/region/gateway/request-log';
import { isOurWrite } from './installed';
import type { TestRegion } from './region';

/** A plan that was made in a region, and what of the world its execution changed. */
export interface MadePlan {
  plan: Plan;
  /** Mutating calls of AWS, the lock's and the records' included. */
  changes: LoggedRequest[];
  /** Writes in the clusters, by the builds or by functions of ours. */
  writes: AuditEvent[];
}

/** Plans a configuration in a region. */
export async function makePlan(
  { region, start, finish }: TestRegion,
  document: Record<string, unknown>,
): Promise<MadePlan> {
  const mark = region.gateway.log.mark();
  const audits = await Promise.all(
    region.clusters.all().map(async ({ audit }) => ({ audit, mark: await audit.mark() })),
  );
  const { execution, view } = await finish(await start('plan', document));
  expect(view.steps.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  expect(execution.status).toBe('SUCCEEDED');
  const written = await Promise.all(audits.map(({ audit, mark: from }) => audit.since(from)));
  return {
    plan: JSON.parse(execution.output ?? '{}') as Plan,
    changes: region.gateway.log.since(mark, ({ mutating }) => mutating),
    writes: written.flat().filter(isOurWrite),
  };
}

/** The steps of a plan that do not leave everything as it is, by name. */
export function notLeft({ steps }: Plan): Record<string, Omit<PlannedStep, 'state'>> {
  return Object.fromEntries(
    steps.filter(({ verdict }) => verdict !== 'leave').map(({ state, ...rest }) => [state, rest]),
  );
}
