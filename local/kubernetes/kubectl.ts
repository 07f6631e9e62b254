import { spawn } from 'node:child_process';
import type { Program } from './control-plane-programs';

export interface KubectlOptions {
  /** Written to standard input: for `apply -f -`. */
  input?: string;
  /** Another identity than the administrator's. */
  kubeconfig?: string;
  /** Resolve with the exit code instead of throwing. */
  allowFailure?: boolean;
}

export interface KubectlResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** @throws Error with what kubectl wrote, on another exit code than 0, unless allowFailure. */
export async function runKubectl(
  program: Program,
  args: readonly string[],
  options: KubectlOptions & { kubeconfig: string; cacheDir: string },
): Promise<KubectlResult> {
  const child = spawn(program.path, [...program.prefix, ...args], {
    env: { ...process.env, KUBECONFIG: options.kubeconfig, KUBECACHEDIR: options.cacheDir },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // kubectl may end before it has read its input; its exit code tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      resolve(status ?? 1);
    });
  });
  const result = {
    code,
    stdout: Buffer.concat(stdout).toString('utf8'),
    stderr: Buffer.concat(stderr).toString('utf8'),
  };
  if (code !== 0 && options.allowFailure !== true) {
    throw new Error(`kubectl ${args.join(' ')} ended with code ${code}: ${result.stderr.trim()}`);
  }
  return result;
}
