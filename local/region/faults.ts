import type { AwsRequest } from './gateway/aws-request';
import type { RequestFault } from './gateway/gateway';
import type { FunctionError, Outcome } from './functions/instance';

/**
 * The named points of the region at which faults can be injected. Product code knows nothing of them. Each is asked
 * every time; a fault that should strike once takes itself away.
 */
export interface Faults {
  /** An attempt of a state's work fails before it begins: the state ends with this error. */
  state?: (attempt: { stateName: string; attempt: number }) => { error: string; cause: string } | undefined;
  /** An attempt of a state's work waits for this before it begins. */
  hold?: (stateName: string) => Promise<void> | undefined;
  /** A function fails instead of running. */
  function?: (functionName: string, event: unknown) => FunctionError | undefined;
  /** A function has run, and this is told instead of how it ended: what it has done stays done. */
  answer?: (functionName: string, event: unknown, outcome: Outcome) => FunctionError | undefined;
  /** A function's process ends at once while this request of it is being answered, which takes effect. */
  kill?: (functionName: string, request: AwsRequest) => boolean;
  /** An AWS request is answered with an error, or its connection is cut before or after it takes effect. */
  request?: (request: AwsRequest, caller: string | undefined) => RequestFault | undefined;
  /** How long EKS does not see a role that IAM has made, in milliseconds; without it, it does at once. */
  unseenRoleMs?: number;
  /** A host name leads nowhere, for this reason. */
  host?: (host: string) => string | undefined;
  /** An event reaches a function only after this. */
  delay?: (functionName: string, event: unknown) => Promise<void> | undefined;
  /** A build fails in its first phase. */
  build?: (project: string) => Error | undefined;
  /** A build's machine fails, at the beginning of a phase (line 0) or when it has printed so many lines in it. */
  machine?: (project: string, phase: string, line: number) => boolean;
}

/**
 * Makes a state's work fail for good, as often as it is tried, until the fault is lifted. The error is in no retry
 * policy, so the execution fails at that state.
 */
export function failState(stateName: string): Required<Pick<Faults, 'state'>> {
  return {
    state: (attempt) =>
      attempt.stateName === stateName
        ? {
            error: 'InjectedFault',
            cause: `the rehearsal was told to fail the state "${stateName}" (--fail)`,
          }
        : undefined,
  };
}
