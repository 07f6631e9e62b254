import { createInterface } from 'node:readline/promises';
import { CliError, exitCodes } from './exit-codes';
import { paintFor, type Paint } from './render/paint';

/** Everything through which a command touches the terminal and the clock; a test records it. */
export interface Host {
  /** Writes to standard output: the command's result. */
  out(text: string): void;
  /** Writes to standard error: progress and problems. */
  err(text: string): void;
  /** Draws in place on the terminal; each call replaces what the last one drew, until `settle`. */
  redraw(text: string): Promise<void>;
  /** Leaves what was drawn standing. */
  settle(): void;
  /** Whether somebody watches standard error: then progress is drawn in place. */
  readonly isTerminal: boolean;
  /** Lets somebody choose, by the names; `undefined` where nobody is there. */
  choose(question: string, choices: readonly { value: string; name: string }[]): Promise<string | undefined>;
  /** Lets somebody type something that is valid; `undefined` where nobody is there. */
  input(question: string, options: InputOptions): Promise<string | undefined>;
  /** Width of standard output, in characters. */
  readonly columns: number;
  /** Asks a question; `undefined` where nobody is there to answer. */
  ask(question: string): Promise<string | undefined>;
  /** Colours of standard output, and of standard error. */
  readonly paint: Readonly<Record<'out' | 'err', Paint>>;
  /** The process' environment. `--profile` is set there, since the AWS SDK reads it from there. */
  readonly env: Record<string, string | undefined>;
  now(): number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface InputOptions {
  /** What an empty answer means. */
  fallback?: string;
  /** What is wrong with an answer; `undefined` where it is taken. */
  problemOf: (answer: string) => string | undefined;
}
/** Of a text that goes to a file or to another program. */
const pageWidth = 120;

/** The process' own. */
export function processHost(): Host {
  const interrupted = new AbortController();
  let firstAt = 0;
  // Not `once`: libraries that watch for signals, too, end the process where they find no other listener any more.
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      firstAt ||= Date.now();
      // Whoever asks twice does not want to wait for what is being put in order. One Ctrl-C can arrive several times:
      // from the terminal, and from npm.
      if (interrupted.signal.aborted && Date.now() - firstAt > 1000) process.exit(exitCodes.interrupted);
      interrupted.abort();
    });
  }
  let drawing: { (text: string): void; done(): void } | undefined;
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    async redraw(text) {
      const { createLogUpdate } = await import('log-update');
      drawing ??= createLogUpdate(process.stderr);
      drawing(text);
    },
    settle() {
      drawing?.done();
      drawing = undefined;
    },
    // A terminal without a size has no room to draw in.
    isTerminal: process.stderr.isTTY && process.stderr.columns > 0 && process.env['CI'] === undefined,
    columns: process.stdout.isTTY ? process.stdout.columns : pageWidth,
    ask: askOnTerminal,
    choose: (message, choices) =>
      prompt(async (streams) => {
        const { select } = await import('@inquirer/prompts');
        return select({ message, choices }, streams);
      }),
    input: (message, { fallback, problemOf }) =>
      prompt(async (streams) => {
        const { input } = await import('@inquirer/prompts');
        return input(
          {
            message,
            ...(fallback !== undefined && { default: fallback }),
            validate: (answer) => problemOf(answer) ?? true,
          },
          streams,
        );
      }),
    paint: {
      out: paintFor({ isTerminal: process.stdout.isTTY, env: process.env }),
      err: paintFor({ isTerminal: process.stderr.isTTY, env: process.env }),
    },
    env: process.env,
    now: () => Date.now(),
    signal: interrupted.signal,
  };
}

/** A question of the prompts' library, on standard error: standard output belongs to the result. */
async function prompt<T>(
  ask: (streams: { output: NodeJS.WriteStream }) => Promise<T>,
): Promise<T | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  try {
    return await ask({ output: process.stderr });
  } catch (error) {
    // By Ctrl-C, or by the end of the input.
    if ((error as Error).name !== 'ExitPromptError') throw error;
    throw new CliError('interrupted; nothing was written', exitCodes.interrupted);
  }
}

async function askOnTerminal(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } catch (error) {
    // Readline takes Ctrl-C and Ctrl-D itself, and says so by an AbortError.
    if ((error as Error).name !== 'AbortError') throw error;
    throw new CliError('interrupted; nothing was touched', exitCodes.interrupted);
  } finally {
    terminal.close();
  }
}

/** Prints a document for machines. */
export function printJson(host: Host, document: unknown): void {
  host.out(`${JSON.stringify(document, null, 2)}\n`);
}
