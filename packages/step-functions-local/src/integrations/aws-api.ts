import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { RuntimeError, TaskError } from '../language/errors';
import { errorCause, errorName, javaClientName } from './error-names';
import { fromSdk, modelOf, toSdk, UnknownField } from './model';

/** How the integrations reach AWS (or what stands in for it): what every client of the SDK takes. */
export interface ClientConfig {
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Folder whose `node_modules` has the SDK clients (`@aws-sdk/client-…`); by default this package's own. */
  readonly sdkFolder?: string;
  /** Gives the SDK client of a service that is at hand already; `undefined` for one to look for in the folder. */
  readonly loadSdk?: (service: string) => SdkModule | undefined;
}

export interface AwsCall {
  /** The client's name as in `aws-sdk:<service>`: `dynamodb`, `cognitoidentityprovider`. */
  readonly service: string;
  /** The action, in camel case: `getItem`. */
  readonly action: string;
  readonly arguments: unknown;
  readonly signal: AbortSignal;
  /** The prefix of error names, where it is not the Java client's name. */
  readonly errorPrefix?: string;
  /** Times in the result: ISO 8601 for `aws-sdk:*`, milliseconds for optimised integrations. */
  readonly dates?: 'iso' | 'millis';
}

export interface AwsAnswer {
  /** The result with capitalised fields, without metadata. */
  readonly output: Record<string, unknown>;
  readonly statusCode: number;
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls any action of any AWS service whose SDK client is installed. */
export interface AwsApi {
  /** @throws TaskError with AWS' error name and cause; RuntimeError for an action or a field that does not exist. */
  call(call: AwsCall): Promise<AwsAnswer>;
}

interface SdkClient {
  readonly config: { readonly serviceId: string };
  send(command: SdkCommand, options: { abortSignal: AbortSignal }): Promise<Record<string, unknown>>;
}
interface SdkCommand {
  readonly schema: readonly unknown[];
  readonly middlewareStack: { add(middleware: unknown, options: unknown): void };
}
type SdkModule = Readonly<Record<string, unknown>>;

export function createAwsApi(config: ClientConfig): AwsApi {
  const clients = new Map<string, { readonly sdk: SdkModule; readonly client: SdkClient }>();
  const { sdkFolder, loadSdk: given, ...clientConfig } = config;
  const requireSdk = () =>
    createRequire(sdkFolder === undefined ? __filename : join(sdkFolder, 'package.json'));

  function clientOf(service: string): { readonly sdk: SdkModule; readonly client: SdkClient } {
    let found = clients.get(service);
    if (found === undefined) {
      const sdk = given?.(service) ?? loadSdk(service, requireSdk());
      const name = Object.keys(sdk).find((key) => key.endsWith('Client') && !key.startsWith('_'));
      const Client = sdk[name ?? ''] as (new (options: unknown) => SdkClient) | undefined;
      if (Client === undefined) throw new RuntimeError(`The SDK client of '${service}' has no client class`);
      // Repeating a call is the state's Retry to decide.
      found = {
        sdk,
        client: new Client({
          ...clientConfig,
          maxAttempts: 1,
          ...(service === 's3' ? { forcePathStyle: true } : {}),
        }),
      };
      clients.set(service, found);
    }
    return found;
  }

  return {
    async call(call) {
      const { sdk, client } = clientOf(call.service);
      const Command = sdk[`${call.action.charAt(0).toUpperCase()}${call.action.slice(1)}Command`] as
        (new (input: unknown) => SdkCommand) | undefined;
      if (Command === undefined)
        throw new RuntimeError(`The service '${call.service}' has no action '${call.action}'`);
      const { input, output } = modelOf(new Command({}).schema);
      let parameters: unknown;
      try {
        parameters = toSdk(input, call.arguments ?? {});
      } catch (error) {
        if (error instanceof UnknownField) throw new RuntimeError(error.message);
        throw error;
      }
      const command = new Command(parameters);
      const headers: Record<string, string> = {};
      captureHeaders(command, headers);
      const javaName = javaClientName(client.config.serviceId);
      try {
        const { $metadata, ...answer } = await client.send(command, { abortSignal: call.signal });
        const metadata = $metadata as { httpStatusCode?: number; requestId?: string };
        return {
          output: fromSdk(output, await readStreams(answer), call.dates ?? 'iso') as Record<string, unknown>,
          statusCode: metadata.httpStatusCode ?? 200,
          requestId: metadata.requestId ?? '',
          headers,
        };
      } catch (error) {
        throw taskError(error, call.errorPrefix ?? javaName, javaName, sdk);
      }
    },
  };
}

/** `@aws-sdk/client-elastic-load-balancing-v2` for `elasticloadbalancingv2`. */
function loadSdk(service: string, requireSdk: NodeJS.Require): SdkModule {
  const folder = dirname(dirname(requireSdk.resolve('@aws-sdk/client-sfn/package.json')));
  const name = readdirSync(folder).find(
    (entry) => entry.startsWith('client-') && entry.slice('client-'.length).replaceAll('-', '') === service,
  );
  if (name === undefined) {
    throw new RuntimeError(
      `No SDK client of '${service}' is installed: add @aws-sdk/client-… to ${join(folder, '..')}`,
    );
  }
  return requireSdk(`@aws-sdk/${name}`) as SdkModule;
}

function captureHeaders(command: SdkCommand, headers: Record<string, string>): void {
  command.middlewareStack.add(
    (next: (args: unknown) => Promise<{ response?: { headers?: Record<string, string> } }>) =>
      async (args: unknown) => {
        const result = await next(args);
        Object.assign(headers, result.response?.headers);
        return result;
      },
    { step: 'deserialize', priority: 'low' },
  );
}

async function readStreams(answer: Record<string, unknown>): Promise<Record<string, unknown>> {
  const read = { ...answer };
  for (const [key, value] of Object.entries(answer)) {
    const stream = value as { transformToString?: () => Promise<string> } | undefined;
    if (
      typeof stream === 'object' &&
      typeof stream.transformToString === 'function' &&
      !(value instanceof Uint8Array)
    ) {
      read[key] = await stream.transformToString();
    }
  }
  return read;
}

function taskError(error: unknown, prefix: string, service: string, sdk: SdkModule): Error {
  const { name, message, $metadata } = error as {
    name?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string };
  };
  if ($metadata?.httpStatusCode === undefined) {
    return new TaskError(
      `${prefix}.SdkClientException`,
      `Unable to execute HTTP request: ${message ?? String(error)}`,
    );
  }
  const code = name ?? 'Unknown';
  const modelled = typeof sdk[code] === 'function' || typeof sdk[`${code}Exception`] === 'function';
  return new TaskError(errorName(prefix, code, modelled), errorCause(message ?? code, service, $metadata));
}
