/** What the API server is asked and what it answers. */

/** The part of a Kubernetes object that everything has. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: object[];
  };
  [field: string]: unknown;
}

export interface KubeRequest {
  path: string;
  /** GET by default. */
  method?: string;
  body?: unknown;
  contentType?: string;
  /** Media type of the answer: JSON by default. */
  accept?: string;
  /** Act as this user: impersonation, which only the administrator may do. */
  as?: { user: string; groups?: readonly string[] } | undefined;
}

export interface KubeResponse {
  status: number;
  body: string;
}

export interface AccessReview {
  user: string;
  groups?: readonly string[];
  namespace?: string;
  verb: string;
  resource: string;
  apiGroup?: string;
  name?: string;
}

export interface KubeServer {
  /** https://127.0.0.1:PORT */
  endpoint: string;
  caPem: string;
  /** Bearer token. */
  token: string;
  userAgent?: string;
  /** Act as this user unless a request says otherwise. */
  as?: KubeRequest['as'];
}

/** An answer of the API server that is no success. */
export class KubeError extends Error {
  override name = 'KubeError';
  constructor(
    readonly status: number,
    /** Kubernetes' reason: NotFound, AlreadyExists, Conflict, … */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The API server does not know a kind: its definition is not installed. */
export class NotServed extends KubeError {
  constructor(kind: string, apiVersion: string) {
    super(404, 'NotFound', `the API server does not serve ${kind} in ${apiVersion}`);
  }
}

/** The error that an unsuccessful answer is. */
export function toKubeError(status: number, body: string, { method = 'GET', path }: KubeRequest): KubeError {
  let reason = 'Unknown';
  let message = body.slice(0, 500);
  try {
    const parsed = JSON.parse(body) as { reason?: string; message?: string };
    reason = parsed.reason ?? reason;
    message = parsed.message ?? message;
  } catch {
    // Not every answer is a Status object.
  }
  return new KubeError(status, reason, `${method} ${path}: ${status} ${message}`);
}
