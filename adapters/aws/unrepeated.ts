import type { AwsCall } from './errors';

/**
 * Calls that make another thing each time they take effect: names are not unique, and there is no token by which the
 * service would know a repetition (Cognito API reference, CreateUserPool and CreateUserPoolClient).
 */
const makesAnother: ReadonlySet<string> = new Set(['CreateUserPool', 'CreateUserPoolClient']);

/** Holds what was thrown, and has nothing by which the SDK's retries would know it; a `cause` is looked at by them. */
class AnswerLost extends Error {
  override name = 'AnswerLost';

  constructor(readonly thrown: unknown) {
    super('whether the call took effect is not known');
  }
}

/** Whether the SDK's own repetition of a call could make a second thing of its kind. */
export function mustNotBeRepeated({ operation }: AwsCall): boolean {
  return makesAnother.has(operation);
}

/**
 * Keeps the SDK from repeating a call of which nobody knows whether it took effect: no answer came, or the service failed.
 * The step fails instead as something that passes, and its retry looks first whether the thing is there. To be put within
 * the SDK's retries.
 */
export async function once<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const { $response, $metadata } = error as {
      $response?: { statusCode?: number };
      $metadata?: { httpStatusCode?: number };
    };
    const status = $response?.statusCode ?? $metadata?.httpStatusCode;
    // What was refused, throttles included, has had no effect.
    if (status !== undefined && status < 500) throw error;
    throw new AnswerLost(error);
  }
}

/** What {@link once} kept, outside of the retries. */
export function thrownFirst(error: unknown): unknown {
  if (!(error instanceof AnswerLost)) return error;
  const { thrown } = error;
  // As the SDK does with what is no Error to its own eyes (one of another realm).
  return thrown instanceof Error ? thrown : Object.assign(new Error(String(thrown)), thrown);
}
