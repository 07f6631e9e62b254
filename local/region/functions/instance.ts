import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What Lambda tells about a failed invocation, in the payload of the answer. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** The outcome of one invocation. */
export type Outcome = { result: unknown; error?: never } | { error: FunctionError; result?: never };

export interface InstanceOptions {
  functionName: string;
  functionArn: string;
  /** The bundle's file and the export in it. */
  file: string;
  handler: string;
  environment: Readonly<Record<string, string>>;
  memoryMb: number;
  timeoutSeconds: number;
  onLine: (line: string) => void;
}

type Message = { ready: true } | { initError: FunctionError } | ({ id: string } & Outcome);

/** One execution environment of a function: a process that is kept warm between events. */
export class FunctionInstance {
  private readonly child: ChildProcess;
  private readonly started: Promise<FunctionError | undefined>;
  private readonly gone: Promise<FunctionError>;
  busy = false;
  ended = false;

  constructor(private readonly options: InstanceOptions) {
    this.child = fork(join(__dirname, 'bootstrap.cjs'), [options.file, options.handler], {
      env: { ...options.environment },
      execArgv: [`--max-old-space-size=${options.memoryMb}`, '--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', options.onLine);
    }
    this.gone = new Promise((resolve) => {
      const end = (what: string): void => {
        this.ended = true;
        resolve({
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${randomUUID()} Error: ${what}`,
        });
      };
      this.child.once('error', (error) => {
        end(error.message);
      });
      this.child.once('exit', (code, signal) => {
        end(
          `Runtime exited with ${signal === null ? `error: exit status ${code ?? 'unknown'}` : `signal ${signal}`}`,
        );
      });
    });
    this.started = new Promise((resolve) => {
      this.child.once('message', (message: Message) => {
        resolve('initError' in message ? message.initError : undefined);
      });
      void this.gone.then(resolve);
    });
  }

  /** Resolves when the process has loaded its function, or has failed to. */
  async settled(): Promise<void> {
    await this.started;
  }

  /** Runs the function for one event, within its timeout. */
  async invoke(event: unknown): Promise<Outcome> {
    this.busy = true;
    try {
      const failure = await this.started;
      if (failure !== undefined) return { error: failure };
      return await this.run(event);
    } finally {
      this.busy = false;
    }
  }

  private async run(event: unknown): Promise<Outcome> {
    const id = randomUUID();
    const { functionName, functionArn, memoryMb, timeoutSeconds } = this.options;
    let timer: NodeJS.Timeout | undefined;
    let onMessage: ((message: Message) => void) | undefined;
    const answered = new Promise<Outcome>((resolve) => {
      onMessage = (message) => {
        if ('id' in message && message.id === id) {
          resolve(message.error !== undefined ? { error: message.error } : { result: message.result });
        }
      };
      this.child.on('message', onMessage);
    });
    const timedOut = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => {
        // Lambda stops the whole environment; the next event gets a new one.
        this.stop();
        resolve({
          error: {
            errorType: 'Sandbox.Timedout',
            errorMessage: `RequestId: ${id} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
          },
        });
      }, timeoutSeconds * 1000);
    });
    this.child.send({
      id,
      event,
      deadline: Date.now() + timeoutSeconds * 1000,
      context: {
        functionName,
        functionVersion: '$LATEST',
        invokedFunctionArn: functionArn,
        memoryLimitInMB: String(memoryMb),
        awsRequestId: id,
        logGroupName: `/aws/lambda/${functionName}`,
        logStreamName: 'local',
        callbackWaitsForEmptyEventLoop: false,
      },
    });
    try {
      return await Promise.race([answered, timedOut, this.gone.then((error) => ({ error }))]);
    } finally {
      clearTimeout(timer);
      if (onMessage !== undefined) this.child.off('message', onMessage);
    }
  }

  /** Ends the process at once. */
  stop(): void {
    this.ended = true;
    this.child.kill('SIGKILL');
  }

  /** Resolves when the process is gone. */
  async exited(): Promise<void> {
    await this.gone;
  }
}
