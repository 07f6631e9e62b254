import { setTimeout as delay } from 'node:timers/promises';

/** Gets the content of an address. Injected, so that verification can be tested without a network. */
export type Get = (url: string) => Promise<Buffer>;

export interface WebOptions {
  /** How often an address is asked before it is given up. */
  attempts: number;
  /** Before the second attempt, in milliseconds; it doubles each time. */
  firstPauseMs: number;
  /** For one attempt, its content included, in milliseconds. */
  timeoutMs: number;
  /** Address of a proxy that has every host as a folder: `<via>/<host>/<path>`. */
  via?: string | undefined;
}

/** An address that gave no content, with the reason. */
export class Unreadable extends Error {
  constructor(
    readonly url: string,
    readonly why: string,
  ) {
    super(`${url} could not be read: ${why}`);
    this.name = 'Unreadable';
  }
}

/**
 * Reads https addresses. What may pass is tried again: a network that fails, a server that says that it does (5xx, 429).
 *
 * @throws Unreadable
 */
export function webReader(options: WebOptions): Get {
  return async (url) => {
    const address = options.via === undefined ? url : through(options.via, url);
    let why = '';
    for (let attempt = 0; attempt < options.attempts; attempt += 1) {
      if (attempt > 0) await delay(options.firstPauseMs * 2 ** (attempt - 1));
      try {
        const response = await fetch(address, { signal: AbortSignal.timeout(options.timeoutMs) });
        if (response.ok) return Buffer.from(await response.arrayBuffer());
        await response.body?.cancel();
        why = `${response.status} ${response.statusText}`.trim() + limited(response);
        if (response.status < 500 && response.status !== 429) break;
      } catch (error) {
        why = describe(error, options.timeoutMs);
      }
    }
    throw new Unreadable(address, why);
  };
}

function through(via: string, url: string): string {
  const { host, pathname, search } = new URL(url);
  return `${via.replace(/\/$/, '')}/${host}${pathname}${search}`;
}

/** GitHub's API answers 403 after too many requests, and says until when. */
function limited({ headers }: Response): string {
  const reset = Number(headers.get('x-ratelimit-reset'));
  if (headers.get('x-ratelimit-remaining') !== '0' || !Number.isFinite(reset)) return '';
  return ` (asked too often; again after ${new Date(reset * 1000).toISOString()})`;
}

function describe(error: unknown, timeoutMs: number): string {
  if ((error as { name?: unknown }).name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
