import * as codebuild from '@aws-sdk/client-codebuild';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import { join } from 'node:path';
import {
  createIntegrations,
  createStepFunctions,
  createRealClock,
  createVirtualClock,
  TaskError,
  type Clock,
  type StepFunctions,
  type TaskIntegration,
} from 'step-functions-local';
import type { CredentialStore } from '../../sts/credentials';
import type { EventBus } from '../events/bus';
import type { Faults } from '../faults';
import type { RegionOptions } from '../region-options';
import { defined } from '../../../core/defined';

export interface WorkflowsOptions {
  options: RegionOptions;
  faults: Faults;
  /** Address of the gateway. Executions of a region that comes up again go on only when it is open. */
  endpoint: Promise<string>;
  bus: EventBus;
  /** Called when an execution has ended without success, before the bus is told. */
  onFailure?: (executionArn: string) => void;
  /** Issues what the tasks of a state machine sign with. */
  credentials: CredentialStore;
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

/** What the workflows call. An installed command has no folder of packages to look for others in. */
const sdkClients: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  codebuild,
  eventbridge,
  lambda,
};

/** `…:execution:MACHINE:NAME` → the role of the machine. */
function roleOfExecution(service: StepFunctions, executionArn: string): string {
  const machineArn = executionArn.replace(/:execution:([^:]+):.*$/, ':stateMachine:$1');
  const machine = service.machines.find(machineArn);
  if (machine === undefined) throw new Error(`${executionArn} is of no state machine that is there`);
  return machine.roleArn;
}

/** Step Functions of the region: its tasks call the region's own services through the gateway, with the rights of
 * the state machine's role. */
export function startWorkflows({
  options,
  faults,
  endpoint,
  bus,
  onFailure,
  credentials,
}: WorkflowsOptions): StepFunctions {
  return createStepFunctions({
    accountId: options.accountId,
    region: options.region,
    dataDir: join(options.dir, 'executions'),
    clock: clockOf(options.clock),
    integrations: (service) => {
      const byRole = new Map<string, Promise<TaskIntegration>>();
      const integrationOf = (roleArn: string): Promise<TaskIntegration> => {
        const known = byRole.get(roleArn);
        if (known !== undefined) return known;
        const identity = credentials.issue(roleArn, 'StatesExecution');
        const made = endpoint.then((url) =>
          createIntegrations(
            {
              endpoint: url,
              region: options.region,
              credentials: identity,
              loadSdk: (name) => sdkClients[name],
            },
            service,
          ),
        );
        byRole.set(roleArn, made);
        return made;
      };
      return {
        call: async (request) =>
          (await integrationOf(roleOfExecution(service, request.executionArn))).call(request),
      };
    },
    beforeTask: async ({ stateName, attempt }) => {
      await faults.hold?.(stateName);
      const fault = faults.state?.({ stateName, attempt });
      return fault === undefined ? undefined : new TaskError(fault.error, fault.cause);
    },
    onStatusChange: ({ source, 'detail-type': detailType, detail, resources }) => {
      if (/^(?:FAILED|TIMED_OUT|ABORTED)$/.test(detail.status)) onFailure?.(detail.executionArn);
      bus.put({ source, 'detail-type': detailType, detail, resources: [...resources] });
    },
    ...defined({ onHistoryEvent: options.onHistoryEvent }),
  });
}
