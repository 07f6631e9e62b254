import { join } from 'node:path';
import { createStepFunctions, createRealClock, createVirtualClock, TaskError } from '../../step-functions';
import type { Clock, StepFunctions } from '../../step-functions';
import { createIntegrations } from '../../step-functions/integrations/create-integrations';
import type { EventBus } from '../events/bus';
import type { Faults } from '../faults';
import type { RegionOptions } from '../options';

export interface WorkflowsOptions {
  options: RegionOptions;
  faults: Faults;
  /** Address of the gateway. Executions of a region that comes up again go on only when it is open. */
  endpoint: Promise<string>;
  bus: EventBus;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/**
 * What virtual waits are for happens in other processes, in real time: controllers answer within a fraction of a
 * second. So a wait of a second or more takes a tenth of a second here, a shorter one none.
 */
function realPauseFor(gapMs: number): number {
  return gapMs >= 1000 ? 100 : 0;
}

/** Real time, or real time with the workflows' waits left out: what work takes shows in the history either way. */
function clockOf(kind: RegionOptions['clock']): Clock {
  if (kind === 'real') return createRealClock();
  const begun = Date.now();
  const waits = createVirtualClock(begun, realPauseFor);
  return { ...waits, now: () => waits.now() + Date.now() - begun };
}

/** Step Functions of the region: its tasks call the region's own services through the gateway, as any client does. */
export function startWorkflows({
  options,
  faults,
  endpoint,
  bus,
  credentials,
}: WorkflowsOptions): StepFunctions {
  return createStepFunctions({
    accountId: options.accountId,
    region: options.region,
    dataDir: join(options.dir, 'executions'),
    clock: clockOf(options.clock),
    integrations: (service) => {
      const ready = endpoint.then((url) =>
        createIntegrations({ endpoint: url, region: options.region, credentials }, service),
      );
      return { call: async (request) => (await ready).call(request) };
    },
    beforeTask: async ({ stateName, attempt }) => {
      await faults.hold?.(stateName);
      const fault = faults.state?.({ stateName, attempt });
      return fault === undefined ? undefined : new TaskError(fault.error, fault.cause);
    },
    onStatusChange: ({ source, 'detail-type': detailType, detail, resources }) => {
      bus.put({ source, 'detail-type': detailType, detail, resources: [...resources] });
    },
    ...(options.onHistoryEvent === undefined ? {} : { onHistoryEvent: options.onHistoryEvent }),
  });
}
