import { isMutating } from '../../../adapters/aws/operations';
import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { minimalConfiguration } from '../../support/minimal-configuration';

/** A call that a task makes of AWS. */
export interface Call {
  /** `DynamoDB`, `CognitoIdentityProvider`. */
  readonly service: string;
  /** `CreateUserPool`. */
  readonly operation: string;
  readonly mutating: boolean;
}

type Send = (args: unknown) => Promise<unknown>;
type Middleware = (next: Send, context: { clientName?: string; commandName?: string }) => Send;

interface Client {
  middlewareStack: { add(middleware: Middleware, options: object): void };
}

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' };

/**
 * Clients of one run of a task, between whose code and AWS a fault stands.
 *
 * @param endpoint the account's
 * @param where `calls`: around the SDK's own repetitions, as the task sees a call; `answers`: below them, once for each
 * request that is sent
 * @param fault sends the call, or does something in its place
 */
export function struckClients(
  endpoint: string,
  where: 'calls' | 'answers',
  fault: (call: Call, send: () => Promise<unknown>) => Promise<unknown>,
): AwsClients {
  const clients = createClients({ region: minimalConfiguration.region, endpoint, credentials });
  const known = new WeakSet();
  return {
    ...clients,
    get(type, region) {
      const client = clients.get(type, region);
      if (known.has(client)) return client;
      known.add(client);
      (client as unknown as Client).middlewareStack.add(
        (next, { clientName = '', commandName = '' }) =>
          (args) => {
            const operation = commandName.replace(/Command$/, '');
            const service = clientName.replace(/Client$/, '');
            return fault({ service, operation, mutating: isMutating(operation) }, () => next(args));
          },
        {
          step: where === 'calls' ? 'initialize' : 'deserialize',
          // Within what remembers the call of an error, and around what reads the answer.
          priority: where === 'calls' ? 'low' : 'high',
          name: 'fault',
        },
      );
      return client;
    },
  };
}

/** What the SDK throws, of its five attempts the last. */
const sdkError = (name: string, message: string, more: object): Error =>
  Object.assign(new Error(message), { name, ...more });

/** The errors that calls are answered with. */
export const callErrors = {
  throttled: () =>
    sdkError('ThrottlingException', 'Rate exceeded', {
      $fault: 'client',
      $retryable: { throttling: true },
      $metadata: { httpStatusCode: 400, attempts: 5 },
    }),
  denied: () =>
    sdkError('AccessDeniedException', 'not authorized, with an explicit deny in a service control policy', {
      $fault: 'client',
      $metadata: { httpStatusCode: 403, attempts: 1 },
    }),
  unreachable: () =>
    sdkError('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED', $metadata: { attempts: 5 } }),
  cut: () => sdkError('Error', 'socket hang up', { code: 'ECONNRESET' }),
};
