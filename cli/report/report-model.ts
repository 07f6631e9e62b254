import type { MadeThing } from '../../core/execution/console-links';
import type { ExecutionStatus } from '../../core/execution/execution-event';
import type { Room } from '../../core/nodes/room';
import type { Plan } from '../../core/plan';
import type { AskedKey } from '../../core/report/asked-keys';
import type { Timeline } from '../../core/report/timeline';
import type { AccessReport } from '../read-access';

/** How bad a finding is: something failed; somebody should look at it; good to know. */
export type Severity = 'failure' | 'warning' | 'note';

/** Something that whoever reads the report should know. */
export interface Finding {
  severity: Severity;
  what: string;
  /** Why, and what to do; more than one line where it is long. */
  detail?: string;
}

/** The execution that a report is about. */
export interface ReportedRun {
  executionArn: string;
  workflow: string;
  status: ExecutionStatus;
  /** ISO 8601. */
  startedAt?: string;
  endedAt?: string;
  redrives: number;
  /** Its page in the console; none in the local region. */
  console?: string;
}

/** A plan, and when it was made. */
export interface ReportedPlan {
  plan: Plan;
  /** ISO 8601. */
  madeAt?: string;
}

/** What a build's log is found by. */
export interface ReportedLog {
  project: string;
  href?: string;
  group: string;
  stream: string;
}

/** Everything that a report shows: read first, rendered then. */
export interface ReportModel {
  deployment: string;
  /** `eu-central-1 of account 111122223333`, or the local region. */
  place: string;
  isRehearsal: boolean;
  /** ISO 8601. */
  madeAt: string;
  /** Of the command line. */
  version: string;
  run?: ReportedRun;
  asked: AskedKey[];
  timeline?: Timeline;
  logs: ReportedLog[];
  made: MadeThing[];
  plan?: ReportedPlan;
  findings: Finding[];
  access?: AccessReport;
  room?: Room;
  /** What could not be read, and why. */
  missing: { what: string; why: string }[];
}
