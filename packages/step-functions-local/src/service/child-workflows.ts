import { Abandoned } from '../clock/clock';
import type { ExecutionRecord } from '../execution/records';
import type { ChildWorkflows } from '../execution/run';

/** The part of the service that child workflows need. */
interface Host {
  readonly executions: {
    find(arn: string): { readonly record: ExecutionRecord } | undefined;
    start(record: ExecutionRecord): void;
    redrive(arn: string): void;
    stop(arn: string, failure: { error?: string; cause?: string }): void;
    whenEnded(arn: string): Promise<ExecutionRecord>;
  };
  now(): number;
}

/**
 * The child workflows of distributed Maps, as executions of the same service: with ARNs of the machine and the Map
 * Run's label, listed by the Map Run and not by the machine.
 */
export function createChildWorkflows(host: Host): ChildWorkflows {
  return {
    async run({ parent, mapRunArn, name, definition, input, signal }) {
      const parts = mapRunArn.split(':');
      const machine = parts[6] ?? '';
      const arn = [...parts.slice(0, 5), 'execution', machine, name].join(':');
      const existing = host.executions.find(arn)?.record;
      if (existing === undefined) {
        host.executions.start({
          arn,
          name,
          stateMachineArn: [...parts.slice(0, 5), 'stateMachine', machine].join(':'),
          stateMachineName: machine,
          roleArn: parent.roleArn,
          definition,
          input,
          startDate: host.now(),
          mapRunArn,
          status: 'RUNNING',
          redriveCount: 0,
        });
      } else if (existing.status !== 'RUNNING' && existing.status !== 'SUCCEEDED') {
        host.executions.redrive(arn);
      }
      const stop = (): void => {
        if (signal.reason instanceof Abandoned) return;
        host.executions.stop(arn, { error: 'States.MapRunStopped', cause: 'The Map Run was stopped' });
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await host.executions.whenEnded(arn);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}
