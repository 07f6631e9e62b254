import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureVirtualEnvironment } from '../../../local/moto/virtual-environment';
import type { AwsRequest, HttpParts } from '../../../local/region/gateway/aws-request';
import { isAccepted } from './accepted';

/** What of a request does not fit the model of its service. */
export interface Misfit {
  /** `<service>:<operation>`. */
  operation: string;
  /** Where in the parameters, `.tags[].key`. */
  where: string;
  what: string;
}

/** What of a request the model tells apart: no signature, no time. */
const headersOfParameters = /^(?:content-type|x-amz(?:n|-.*)?)/;

/** AWS requests as they were sent, to be held to the models of their services. */
export class RecordedRequests {
  private readonly lines = new Set<string>();

  readonly add = ({ service, operation }: AwsRequest, { method, url, headers, body }: HttpParts): void => {
    const kept = Object.entries(headers).flatMap(([name, value]) =>
      headersOfParameters.test(name) && !/date|token|sha256|checksum/.test(name)
        ? [[name, String(value)]]
        : [],
    );
    this.lines.add(
      JSON.stringify({
        service,
        operation,
        method,
        url,
        headers: Object.fromEntries(kept) as object,
        body: body.toString('base64'),
      }),
    );
  };

  /** How many different ones there are. */
  get size(): number {
    return this.lines.size;
  }

  /** What does not fit, each once, but for what is known to be accepted all the same. */
  async misfits(): Promise<Misfit[]> {
    const checking = execFile(await ensureVirtualEnvironment(), [join(__dirname, 'check_requests.py')]);
    const ended = new Promise<number | null>((resolve) => checking.on('close', resolve));
    let said = '';
    checking.stderr?.on('data', (text) => (said += String(text)));
    // One that fails reads no further; how it ended says so.
    checking.stdin?.on('error', () => undefined);
    checking.stdin?.end([...this.lines, ''].join('\n'));
    const found = new Map<string, Misfit>();
    if (checking.stdout !== null)
      for await (const line of createInterface({ input: checking.stdout })) {
        const misfit = JSON.parse(line) as Misfit;
        if (!isAccepted(misfit)) found.set(line, misfit);
      }
    const code = await ended;
    if (code !== 0) throw new Error(`the requests could not be held to their models: ${said}`);
    return [...found.values()];
  }
}
