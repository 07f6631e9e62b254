import { spawn } from 'node:child_process';
import { defined } from '../../core/defined';

/** How a program is run. */
export interface CommandOptions {
  /** Given to the program on its standard input and shown nowhere: the way for a secret. */
  input?: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** Shows the program's output as it comes; otherwise it is only returned. */
  show?: boolean;
  /** Returns instead of throwing when the program fails. */
  allowFailure?: boolean;
}

/** How a program ended. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A program that ended with another exit code than 0. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly result: CommandResult,
  ) {
    const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-20).join('\n');
    super(`${command} ended with exit code ${result.code}${said === '' ? '' : `:\n${said}`}`);
    this.name = 'CommandError';
  }
}

/** Runs a program. Injected, so that decisions can be tested without it. */
export type Run = (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

/**
 * Runs a program without a shell.
 *
 * @throws CommandError when it fails, with the last lines that it wrote; its input is not among them
 */
export const run: Run = async (command, args, options = {}) => {
  const child = spawn(command, [...args], {
    ...defined({ cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (options.show === true) process.stdout.write(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (options.show === true) process.stderr.write(text);
  });
  // A program that ends without reading its input is no error of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      reject(
        new Error(
          `${command} could not be started: ${error.message}; the install phase should have put it on PATH`,
          {
            cause: error,
          },
        ),
      );
    });
    child.once('close', (exitCode, signal) => {
      resolve(exitCode ?? (signal === null ? 1 : 128));
    });
  });
  const result = { code, stdout, stderr };
  if (code !== 0 && options.allowFailure !== true) {
    throw new CommandError([command, ...args].join(' '), result);
  }
  return result;
};
