import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** One request that the API server has answered, as its audit log tells it. */
export interface AuditEvent {
  user: string;
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the HTTP method. */
  verb: string;
  /** Empty for paths that are no resource: /healthz, /openapi/v3. */
  resource: string;
  subresource: string;
  apiGroup: string;
  namespace: string;
  name: string;
  /** HTTP status of the answer. */
  code: number;
  requestUri: string;
  userAgent: string;
}

export interface AuditCounts {
  /** get, list and watch of resources. */
  reads: number;
  /** Everything else that changes resources, and reviews. */
  writes: number;
  /** Discovery, /version, /openapi and the like. */
  other: number;
}

/** A position in the audit log. */
export type AuditMark = number;

const newlineByte = 10;
const readVerbs = new Set(['get', 'list', 'watch']);
/** The API server writes an event after it has answered: a reader waits until the log has been still for so long. */
const settleMs = 60;
const settleLimitMs = 2_000;

/** The policy: every request once, when it is answered, without bodies (so that no secret is ever logged). */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [{ level: 'Metadata' }],
};

interface RawEvent {
  user?: { username?: string };
  impersonatedUser?: { username?: string };
  verb?: string;
  requestURI?: string;
  userAgent?: string;
  objectRef?: {
    resource?: string;
    subresource?: string;
    apiGroup?: string;
    namespace?: string;
    name?: string;
  };
  responseStatus?: { code?: number };
}

/** Reads what the API server was asked, from outside: the requests of a client are counted, not believed. */
export class AuditLog {
  constructor(private readonly path: string) {}

  /** The end of the log as it is now; give it to {@link since} later. */
  async mark(): Promise<AuditMark> {
    return this.settledSize();
  }

  /** The events after `mark`, oldest first; of one user if named (an impersonated request is the impersonated user's). */
  async since(mark: AuditMark, user?: string): Promise<AuditEvent[]> {
    const end = await this.settledSize();
    const events = (await this.read(mark, end))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => simplify(JSON.parse(line) as RawEvent));
    return user === undefined ? events : events.filter((event) => event.user === user);
  }

  /** How many reads and writes those were. A watch counts when it ends. */
  async countSince(mark: AuditMark, user?: string): Promise<AuditCounts> {
    return count(await this.since(mark, user));
  }

  private async read(from: number, to: number): Promise<Buffer> {
    if (to <= from) return Buffer.alloc(0);
    const file = await open(this.path);
    try {
      const buffer = Buffer.alloc(to - from);
      await file.read(buffer, 0, buffer.length, from);
      return buffer;
    } finally {
      await file.close();
    }
  }

  private async settledSize(): Promise<number> {
    const deadline = Date.now() + settleLimitMs;
    let size = await this.size();
    for (;;) {
      await delay(settleMs);
      const now = await this.size();
      if (now === size || Date.now() > deadline) return this.lastLineEnd(now);
      size = now;
    }
  }

  private async size(): Promise<number> {
    try {
      return (await stat(this.path)).size;
    } catch {
      return 0;
    }
  }

  /** A busy log may end in half a line; that one belongs to the next reader. */
  private async lastLineEnd(size: number): Promise<number> {
    const from = Math.max(0, size - 64 * 1024);
    const newline = (await this.read(from, size)).lastIndexOf(newlineByte);
    return newline < 0 ? from : from + newline + 1;
  }
}

/** Sorts events into reads, writes and other requests. */
export function count(events: readonly AuditEvent[]): AuditCounts {
  const counts = { reads: 0, writes: 0, other: 0 };
  for (const { resource, verb } of events) {
    if (resource === '') counts.other += 1;
    else if (readVerbs.has(verb)) counts.reads += 1;
    else counts.writes += 1;
  }
  return counts;
}

function simplify(raw: RawEvent): AuditEvent {
  return {
    user: raw.impersonatedUser?.username ?? raw.user?.username ?? '',
    verb: raw.verb ?? '',
    resource: raw.objectRef?.resource ?? '',
    subresource: raw.objectRef?.subresource ?? '',
    apiGroup: raw.objectRef?.apiGroup ?? '',
    namespace: raw.objectRef?.namespace ?? '',
    name: raw.objectRef?.name ?? '',
    code: raw.responseStatus?.code ?? 0,
    requestUri: raw.requestURI ?? '',
    userAgent: raw.userAgent ?? '',
  };
}
