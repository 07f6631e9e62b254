import type { Room } from '../../core/nodes/room';
import type { StepStatus } from '../../core/execution/view';
import type { MetFault } from '../region/chaos';
import type { Refusal } from '../region/iam';

/** One state of the workflow as the rehearsal went through it. */
export interface RehearsalStep {
  name: string;
  status: StepStatus;
  /** Retries, polls and redrives each count. */
  attempts: number;
  startedAt: string;
  endedAt?: string;
  error?: string;
  cause?: string;
  /** CloudWatch log group of what it called; where the execution has failed. */
  log?: string;
  /** The Parallel or Map state in which it stands. */
  parent?: string;
}

/** What a user may do in a namespace. */
export interface Grant {
  namespace: string;
  role: string;
}

/** One sample user's login through the profile manager. */
export interface Login {
  user: string;
  /** As the token carries them, after the profile manager; empty when the login was refused. */
  groups: string[];
  /** `allowed`, or `refused: <error>: <message>`. */
  outcome: string;
  durationMs: number;
  /** Requests to the API server, by its own audit log. */
  requests: { read: number; write: number };
  grants: Grant[];
}

/** One SubjectAccessReview that the API server answered. */
export interface AccessRow {
  user: string;
  namespace: string;
  verb: string;
  resource: string;
  allowed: boolean;
}

/** The document that `rehearse --json` prints. */
export interface RehearsalResult {
  status: string;
  deployment: string;
  executionArn: string;
  steps: RehearsalStep[];
  outputs: Record<string, unknown>;
  logins: Login[];
  /** Which way the sample users came: all of it, or the part behind the gateway. */
  loginsThrough?: 'gateway' | 'user pool';
  access: AccessRow[];
  /** What the pods ask of the nodes, and which wait for room; missing where there is no cluster. */
  room?: Room;
  /** Configured ids that moto does not let anybody choose, and what stood for them. */
  mappings: { path: string; configured: string; used: string }[];
  /** Calls that the stack's roles were refused by their own policies; there should be none. */
  refusals: Refusal[];
  /** Of a rehearsal under faults: their seed, what was met, and how often the execution had to be redriven. */
  chaos?: { seed: number; redrives: number; met: MetFault[] };
  error?: string;
  cause?: string;
  /** The log of the step that failed, where the region's folder is kept and the step has written one. */
  logFile?: string;
}

/** Told what is going on while it does. */
export interface ProgressReporter {
  /** A new part of the rehearsal begins. */
  phase(text: string): void;
  /** A detail; a passing one is soon followed by another of its kind. */
  line(text: string, isPassing?: boolean): void;
  /** A step of the workflow began, ended or failed. */
  step(step: RehearsalStep): void;
}
