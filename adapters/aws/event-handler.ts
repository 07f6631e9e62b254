import { Logger } from '@aws-lambda-powertools/logger';
import type { z } from 'zod';
import { readAs } from '../../core/handover/read';
import { product } from '../../core/naming';
import { createClients, type AwsClients } from './clients';
import { translateAwsError } from './errors';

/** What the work on an event gets. */
export interface EventParts {
  readonly clients: AwsClients;
  /** Without the keys that an earlier event has given it. */
  readonly logger: Logger;
}

/**
 * The handler of a function that EventBridge calls. What its work throws is logged and thrown on as an error of the
 * catalogue; Lambda calls the function again.
 *
 * @param failure what did not happen then, for the log
 * @example
 * export const handler = eventHandler('the failure could not be recorded', (event, { clients, logger }) =>
 *   recordFailure(event, { clients, logger, now: () => new Date(), environment: process.env, alarm }),
 * );
 */
export function eventHandler(
  failure: string,
  work: (event: unknown, parts: EventParts) => Promise<unknown>,
): (event: unknown) => Promise<void> {
  // Kept between invocations of a warm function.
  let clients: AwsClients | undefined;
  const logger = new Logger({ serviceName: product });
  return async (event) => {
    clients ??= createClients({ region: process.env['AWS_REGION'] ?? '' });
    logger.resetKeys();
    try {
      await work(event, { clients, logger });
    } catch (error) {
      const translated = translateAwsError(error);
      logger.error(failure, { errorName: translated.name, reason: translated.message });
      throw translated;
    }
  };
}

/**
 * Reads an event that a rule of ours delivers.
 *
 * @param recipient the function, for people: `failure recorder`
 * @throws UserError `InvalidTaskInput` for another event: the rule and the function are of different versions
 */
export function readEvent<T>(schema: z.ZodType<T>, event: unknown, recipient: string): T {
  return readAs(schema, event, {
    what: `the event that the ${recipient} was called with`,
    advice:
      'Restore the rule with `npx cdk deploy --revert-drift`; the event itself is in the queue of the function.',
    error: 'InvalidTaskInput',
  });
}
