import type { Agent } from 'node:https';
import { rememberCall, type AwsCall } from './errors';
import { defined } from '../../core/defined';
import { proxyAgent } from './proxy-agent';
import { patiently } from './tag-visibility';
import { mustNotBeRepeated, once, thrownFirst, wentBefore } from './unrepeated';

/** What every client of the SDK (version 3) is constructed with here. */
export interface ClientConfiguration {
  region: string;
  maxAttempts: number;
  retryMode: 'adaptive' | 'standard';
  endpoint?: string;
  /** Options of the SDK's own handler. */
  requestHandler?: { httpsAgent: Agent };
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  userAgentAppId?: string;
}

/** A client class of the SDK, such as `EKSClient`. */
export type ClientClass<C> = new (configuration: ClientConfiguration) => C;

/**
 * The clients of one region, each constructed when first asked for and kept. Adapters ask by class,
 * `clients.get(EKSClient)`, so that a bundle holds only the clients of the adapters that it imports.
 */
export interface AwsClients {
  readonly region: string;
  /** The host that answers in the place of AWS; `undefined` where AWS itself does. */
  readonly elsewhere?: string;
  /**
   * @param type the client's class
   * @param region another region than {@link region}: `us-east-1` for the certificate of a Cognito domain
   */
  get<C extends object>(type: ClientClass<C>, region?: string): C;
  /** Closes all connections. For command lines and tests; a Lambda keeps its own. */
  destroy(): void;
}

export interface ClientsOptions {
  region: string;
  /** Retries of the SDK itself, 5 attempts by default; the workflow's retries come on top. */
  maxAttempts?: number;
  /** Instead of the variable `AWS_ENDPOINT_URL`, which the SDK honours by itself. */
  endpoint?: string;
  credentials?: ClientConfiguration['credentials'];
  /** Where the proxy is looked for: `HTTPS_PROXY` and `NO_PROXY`. By default the process' own environment. */
  environment?: Readonly<Record<string, string | undefined>>;
  /**
   * Milliseconds before each further attempt of a call that is denied while the tag of what it is about may not be seen
   * yet (`tagWaits`); by default a denial is told at once.
   */
  tagWaits?: readonly number[];
  /** Called where such a call was allowed after all, with the milliseconds that were waited for it. */
  onTagSeen?: (milliseconds: number) => void;
  /** Said in the user agent of each call: what the calls are for. */
  appId?: string;
  /** Called before each call is sent; an error thrown here stops it. */
  onCall?: (call: AwsCall) => void;
}

/** The parts of the SDK's client that the middleware below needs, whatever the service. */
interface Instrumented {
  config: { serviceId?: string };
  middlewareStack: {
    add(
      middleware: (
        next: (args: unknown) => Promise<unknown>,
        context: { commandName?: string },
      ) => (args: unknown) => Promise<unknown>,
      options: { step: 'initialize' | 'finalizeRequest'; priority?: 'low'; name: string },
    ): void;
  };
  destroy(): void;
}

/**
 * Clients that share one set of rules: adaptive retries, and errors that remember their call (see `errors.ts`).
 * Credentials come from the SDK's default chain unless given. Connections go through the proxy of the environment.
 */
export function createClients(options: ClientsOptions): AwsClients {
  const made = new Map<ClientClass<object>, Map<string, object>>();
  const httpsAgent = proxyAgent(options.environment ?? process.env);
  return {
    region: options.region,
    ...defined({ elsewhere: elsewhereOf(options.endpoint ?? process.env['AWS_ENDPOINT_URL']) }),
    get<C extends object>(type: ClientClass<C>, region = options.region): C {
      const regions = made.get(type) ?? new Map<string, object>();
      made.set(type, regions);
      const existing = regions.get(region);
      if (existing !== undefined) return existing as C;
      const client = new type({
        region,
        maxAttempts: options.maxAttempts ?? 5,
        retryMode: 'adaptive',
        ...defined({
          endpoint: options.endpoint,
          credentials: options.credentials,
          userAgentAppId: options.appId,
        }),
        ...(httpsAgent !== undefined && { requestHandler: { httpsAgent } }),
      });
      instrument(client as unknown as Instrumented, options);
      regions.set(region, client);
      return client;
    },
    destroy() {
      for (const regions of made.values()) {
        for (const client of regions.values()) (client as unknown as Instrumented).destroy();
      }
      made.clear();
    },
  };
}

/** Domains of AWS' own endpoints, those of VPCs among them. */
const domainsOfAws = /(?:^|\.)(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/;

/**
 * The host of an endpoint, if it is none of AWS: of the local region, or an emulator.
 *
 * @param endpoint as in `AWS_ENDPOINT_URL`; `undefined` where the SDK finds the services by itself
 */
export function elsewhereOf(endpoint: string | undefined): string | undefined {
  const host = endpoint === undefined ? undefined : URL.parse(endpoint)?.hostname;
  return host === undefined || domainsOfAws.test(host) ? undefined : host;
}

function callOf(client: Instrumented, { commandName = 'Call' }: { commandName?: string }): AwsCall {
  const service = client.config.serviceId ?? client.constructor.name.replace(/Client$/, '');
  return { service: service.replaceAll(' ', ''), operation: commandName.replace(/Command$/, '') };
}

function instrument(
  client: Instrumented,
  { onCall, onTagSeen, tagWaits = [] }: Pick<ClientsOptions, 'onCall' | 'onTagSeen' | 'tagWaits'>,
): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const call = callOf(client, context);
      onCall?.(call);
      try {
        return await patiently(call, tagWaits, () => next(args), onTagSeen);
      } catch (caught) {
        const error = thrownFirst(caught);
        if (wentBefore(call, error)) return { output: { $metadata: {} } };
        rememberCall(error, call);
        throw error;
      }
    },
    { step: 'initialize', name: 'rememberCall' },
  );
  client.middlewareStack.add(
    (next, context) => (args) =>
      mustNotBeRepeated(callOf(client, context)) ? once(() => next(args)) : next(args),
    // Low: within the SDK's retries.
    { step: 'finalizeRequest', priority: 'low', name: 'sendOnce' },
  );
}
