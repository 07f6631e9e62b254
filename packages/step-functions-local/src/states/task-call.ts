import { Cancelled, sleep } from '../clock/clock';
import type { TaskState } from '../definition/types';
import type { TaskRequest } from '../integrations/integration';
import { StatesError, TaskError } from '../language/errors';
import type { StateContext } from './context';

/** The attempt ran longer than TimeoutSeconds. */
export class TaskTimeout extends StatesError {
  override readonly name = 'TaskTimeout';
  constructor() {
    super({ error: 'States.Timeout' });
  }
}

/**
 * No heartbeat came for HeartbeatSeconds: reported as any timeout, but Retry and Catch know it by a name of its own too.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html ("HeartbeatTimeout is available
 * inside the Catch and Retry fields"); the event and the execution name States.Timeout, as measured on AWS by the
 * authors of floci (https://github.com/floci-io/floci/issues/2733).
 */
export class HeartbeatTimeout extends StatesError {
  override readonly name = 'HeartbeatTimeout';
  override readonly alias = 'States.HeartbeatTimeout';
  constructor() {
    super({ error: 'States.Timeout' });
  }
}

export interface TaskCall {
  readonly request: Omit<TaskRequest, 'signal' | 'clock' | 'heartbeat' | 'submitted' | 'remember'>;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** The token of a callback task. */
  readonly taskToken: string | undefined;
  /** The call itself was made before a restart: only its answer is awaited. */
  readonly awaitsToken: boolean;
  onSubmitted(output: unknown): void;
}

/** Why the work of an attempt that has its outcome is given up. */
const attemptEnded = new Cancelled('the attempt has ended');

/**
 * Makes one attempt of a task, within its timeouts.
 * Virtual time stands still while the integration works, since how long that takes is not the clock's to say.
 *
 * @throws StatesError; nothing is awaited any more once the context's signal is aborted.
 */
export function callTask(context: StateContext<TaskState>, call: TaskCall): Promise<unknown> {
  const { clock, taskTokens } = context.run.runtime;
  const controller = new AbortController();
  const cleanups: (() => void)[] = [];
  let endWork = clock.beginWork();
  const rest = async <T>(waiting: Promise<T>): Promise<T> => {
    endWork();
    try {
      return await waiting;
    } finally {
      if (!controller.signal.aborted) endWork = clock.beginWork();
    }
  };

  return new Promise<unknown>((resolve, reject) => {
    const settle = (finish: () => void): void => {
      if (controller.signal.aborted) return;
      for (const cleanup of cleanups) cleanup();
      // Without a reason of its own, each attempt would cost the making of an error with its stack.
      controller.abort(context.signal.reason ?? attemptEnded);
      endWork();
      finish();
    };
    const fail = (error: Error): void => {
      settle(() => {
        reject(error);
      });
    };
    const succeed = (value: unknown): void => {
      settle(() => {
        resolve(value);
      });
    };
    const onGivenUp = (): void => {
      fail(context.signal.reason as Error);
    };
    context.signal.addEventListener('abort', onGivenUp, { once: true });
    cleanups.push(() => {
      context.signal.removeEventListener('abort', onGivenUp);
    });

    const after = (seconds: number, error: () => StatesError): (() => void) =>
      clock.schedule(seconds * 1000, () => {
        fail(error());
      });
    if (call.timeoutSeconds !== undefined) cleanups.push(after(call.timeoutSeconds, () => new TaskTimeout()));
    let cancelHeartbeat = (): void => undefined;
    const heartbeat = (): void => {
      cancelHeartbeat();
      if (call.heartbeatSeconds === undefined || controller.signal.aborted) return;
      cancelHeartbeat = after(call.heartbeatSeconds, () => new HeartbeatTimeout());
    };
    cleanups.push(() => {
      cancelHeartbeat();
    });
    heartbeat();

    const token = call.taskToken;
    if (token !== undefined) {
      taskTokens.register(token, {
        succeed,
        fail: (failure) => {
          fail(new StatesError(failure));
        },
        heartbeat,
      });
      cleanups.push(() => {
        taskTokens.remove(token);
      });
    }
    if (call.awaitsToken) {
      endWork();
      return;
    }

    const request: TaskRequest = {
      ...call.request,
      signal: controller.signal,
      heartbeat,
      submitted: (output) => {
        if (!controller.signal.aborted) call.onSubmitted(output);
      },
      remember: (value) => {
        if (controller.signal.aborted) return;
        context.progress.memo = value;
        context.run.changed(context.scope);
      },
      clock: {
        now: () => clock.now(),
        sleep: (ms) => rest(sleep(clock, ms, controller.signal)),
        idle: rest,
        pollPause: (ms) => clock.pollPause(ms, controller.signal),
      },
    };
    perform(context, request).then((value) => {
      if (token === undefined) {
        succeed(value);
      } else if (!controller.signal.aborted) {
        call.onSubmitted(value);
        endWork();
      }
    }, fail);
  });
}

async function perform(context: StateContext<TaskState>, request: TaskRequest): Promise<unknown> {
  const { beforeTask, integrations } = context.run.runtime;
  const { executionArn, stateName, attempt, resource } = request;
  const fault = await beforeTask?.({ executionArn, stateName, attempt, resource });
  if (fault !== undefined) throw asStatesError(fault);
  try {
    return await integrations.call(request);
  } catch (thrown) {
    throw asStatesError(thrown);
  }
}

function asStatesError(thrown: unknown): StatesError {
  if (thrown instanceof StatesError) return thrown;
  return new TaskError(
    'States.TaskFailed',
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  );
}
