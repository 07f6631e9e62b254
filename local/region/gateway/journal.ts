import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { HttpParts } from './aws-request';

interface Entry {
  seed: number;
  method: string;
  url: string;
  headers: HttpParts['headers'];
  /** Base64. */
  body: string;
}

export interface JournalOptions {
  /** The file; one JSON document a line, readable for its owner only, since it holds what the requests hold. */
  file: string;
  /** Makes moto choose the ids of the next request by this number. */
  seed(seed: number): Promise<void>;
}

/**
 * The memory of the AWS APIs, which otherwise forget everything with their process: every request that changes
 * something is written down before it is served, and served again, in order, when a region that was killed comes up.
 * The requests go one by one, each with a seed of its own, so that moto makes up the same ids again.
 */
export class RequestJournal {
  private readonly entries: Entry[];
  private last: Promise<unknown> = Promise.resolve();
  private count: number;

  constructor(private readonly options: JournalOptions) {
    this.entries = existsSync(options.file) ? readEntries(options.file) : [];
    this.count = this.entries.at(-1)?.seed ?? 0;
  }

  /** Requests of an earlier run. */
  get size(): number {
    return this.entries.length;
  }

  /** Serves a request that changes something, when all before it have been served. */
  async serve<T>(http: HttpParts, perform: () => Promise<T>): Promise<T> {
    const turn = this.last.then(async () => {
      this.count += 1;
      const { method, url, headers, body } = http;
      const entry: Entry = { seed: this.count, method, url, headers, body: body.toString('base64') };
      appendFileSync(this.options.file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      await this.options.seed(entry.seed);
      return perform();
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Serves the requests of an earlier run again. What failed then fails now, and that is as it should be. */
  async replay(perform: (http: HttpParts) => Promise<unknown>): Promise<void> {
    for (const { seed, method, url, headers, body } of this.entries) {
      await this.options.seed(seed);
      await perform({ method, url, headers, body: Buffer.from(body, 'base64') }).catch(() => undefined);
    }
  }
}

/** The last line may be cut where the process was killed. */
function readEntries(file: string): Entry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as Entry];
      } catch {
        return [];
      }
    });
}
