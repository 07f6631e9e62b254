import { randomUUID } from 'node:crypto';

/** Name of a phase as the API has it. */
export type PhaseType =
  | 'SUBMITTED'
  | 'QUEUED'
  | 'PROVISIONING'
  | 'DOWNLOAD_SOURCE'
  | 'INSTALL'
  | 'PRE_BUILD'
  | 'BUILD'
  | 'POST_BUILD'
  | 'FINALIZING'
  | 'COMPLETED';

export type BuildStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT' | 'FAULT';

export interface Phase {
  phaseType: PhaseType;
  phaseStatus?: Exclude<BuildStatus, 'IN_PROGRESS'>;
  /** Seconds since 1970. */
  startTime: number;
  endTime?: number;
  durationInSeconds?: number;
  contexts?: { statusCode: string; message: string }[];
}

export interface EnvironmentVariable {
  name: string;
  value: string;
  type: 'PLAINTEXT';
}

/** A build as BatchGetBuilds shows it (API reference, type Build). */
export interface Build {
  id: string;
  arn: string;
  buildNumber: number;
  projectName: string;
  startTime: number;
  endTime?: number;
  currentPhase: PhaseType;
  buildStatus: BuildStatus;
  buildComplete: boolean;
  initiator: string;
  timeoutInMinutes: number;
  phases: Phase[];
  environment: { environmentVariables: EnvironmentVariable[] };
  exportedEnvironmentVariables: { name: string; value: string }[];
  logs: { groupName: string; streamName: string };
}

const seconds = (): number => Date.now() / 1000;

/** A new build, in progress. */
export function newBuild(options: {
  project: string;
  number: number;
  arnPrefix: string;
  timeoutMinutes: number;
  variables: EnvironmentVariable[];
}): Build {
  const stream = randomUUID();
  const now = seconds();
  return {
    id: `${options.project}:${stream}`,
    arn: `${options.arnPrefix}:build/${options.project}:${stream}`,
    buildNumber: options.number,
    projectName: options.project,
    startTime: now,
    currentPhase: 'SUBMITTED',
    buildStatus: 'IN_PROGRESS',
    buildComplete: false,
    initiator: 'local',
    timeoutInMinutes: options.timeoutMinutes,
    phases: [
      {
        phaseType: 'SUBMITTED',
        phaseStatus: 'SUCCEEDED',
        startTime: now,
        endTime: now,
        durationInSeconds: 0,
      },
    ],
    environment: { environmentVariables: options.variables },
    exportedEnvironmentVariables: [],
    logs: { groupName: `/aws/codebuild/${options.project}`, streamName: stream },
  };
}

/** A phase begins. */
export function beginPhase(build: Build, phaseType: PhaseType): void {
  build.currentPhase = phaseType;
  build.phases.push({ phaseType, startTime: seconds() });
}

/** The phase under way ends. */
export function endPhase(
  build: Build,
  phaseStatus: Exclude<BuildStatus, 'IN_PROGRESS'>,
  message?: string,
): void {
  const phase = build.phases.at(-1);
  if (phase === undefined || phase.endTime !== undefined) return;
  phase.phaseStatus = phaseStatus;
  phase.endTime = seconds();
  phase.durationInSeconds = Math.round(phase.endTime - phase.startTime);
  if (message !== undefined) phase.contexts = [{ statusCode: 'COMMAND_EXECUTION_ERROR', message }];
}

/** The build ends. */
export function completeBuild(build: Build, status: Exclude<BuildStatus, 'IN_PROGRESS'>): void {
  build.buildStatus = status;
  build.buildComplete = true;
  build.endTime = seconds();
  build.currentPhase = 'COMPLETED';
  build.phases.push({ phaseType: 'COMPLETED', startTime: build.endTime });
}
