import type { Problem } from '../core/configuration';

/** What the exit code of a command means. Documented in docs/operate/everyday.md. */
export const exitCodes = {
  ok: 0,
  /** The execution, or the rehearsal, failed; or something stands in the way of what was planned. */
  failed: 1,
  /** The command's words or the configuration are wrong; nothing was done. */
  badInput: 2,
  /** Another execution is at work on the deployment. */
  conflict: 3,
  /** No such deployment, execution, stack or region. */
  notFound: 4,
  /** No credentials, no rights, or no connection. */
  access: 5,
  interrupted: 130,
} as const;

/**
 * Those of `plan --detailed-exitcode`, as `terraform plan -detailed-exitcode` has them: 2 where there is something to do, so
 * that wrong words or a wrong configuration are 1 there.
 */
export const detailedExitCodes = { differs: 2, badInput: 1 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What a failure is called in a document for machines, where it has no name of its own. */
const namesByCode: Readonly<Record<ExitCode, string>> = {
  [exitCodes.ok]: 'None',
  [exitCodes.failed]: 'Failed',
  [exitCodes.badInput]: 'BadInput',
  [exitCodes.conflict]: 'Conflict',
  [exitCodes.notFound]: 'NotFound',
  [exitCodes.access]: 'NoAccess',
  [exitCodes.interrupted]: 'Interrupted',
};

/** A failure that the command line explains: what was found, and what to do next. */
export class CliError extends Error {
  override name = 'CliError';
  /** For machines: the error's own name, or one for its exit code. */
  readonly errorName: string;
  /** What is wrong with a file, where that is the failure. */
  readonly problems: readonly Problem[] | undefined;
  constructor(
    message: string,
    readonly exitCode: ExitCode,
    readonly hint?: string,
    { errorName, problems }: { errorName?: string; problems?: readonly Problem[] } = {},
  ) {
    super(message);
    this.errorName = errorName ?? namesByCode[exitCode];
    this.problems = problems;
  }
}
