import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { defined } from '../../core/defined';

/**
 * How a child learns that its parent is gone, kill -9 included. The parent holds the other end of the child's
 * standard input, which the kernel closes:
 * - `stdin`: the program itself ends when its input does (the control plane's binary does);
 * - `shell`: a small shell in front watches the input and sends the program SIGTERM, then SIGKILL.
 */
export type ParentGuard = 'stdin' | 'shell';

export interface ChildOptions {
  /** For messages: "etcd". */
  name: string;
  command: string;
  args?: readonly string[];
  cwd?: string;
  /** The whole environment of the child; the parent's by default. */
  env?: NodeJS.ProcessEnv;
  guard?: ParentGuard;
  /** Called for each line of standard output and error. */
  onLine?: (line: string) => void;
}

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended, however it ended; never rejects. */
  readonly exited: Promise<ChildExit>;
  /** False once the process has ended. */
  readonly running: boolean;
  /** The last lines that it wrote, for an error message. */
  recentOutput(): string;
  /**
   * The first line, written already or in time, for which `match` returns something.
   * @throws Error with the child's last lines if it ends before, or the time is over.
   */
  line<T>(match: (line: string) => T | undefined, timeoutMs?: number): Promise<T>;
  /** SIGTERM; SIGKILL to the whole process group if it still runs after `graceMs` (10 s by default). */
  stop(graceMs?: number): Promise<ChildExit>;
}

/** Kept for error messages. */
const recentLines = 40;

// $1… is the program. A background job's input would be /dev/null, hence descriptor 3; `read` is a builtin, so
// nothing is left behind when the watcher is killed. `wait` returns at a trapped signal, hence the loop. The trap stands
// before the program starts: who has read the program's first line may stop it at once.
const shellGuard = `
child= stopping=
trap 'stopping=1; [ -z "$child" ] || kill -TERM $child 2>/dev/null' TERM INT HUP
exec 3<&0 </dev/null
"$@" 3<&- & child=$!
( while read -r _ <&3; do :; done; kill -TERM $child; n=0
  while kill -0 $child && [ $n -lt 50 ]; do sleep 0.2; n=$((n+1)); done; kill -KILL $child ) 2>/dev/null >&2 & watcher=$!
exec 3<&-
[ -z "$stopping" ] || kill -TERM $child 2>/dev/null
wait $child; status=$?
while kill -0 $child 2>/dev/null; do wait $child; status=$?; done
kill -KILL $watcher 2>/dev/null
exit $status`;

/**
 * Starts a process that cannot outlive this one. It has its own process group, so that Ctrl-C at the terminal
 * reaches only the parent, which then stops its children in order.
 */
export function startChild(options: ChildOptions): Child {
  const { name, command, args = [], guard = 'shell' } = options;
  const [program, argv] =
    guard === 'stdin' ? [command, [...args]] : ['/bin/sh', ['-c', shellGuard, name, command, ...args]];
  const env = { ...(options.env ?? process.env) };
  if (guard === 'stdin') env['CONTROL_PLANE_STOP_WITH_PARENT'] = '1';
  const child = spawn(program, argv, {
    ...defined({ cwd: options.cwd }),
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // The pipe exists to be closed; that the child has ended first is no error.
  child.stdin.on('error', () => undefined);
  return new RunningChild(name, child, options.onLine);
}

class RunningChild implements Child {
  readonly exited: Promise<ChildExit>;
  running = true;
  private readonly recent: string[] = [];
  private readonly listeners = new Set<(line: string) => void>();

  constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly onLine: ((line: string) => void) | undefined,
  ) {
    this.exited = new Promise((resolve) => {
      const ended = (exit: ChildExit): void => {
        this.running = false;
        resolve(exit);
      };
      child.once('error', (error) => {
        this.accept(`${name} could not be started: ${error.message}`);
        ended({ code: null, signal: null });
      });
      // 'close' rather than 'exit': all output has been read by then.
      child.once('close', (code, signal) => {
        ended({ code, signal });
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream)
        createInterface({ input: stream }).on('line', (line) => {
          this.accept(line);
        });
    }
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  recentOutput(): string {
    return this.recent.join('\n');
  }

  async line<T>(match: (line: string) => T | undefined, timeoutMs = 30_000): Promise<T> {
    for (const line of this.recent) {
      const value = match(line);
      if (value !== undefined) return value;
    }
    return new Promise<T>((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        act();
      };
      const fail = (what: string): void => {
        settle(() => {
          reject(new Error(`${this.name} ${what}; it wrote last:\n${this.recentOutput()}`));
        });
      };
      const listener = (line: string): void => {
        const value = match(line);
        if (value !== undefined)
          settle(() => {
            resolve(value);
          });
      };
      const timer = setTimeout(() => {
        fail(`was not ready within ${Math.round(timeoutMs / 1000)} s`);
      }, timeoutMs);
      this.listeners.add(listener);
      void this.exited.then(({ code, signal }) => {
        fail(`ended (${signal ?? `exit code ${code ?? 'unknown'}`})`);
      });
    });
  }

  async stop(graceMs = 10_000): Promise<ChildExit> {
    if (!this.running) return this.exited;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => {
      try {
        process.kill(-this.pid, 'SIGKILL');
      } catch {
        // The group has just ended by itself.
      }
    }, graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  private accept(line: string): void {
    this.recent.push(line);
    if (this.recent.length > recentLines) this.recent.shift();
    for (const listener of [...this.listeners]) listener(line);
    this.onLine?.(line);
  }
}
