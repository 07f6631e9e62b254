import { TransientError, messageOf } from '../../core/errors';

/** The API server answered, and refused. */
export class KubernetesApiError extends Error {
  override readonly name = 'KubernetesApiError';

  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Machine-readable reason, such as `Forbidden`, `AlreadyExists`, `Conflict`, `NotFound`. */
    readonly reason: string,
    message: string,
    /** Machine-readable causes, such as `NamespaceTerminating`. */
    readonly causes: readonly string[] = [],
  ) {
    super(message);
  }
}

/**
 * The refusal that an answer is. A proxy in between answers with a page or another document: then its status alone counts.
 *
 * @param what the request, without a person's data: method and resource type
 * @param body a `Status` object (apimachinery, `meta/v1`), where the API server itself answered
 */
export function refusal(what: string, status: number, body: unknown): KubernetesApiError {
  const { reason, message, details } = Object(body) as Record<string, unknown>;
  const { causes } = Object(details) as Record<string, unknown>;
  const named = Array.isArray(causes)
    ? causes.map((cause) => textOf(Object(cause) as Record<string, unknown>, 'reason'))
    : [];
  const said = typeof message === 'string' ? message : `HTTP ${status}`;
  return new KubernetesApiError(
    status,
    typeof reason === 'string' ? reason : 'Unknown',
    `${what}: ${said}`,
    named,
  );
}

function textOf(record: Record<string, unknown>, field: string): string {
  const value = record[field];
  return typeof value === 'string' ? value : '';
}

/** Whether an error is the API server's refusal with one of the statuses given. */
export function isApiError(error: unknown, ...statuses: number[]): error is KubernetesApiError {
  return error instanceof KubernetesApiError && (statuses.length === 0 || statuses.includes(error.status));
}

/** Whether the API server refused because the namespace is being deleted. */
export function isNamespaceTerminating(error: unknown): boolean {
  return isApiError(error, 403, 409) && error.causes.includes('NamespaceTerminating');
}

/**
 * The API server gave no usable answer: refused, reset, timed out, or overloaded to the end of the retries.
 *
 * @param what the request, without a person's data: method and resource type
 * @param cause the last failure
 */
export function clusterUnreachable(what: string, cause: unknown): TransientError {
  const reason = messageOf(cause);
  return new TransientError(
    'ClusterUnreachable',
    `${what}: no usable answer from the Kubernetes API server (${reason}); check that its endpoint is reachable from here and that it is healthy, then try again`,
    { cause },
  );
}
