import { AsyncLocalStorage } from 'node:async_hooks';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { createApiHandler, type StepFunctions } from 'step-functions-local';
import type { AwsClients, ClientClass } from '../../../adapters/aws/clients';
import { minimalConfiguration } from '../../support/minimal-configuration';
import type { PoolsInMemory } from './pools-in-memory';
import type { RegistryInMemory } from './registry-in-memory';
import type { Attempt } from './witness';

/** Who makes a call: one attempt of a state, or a login. */
export interface Caller {
  readonly name: string;
  /** Missing for a login. */
  readonly attempt?: Attempt;
  /** The deployment that it is about. */
  readonly deployment: string | undefined;
  /** Comes before each call: time passes, or the caller's process ends and this never comes back. */
  readonly before: () => Promise<void>;
}

/** Whose code runs. */
export const caller = new AsyncLocalStorage<Caller>();

/** The parts of the account that the calls go to. */
export interface Account {
  readonly registry: RegistryInMemory;
  readonly pools: PoolsInMemory;
  /** Told of each write of the registry, before it. */
  readonly onWrite: (pk: string) => void;
  /** Told of each event that a function publishes. */
  readonly onEvent: (detail: unknown) => void;
}

interface HttpRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Text or bytes, by the protocol of the client. */
  readonly body?: Uint8Array | string;
}

type Send = (args: { input: object }) => Promise<{ output: object; response: object }>;
interface Instrumented {
  readonly config: { readonly serviceId?: string };
  readonly middlewareStack: {
    add(
      middleware: (next: Send, context: { commandName?: string }) => Send,
      options: { step: 'serialize'; priority: 'high' },
    ): void;
  };
}

/**
 * The clients of the SDK, with an account in memory in the place of the network: the registry's table, user pools, events
 * and the executions of the Step Functions that runs here. But for the latter, calls are answered before they are put into
 * the form of the wire and signed, which would be half of all that a schedule costs.
 */
export function modelClients(account: () => Account, service: () => StepFunctions): AwsClients {
  const { region } = minimalConfiguration;
  const made = new Map<unknown, object>();
  const answer = (serviceId: string, operation: string, input: object): object => {
    const { registry, pools, onWrite, onEvent } = account();
    switch (serviceId) {
      case 'DynamoDB': {
        const { Item, Key } = input as { Item?: { pk: string }; Key?: { pk: string } };
        if (operation === 'PutItem' || operation === 'DeleteItem') onWrite((Item ?? Key)?.pk ?? '');
        const { status, body } = registry.serve(operation, input);
        if (status === 200) return body;
        throw new ConditionalCheckFailedException({
          message: 'The conditional request failed',
          $metadata: {},
        });
      }
      case 'Cognito Identity Provider':
        return pools.serve(operation, input);
      case 'EventBridge': {
        const { Entries } = input as { Entries: { Detail: string }[] };
        for (const { Detail } of Entries) onEvent(JSON.parse(Detail));
        return { FailedEntryCount: 0, Entries: [{}] };
      }
      default:
        throw new Error(`the model has no ${serviceId} ${operation}`);
    }
  };
  const handle = async (request: HttpRequest): Promise<object> => {
    await caller.getStore()?.before();
    const [, operation = ''] = (request.headers['x-amz-target'] ?? '').split('.');
    const served = await createApiHandler(service())(operation, JSON.parse(textOf(request.body)));
    return {
      response: {
        statusCode: served.status,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: Buffer.from(JSON.stringify(served.body)),
      },
    };
  };
  return {
    region,
    get<C extends object>(type: ClientClass<C>): C {
      const known = made.get(type);
      if (known !== undefined) return known as C;
      const configuration = {
        region,
        maxAttempts: 1,
        retryMode: 'standard' as const,
        credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' },
        requestHandler: { handle } as never,
      };
      const client = new type(configuration);
      const { config, middlewareStack } = client as unknown as Instrumented;
      const { serviceId = '' } = config;
      if (serviceId !== 'SFN')
        middlewareStack.add(
          (_, { commandName = '' }) =>
            async ({ input }) => {
              await caller.getStore()?.before();
              const output = answer(serviceId, commandName.replace(/Command$/, ''), input);
              return { output: { ...output, $metadata: {} }, response: {} };
            },
          { step: 'serialize', priority: 'high' },
        );
      made.set(type, client);
      return client;
    },
    destroy: () => undefined,
  };
}

function textOf(body: Uint8Array | string | undefined): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : (body ?? '{}');
}
