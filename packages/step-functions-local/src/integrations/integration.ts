import type { Clock } from '../clock/clock';

export type Pattern = 'request-response' | 'sync' | 'waitForTaskToken';

/** One attempt of a Task state, as an integration sees it. */
export interface TaskRequest {
  /** The Resource field, as it stands in the definition. */
  readonly resource: string;
  /** `lambda`, `codebuild`, `aws-sdk:s3`, …; `lambda` also for a function's own ARN. */
  readonly service: string;
  /** The API action with its pattern removed: `invoke`, `startBuild`. */
  readonly action: string;
  readonly pattern: Pattern;
  /** The evaluated Arguments, or the state's input where there are none. */
  readonly arguments: unknown;
  readonly executionArn: string;
  readonly stateName: string;
  /** 1 for the first attempt since the state was entered or redriven. */
  readonly attempt: number;
  /** With waitForTaskToken: the token that settles the task. */
  readonly taskToken?: string;
  /** The index of the innermost Map iteration that the task runs in. */
  readonly mapIndex?: number;
  /** Aborted when the state times out, its branch is given up, or the execution is stopped. */
  readonly signal: AbortSignal;
  readonly clock: TaskClock;
  /** Reports that the task lives (HeartbeatSeconds). */
  heartbeat(): void;
  /** For the sync and callback patterns: the request was accepted, and this is what it answered (TaskSubmitted). */
  submitted(output: unknown): void;
  /** What `remember` was given before the interpreter was restarted in the middle of this attempt. */
  readonly remembered: unknown;
  /** Keeps a JSON value across a restart, so that a job that runs elsewhere is found again and not started twice. */
  remember(value: unknown): void;
}

/** Time for an integration. */
export interface TaskClock extends Pick<Clock, 'now'> {
  /** Waits in the execution's own time: under a virtual clock it passes at once. Rejects when the task is aborted. */
  sleep(ms: number): Promise<void>;
  /** Waits for something inside this process that itself needs virtual time to go on. */
  idle<T>(promise: Promise<T>): Promise<T>;
  /** A pause between two polls of something that runs in real time whatever the clock. */
  pollPause(ms: number): Promise<void>;
}

/** Performs the work of Task states. */
export interface TaskIntegration {
  /**
   * @returns the task's result, a JSON value. With waitForTaskToken what it returns is the TaskSubmitted output.
   * @throws TaskError with the error name and cause that AWS reports; anything else counts as a defect of the
   * integration and fails the task with States.TaskFailed.
   */
  call(request: TaskRequest): Promise<unknown>;
}

/** The parts of a Resource: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html */
export function parseResource(resource: string): Pick<TaskRequest, 'service' | 'action' | 'pattern'> {
  const parts = resource.split(':');
  if (parts[2] === 'lambda')
    return { service: 'lambda-function', action: 'invoke', pattern: 'request-response' };
  const [service, ...rest] = parts.slice(5);
  const fullService = service === 'aws-sdk' ? `aws-sdk:${rest.shift() ?? ''}` : (service ?? '');
  const [action, ...suffix] = rest.join(':').split('.');
  const pattern = suffix.join('.');
  return {
    service: fullService,
    action: action ?? '',
    pattern: pattern.startsWith('sync')
      ? 'sync'
      : pattern === 'waitForTaskToken'
        ? pattern
        : 'request-response',
  };
}
