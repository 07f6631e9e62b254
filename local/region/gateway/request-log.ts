import type { AwsRequest } from './aws-request';

/** A request that the gateway served. */
export interface LoggedRequest extends AwsRequest {
  /** Milliseconds since the epoch. */
  at: number;
  status: number;
  /** What was addressed, where the body names it: a table's key, for one. */
  subject?: string;
}

/** Which requests to count. */
export type RequestFilter = (request: LoggedRequest) => boolean;

const kept = 200_000;

/** Every request that reached the gateway, in order. A mark is a place in it. */
export class RequestLog {
  private readonly requests: LoggedRequest[] = [];
  private dropped = 0;

  add(request: LoggedRequest): void {
    this.requests.push(request);
    if (this.requests.length > kept) {
      this.requests.shift();
      this.dropped += 1;
    }
  }

  /** A place in the log, for {@link since}. */
  mark(): number {
    return this.dropped + this.requests.length;
  }

  /** What came after a mark. */
  since(mark: number, filter: RequestFilter = () => true): LoggedRequest[] {
    return this.requests.slice(Math.max(0, mark - this.dropped)).filter(filter);
  }
}
