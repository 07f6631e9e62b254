import { rehearse } from '../../../local/rehearsal';
import type { LoggedRequest } from '../../../local/region/gateway/request-log';
import { exampleConfiguration } from '../../../test/workflows/samples';
import { say } from '../support/output';

/** How often a provisioning calls one service, its builds and eksctl included. */
export interface ServiceCalls {
  /** Signing name, such as `cognito-idp`. */
  readonly service: string;
  /** Calls that change no resource: reading, starting, telling. */
  readonly reading: number;
  readonly changing: number;
}

/**
 * Provisions the example in a local region and counts what reached its gateway from the start on, but for those who watch.
 *
 * @throws Error where the provisioning does not succeed
 */
export async function countCalls(folder: string): Promise<readonly ServiceCalls[]> {
  let requests: readonly LoggedRequest[] = [];
  const { status } = await rehearse({
    configuration: exampleConfiguration,
    dir: folder,
    report: {
      phase: say,
      line: (text, isPassing) => {
        if (isPassing !== true) say(text);
      },
      step: () => undefined,
    },
    inspect: (region) => {
      requests = region.gateway.log.since(0);
      return Promise.resolve();
    },
  });
  if (status !== 'SUCCEEDED') throw new Error(`the provisioning ended with ${status}`);
  return countByService(requests);
}

/** By service, most calls first. Who started the execution is the operator, whose other calls only watch. */
export function countByService(requests: readonly LoggedRequest[]): readonly ServiceCalls[] {
  const begin = requests.findIndex(({ operation }) => operation === 'StartExecution');
  const operator = requests[begin]?.accessKeyId;
  const services = new Map<string, { reading: number; changing: number }>();
  for (const { service, mutating, accessKeyId } of requests.slice(begin + 1)) {
    if (accessKeyId === operator) continue;
    const counts = services.get(service) ?? { reading: 0, changing: 0 };
    services.set(service, counts);
    counts[mutating ? 'changing' : 'reading'] += 1;
  }
  return [...services]
    .map(([service, counts]) => ({ service, ...counts }))
    .sort((a, b) => b.reading + b.changing - a.reading - a.changing);
}
