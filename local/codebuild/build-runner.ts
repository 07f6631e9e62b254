import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { messageOf } from '../../core/errors';
import { startChild, type Child } from '../processes/child';
import { beginPhase, completeBuild, endPhase, type Build, type BuildStatus, type PhaseType } from './build';
import { parseBuildspec } from './buildspec';
import { driverScript, readMarker, type Marker } from './driver';

export interface RunOptions {
  build: Build;
  buildspec: string;
  /** The source's folder; the build works on a copy. */
  sourceDir: string;
  /** Where the copy is made; it is removed at the end. */
  workDir: string;
  /** The whole environment of the build's shell. */
  environment: Readonly<Record<string, string>>;
  onLine: (line: string) => void;
  /** Told after each change of the build. */
  onChange: () => void;
}

/** A build that runs. */
export interface RunningBuild {
  /** Resolves when it has ended, however it ended. */
  readonly ended: Promise<void>;
  /** Stops it: as StopBuild does, or because its time is over. */
  stop(status: 'STOPPED' | 'TIMED_OUT'): void;
  /** Ends all its processes at once and without a warning, as a machine does that fails. */
  kill(): void;
}

/** Runs a build's commands in bash, phase by phase. It never rejects: how it went is in the build. */
export function runBuild(options: RunOptions): RunningBuild {
  const control: { child?: Child; stopped?: 'STOPPED' | 'TIMED_OUT' } = {};
  const timer = setTimeout(() => {
    stop('TIMED_OUT');
  }, options.build.timeoutInMinutes * 60_000);
  const stop = (status: 'STOPPED' | 'TIMED_OUT'): void => {
    control.stopped ??= status;
    void control.child?.stop(2_000);
  };
  const ended = run(options, control).finally(() => {
    clearTimeout(timer);
  });
  const kill = (): void => {
    if (control.child?.running === true) process.kill(-control.child.pid, 'SIGKILL');
  };
  return { ended, stop, kill };
}

/** The one who stopped the build decides how it ended. */
function stoppedOr(
  control: { stopped?: 'STOPPED' | 'TIMED_OUT' },
  otherwise: 'SUCCEEDED' | 'FAILED',
): Exclude<BuildStatus, 'IN_PROGRESS'> {
  return control.stopped ?? otherwise;
}

async function run(
  options: RunOptions,
  control: { child?: Child; stopped?: 'STOPPED' | 'TIMED_OUT' },
): Promise<void> {
  const { build, workDir, onLine, onChange } = options;
  let outcome: Exclude<BuildStatus, 'IN_PROGRESS'>;
  try {
    beginPhase(build, 'DOWNLOAD_SOURCE');
    const source = join(workDir, 'src');
    await mkdir(workDir, { recursive: true });
    await cp(options.sourceDir, source, { recursive: true });
    const nonce = randomUUID();
    const script = join(workDir, 'driver.sh');
    const buildspec = parseBuildspec(options.buildspec);
    await writeFile(script, driverScript(buildspec, nonce));
    endPhase(build, 'SUCCEEDED');
    if (control.stopped !== undefined) throw new Error('stopped before its first command');
    const child = startChild({
      name: build.projectName,
      command: 'bash',
      args: [script],
      cwd: source,
      env: {
        ...options.environment,
        ...Object.fromEntries(
          Object.entries(buildspec.env.variables).map(([name, value]) => [name, String(value)]),
        ),
        ...Object.fromEntries(build.environment.environmentVariables.map(({ name, value }) => [name, value])),
        CODEBUILD_BUILD_ID: build.id,
        CODEBUILD_BUILD_ARN: build.arn,
        CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
        CODEBUILD_SRC_DIR: source,
      },
      onLine: (line) => {
        const marker = readMarker(line, nonce);
        if (line === '') return;
        if (marker === undefined) onLine(line);
        else note(build, marker, onLine);
        if (marker !== undefined) onChange();
      },
    });
    control.child = child;
    const { code } = await child.exited;
    outcome = stoppedOr(control, code === 0 ? 'SUCCEEDED' : 'FAILED');
    endPhase(
      build,
      outcome,
      outcome === 'FAILED' ? `the shell ended with exit status ${code ?? 'unknown'}` : undefined,
    );
  } catch (error) {
    const message = messageOf(error);
    onLine(message);
    outcome = stoppedOr(control, 'FAILED');
    endPhase(build, outcome, message);
  }
  beginPhase(build, 'FINALIZING');
  await rm(workDir, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  endPhase(build, 'SUCCEEDED');
  completeBuild(build, outcome);
  onChange();
}

function note(build: Build, { event, phase, detail, command }: Marker, onLine: (line: string) => void): void {
  if (event === 'exported') {
    const equals = detail.indexOf('=');
    build.exportedEnvironmentVariables.push({
      name: detail.slice(0, equals),
      value: Buffer.from(detail.slice(equals + 1), 'base64').toString('utf8'),
    });
    return;
  }
  if (event === 'start') {
    beginPhase(build, phase.toUpperCase() as PhaseType);
    return;
  }
  const failed = detail !== '0';
  const message = `Error while executing command: ${command}. Reason: exit status ${detail}`;
  endPhase(build, failed ? 'FAILED' : 'SUCCEEDED', failed ? message : undefined);
  onLine(`[Container] Phase complete: ${phase.toUpperCase()} State: ${failed ? 'FAILED' : 'SUCCEEDED'}`);
}
