import { serveStepFunctions } from '../api/http-server';
import { createRealClock } from '../clock/real-clock';
import { createVirtualClock } from '../clock/virtual-clock';
import { createStepFunctions } from '../index';
import { createIntegrations } from '../integrations/create-integrations';
import { RuntimeError } from '../language/errors';

/** What `start` is told. */
export interface StartOptions {
  readonly port: number;
  readonly region: string;
  readonly account: string;
  /** Where executions are kept; in memory only if absent. */
  readonly data?: string;
  /** Where Task states call AWS APIs; without it only nested executions run. */
  readonly endpoint?: string;
  readonly clock: 'real' | 'virtual';
}

/**
 * Serves the Step Functions API on loopback until SIGINT or SIGTERM, and prints its address as one line.
 *
 * @throws Error when the port is taken
 */
export async function start(options: StartOptions): Promise<void> {
  const { region, endpoint } = options;
  // Nothing of this is sent to AWS: the emulator at the endpoint takes any credentials.
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' };
  const service = createStepFunctions({
    accountId: options.account,
    region,
    clock: options.clock === 'virtual' ? createVirtualClock() : createRealClock(),
    ...(options.data !== undefined && { dataDir: options.data }),
    integrations: (own) => {
      if (endpoint !== undefined)
        return createIntegrations({ endpoint, region, credentials, sdkFolder: process.cwd() }, own);
      const nested = createIntegrations({ region, credentials }, own);
      return {
        call: (request) =>
          request.service === 'states'
            ? nested.call(request)
            : Promise.reject(
                new RuntimeError(
                  `${request.resource} calls AWS, and this service was started without --endpoint URL`,
                ),
              ),
      };
    },
  });
  const server = await serveStepFunctions(service, options.port);
  process.stdout.write(`Step Functions of ${options.account} in ${region} is at ${server.endpoint}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  service.close();
}
