import { ConflictError, KubeflowEksError, TransientError, UserError } from '../../core/errors';

/** Which call an SDK error came from. The SDK's own errors name neither. */
export interface AwsCall {
  /** The service id without spaces: `EKS`, `CognitoIdentityProvider`, `ElasticLoadBalancingv2`. */
  service: string;
  /** The operation: `DescribeCluster`. */
  operation: string;
}

const calls = new WeakMap<Error, AwsCall>();

/** Remembers where an error came from. Called by the middleware of `clients.ts` alone. */
export function rememberCall(error: unknown, call: AwsCall): void {
  if (error instanceof Error) calls.set(error, call);
}

/**
 * Whether an error is the SDK's exception of one of these names. Adapters see the SDK's own errors, untranslated,
 * and handle the ones that they expect with this.
 *
 * @example
 * if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
 * throw error;
 */
export function isAwsError(error: unknown, ...names: string[]): error is Error {
  return error instanceof Error && names.includes(error.name);
}

/** Whether a role was refused a call for want of a permission. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && deniedNames.has(error.name);
}

/** An AWS failure that none of the catalogue's names fits. Its name is `<Service>.<Exception>`, so that it is visible. */
export class AwsServiceError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

// Throttles by whatever name a service gives them, and changes that another change holds up for a moment.
const transientNames = new Set([
  'BandwidthLimitExceeded',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EC2ThrottledException',
  'InternalErrorException',
  'InternalFailure',
  'LambdaThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const networkCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
const deniedNames = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationErrorException',
  'KMSAccessDeniedException',
  'UnauthorizedOperation',
]);
const credentialNames = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/**
 * Turns what an AWS SDK client throws into the contract of `core/errors.ts`, once, at the edge of a task or function:
 * - a throttle, a failure on the service's side, a lost connection → {@link TransientError} `AwsTransient`
 * - missing permission or unusable credentials → {@link UserError} `AccessDenied`
 * - a limit of the account → {@link UserError} `QuotaExceeded`
 * - any other exception of AWS → {@link AwsServiceError} named `<Service>.<Exception>`
 *
 * Our own errors and those that do not come from AWS are returned as they are.
 */
export function translateAwsError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`something that is no error was thrown: ${typeof error}`);
  if (error instanceof KubeflowEksError || error instanceof AwsServiceError) return error;
  const call = calls.get(error);
  if (call === undefined && !('$metadata' in error)) return error;

  const where = call === undefined ? 'AWS' : `${call.service} ${call.operation}`;
  const found = `${where} answered ${error.name}: ${error.message}`;
  if (isTransient(error)) {
    return new TransientError('AwsTransient', `${found}. It may go away by itself; the step is retried.`, {
      cause: error,
    });
  }
  if (deniedNames.has(error.name)) {
    return new UserError('AccessDenied', `${found}. Give the role named here this permission, then retry.`, {
      cause: error,
    });
  }
  if (credentialNames.has(error.name)) {
    return new UserError('AccessDenied', `${found}. Use valid credentials for this account and region.`, {
      cause: error,
    });
  }
  if (/(?:Limit|Quota)Exceeded/.test(error.name)) {
    return new UserError(
      'QuotaExceeded',
      `${found}. Ask for a higher quota or remove what is unused, then retry.`,
      {
        cause: error,
      },
    );
  }
  return new AwsServiceError(`${call?.service ?? 'AWS'}.${error.name}`, found, { cause: error });
}

/**
 * The conflict of a resource that has the name that ours should have, and not our tag.
 *
 * @param what the resource as an operator knows it: `user pool acme (us-east-1_Ab12)`
 * @param owner value of its owner tag, `undefined` where it has none
 * @example
 * throw foreignResource('user pool acme (eu-central-1_Ab12)', tags[ownerTag], deployment.name);
 */
export function foreignResource(what: string, owner: string | undefined, deployment: string): ConflictError {
  const found = owner === undefined ? 'does not carry our tag' : `belongs to the deployment ${owner}`;
  return new ConflictError(
    'ResourceConflict',
    `${what} exists already and ${found}; expected one made for the deployment ${deployment}. It was left alone. ` +
      'Rename or remove it, or choose another name in the configuration.',
  );
}

function isTransient(error: Error): boolean {
  if (transientNames.has(error.name)) return true;
  const { $retryable, $metadata, code } = error as Error & {
    $retryable?: unknown;
    $metadata?: { httpStatusCode?: number };
    code?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  if ($retryable !== undefined || (status !== undefined && (status >= 500 || status === 429))) return true;
  if (typeof code === 'string') return networkCodes.has(code);
  // The SDK wraps what is no Error to its own eyes (one of another realm) and keeps only the text.
  return error.message.split(/\W+/).some((word) => networkCodes.has(word));
}
