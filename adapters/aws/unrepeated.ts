import { TransientError } from '../../core/errors';
import { isAwsError, type AwsCall } from './errors';

/** Calls of tasks that the service would not know as repeated: it has no token for them (their API references). */
const sentOnce: ReadonlySet<string> = new Set([
  // Names are not unique, so that each time another thing is made.
  'CreateUserPool',
  'CreateUserPoolClient',
  // Refused the second time, by an exception that says other things as well: InvalidParameterException.
  'CreateUserPoolDomain',
  'AddCustomAttributes',
]);

/** Holds what was thrown, and has nothing by which the SDK's retries would know it; a `cause` is looked at by them. */
class AnswerLost extends Error {
  override name = 'AnswerLost';

  constructor(readonly thrown: unknown) {
    super('whether the call took effect is not known');
  }
}

/** Whether the SDK's own repetition of a call could make a second thing of its kind, or be refused for what the first made. */
export function mustNotBeRepeated({ operation }: AwsCall): boolean {
  return sentOnce.has(operation);
}

/**
 * Makes something of a unique name in a build, which has no retry that would look first: where the SDK repeated the call,
 * since no answer came, and the service then says that there is such a thing, the first attempt made it.
 *
 * @param refusal the exception by which the service says that it exists
 */
export async function unlessMadeBefore(refusal: string, create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    const { $metadata } = error as { $metadata?: { attempts?: number } };
    if (!isAwsError(error, refusal) || ($metadata?.attempts ?? 1) < 2) throw error;
  }
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

/**
 * Makes something that was looked for just before and was not there. Where the service says that it is there, somebody has
 * made it since: an attempt of the same step perhaps that Step Functions gave up and that went on. The retry looks again, and
 * says whose it is.
 *
 * @param refusal the exception by which the service says that it exists
 * @throws TransientError AwsTransient where it exists
 */
export async function unlessMadeMeanwhile(refusal: string, create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isAwsError(error, refusal)) throw error;
    throw new TransientError(
      'AwsTransient',
      `${error.message} It was made at this moment; the step is retried.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Whether a removal was refused since what is to go is gone, at an attempt that the SDK repeated: then the one before, whose
 * answer was lost, has done it. At a first attempt it is the caller who knows what it means.
 */
export function wentBefore({ operation }: AwsCall, error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { attempts?: number } };
  return (
    /^(?:Delete|Detach|Disassociate|Remove)/.test(operation) &&
    /NotFound|NoSuch/.test(name ?? '') &&
    ($metadata?.attempts ?? 1) > 1
  );
}

/** What {@link once} kept, outside of the retries. */
export function thrownFirst(error: unknown): unknown {
  if (!(error instanceof AnswerLost)) return error;
  const { thrown } = error;
  // As the SDK does with what is no Error to its own eyes (one of another realm).
  return thrown instanceof Error ? thrown : Object.assign(new Error(String(thrown)), thrown);
}
