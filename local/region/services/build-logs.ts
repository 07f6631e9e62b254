import type { ServiceHandler } from '../gateway/gateway';

interface Event {
  timestamp: number;
  message: string;
}

/** So many lines of a stream are kept: who reads a log here wants its end. */
const keptLines = 1000;

/** GetLogEvents gives so many events where no limit is asked for, and no more (API reference). */
const mostEvents = 10_000;

/** The logs of builds as CloudWatch Logs has them; those of functions are files of the region alone. */
export class BuildLogs {
  private readonly streams = new Map<string, Event[]>();

  write(project: string, stream: string, message: string): void {
    const key = keyOf(`/aws/codebuild/${project}`, stream);
    const events = this.streams.get(key) ?? [];
    events.push({ timestamp: Date.now(), message });
    if (events.length > keptLines) events.shift();
    this.streams.set(key, events);
  }

  /** GetLogEvents of a build's stream; every other call is left to others. A stream is there from its first line on. */
  readonly handler: ServiceHandler = (request, http) => {
    if (request.operation !== 'GetLogEvents') return Promise.resolve(undefined);
    const {
      logGroupName = '',
      logStreamName = '',
      limit = mostEvents,
      startFromHead = false,
    } = JSON.parse(http.body.toString('utf8')) as {
      logGroupName?: string;
      logStreamName?: string;
      limit?: number;
      startFromHead?: boolean;
    };
    if (!logGroupName.startsWith('/aws/codebuild/')) return Promise.resolve(undefined);
    const events = this.streams.get(keyOf(logGroupName, logStreamName));
    if (events === undefined) {
      return answer(400, {
        __type: 'ResourceNotFoundException',
        message: 'The specified log stream does not exist.',
      });
    }
    const shown = startFromHead ? events.slice(0, limit) : events.slice(-limit);
    return answer(200, {
      events: shown.map((event) => ({ ...event, ingestionTime: event.timestamp })),
      nextForwardToken: 'f/0',
      nextBackwardToken: 'b/0',
    });
  };
}

function keyOf(group: string, stream: string): string {
  return `${group}\n${stream}`;
}

function answer(status: number, body: object): ReturnType<ServiceHandler> {
  return Promise.resolve({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  });
}
