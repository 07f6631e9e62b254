import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DeployedBuildProject } from '../stack/template';
import { completeBuild, endPhase, newBuild, type Build } from './build';
import { runBuild, type RunningBuild } from './build-runner';

export interface CodeBuildOptions {
  projects: readonly DeployedBuildProject[];
  accountId: string;
  region: string;
  /** Working folders of the builds, and the record of them. */
  dir: string;
  /** What a build's shell has in its environment beside the project's and the request's variables. */
  environment(project: DeployedBuildProject): Record<string, string>;
  /** Called when a build begins, with the variables that it was started with. */
  onStart?: (project: string, variables: Readonly<Record<string, string>>) => void;
  /** @param stream of the build's log; none where the build ended before it had one */
  onLine(project: string, line: string, stream?: string): void;
  /** The named point at which a build's failure is injected: it ends before its first command. */
  fault?: (project: string) => Error | undefined;
  /** The named point at which a build's machine fails: in a phase, at its beginning (0) or when it has printed so many lines. */
  machineFault?: (project: string, phase: string, line: number) => boolean;
}

interface Answer {
  status: number;
  body: unknown;
}

const startBuild = z.object({
  projectName: z.string(),
  environmentVariablesOverride: z
    .array(z.object({ name: z.string(), value: z.string(), type: z.string().default('PLAINTEXT') }))
    .default([]),
});
const ids = z.object({ ids: z.array(z.string()) });
const id = z.object({ id: z.string() });
const names = z.object({ names: z.array(z.string()) });
const projectName = z.object({ projectName: z.string() });

/** CodeBuild refuses a longer value of a variable. */
const longestVariable = 4096;

/** An error of the API. */
class CodeBuildError extends Error {
  constructor(
    override readonly name: 'InvalidInputException' | 'ResourceNotFoundException',
    message: string,
  ) {
    super(message);
  }
}

/** The CodeBuild of the region: the deployed projects, run on this machine. */
export class CodeBuild {
  private readonly builds = new Map<string, Build>();
  private readonly running = new Map<string, RunningBuild>();
  private readonly record: string;

  constructor(private readonly options: CodeBuildOptions) {
    this.record = join(options.dir, 'builds.json');
    this.restore();
  }

  /** Every build, in the order of their starts. */
  all(): Build[] {
    return [...this.builds.values()];
  }

  /** Answers an operation of the API (AWS JSON 1.1). */
  readonly handle = (operation: string, body: unknown): Promise<Answer> => {
    try {
      return Promise.resolve({ status: 200, body: this.perform(operation, body) });
    } catch (error) {
      const name = error instanceof z.ZodError ? 'InvalidInputException' : (error as Error).name;
      const known = error instanceof z.ZodError || error instanceof CodeBuildError;
      return Promise.resolve({
        status: known ? 400 : 500,
        body: {
          __type: name,
          message: error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message,
        },
      });
    }
  };

  /** The machine of a build fails: the build ends without a word, in the middle of whatever it does. */
  kill(buildId: string): void {
    this.running.get(idOf(buildId))?.kill();
  }

  /** Stops every build and resolves when none is left. */
  async stop(): Promise<void> {
    const running = [...this.running.values()];
    running.forEach((build) => {
      build.stop('STOPPED');
    });
    await Promise.all(running.map(({ ended }) => ended));
  }

  private perform(operation: string, body: unknown): unknown {
    switch (operation) {
      case 'StartBuild':
        return { build: this.start(startBuild.parse(body)) };
      case 'BatchGetBuilds': {
        const wanted = ids.parse(body).ids.map(idOf);
        return {
          builds: wanted.flatMap((wantedId) => this.builds.get(wantedId) ?? []),
          buildsNotFound: wanted.filter((wantedId) => !this.builds.has(wantedId)),
        };
      }
      case 'StopBuild': {
        const build = this.find(idOf(id.parse(body).id));
        this.running.get(build.id)?.stop('STOPPED');
        return { build };
      }
      case 'ListBuildsForProject': {
        const project = this.project(projectName.parse(body).projectName);
        const found = this.all().filter((build) => build.projectName === project.name);
        return { ids: found.map((build) => build.id).reverse() };
      }
      case 'BatchGetProjects': {
        const wanted = names.parse(body).names;
        const found = this.options.projects.filter((project) => wanted.includes(project.name));
        return {
          projects: found.map(({ name, arn, serviceRoleArn: serviceRole }) => ({ name, arn, serviceRole })),
          projectsNotFound: wanted.filter((name) => !found.some((project) => project.name === name)),
        };
      }
      default:
        throw new CodeBuildError(
          'InvalidInputException',
          `the local CodeBuild has no operation ${operation}`,
        );
    }
  }

  private start(request: z.output<typeof startBuild>): Build {
    const project = this.project(request.projectName);
    const variables = request.environmentVariablesOverride.map(({ name, value, type }) => {
      if (type !== 'PLAINTEXT') {
        throw new CodeBuildError(
          'InvalidInputException',
          `the local CodeBuild knows no variables of type ${type}`,
        );
      }
      if (value.length > longestVariable) {
        throw new CodeBuildError(
          'InvalidInputException',
          `Environment variable ${name} has ${value.length} characters, more than ${longestVariable}`,
        );
      }
      return { name, value, type } as const;
    });
    const build = newBuild({
      project: project.name,
      number: this.all().filter((other) => other.projectName === project.name).length + 1,
      arnPrefix: `arn:aws:codebuild:${this.options.region}:${this.options.accountId}`,
      timeoutMinutes: project.timeoutMinutes,
      variables,
    });
    this.builds.set(build.id, build);
    this.options.onStart?.(
      project.name,
      Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    );
    const fault = this.options.fault?.(project.name);
    if (fault !== undefined) {
      endPhase(build, 'FAILED', fault.message);
      completeBuild(build, 'FAILED');
      this.options.onLine(project.name, fault.message);
    } else {
      this.run(project, build);
    }
    this.save();
    return build;
  }

  private run(project: DeployedBuildProject, build: Build): void {
    const seen = { phase: '', lines: 0 };
    const meetFault = (): void => {
      if (build.currentPhase !== seen.phase) Object.assign(seen, { phase: build.currentPhase, lines: 0 });
      if (this.options.machineFault?.(project.name, seen.phase, seen.lines) === true) running.kill();
    };
    const running = runBuild({
      build,
      buildspec: project.buildspec,
      sourceDir: project.sourceDir,
      workDir: join(this.options.dir, build.id.replace(':', '-')),
      environment: { ...this.options.environment(project), ...project.environment },
      onLine: (line) => {
        this.options.onLine(project.name, line, build.logs.streamName);
        seen.lines += 1;
        meetFault();
      },
      onChange: () => {
        this.save();
        meetFault();
      },
    });
    this.running.set(build.id, running);
    void running.ended.then(() => this.running.delete(build.id));
  }

  private project(name: string): DeployedBuildProject {
    const project = this.options.projects.find((candidate) => candidate.name === name);
    if (project === undefined) {
      throw new CodeBuildError('ResourceNotFoundException', `Project cannot be found: ${name}`);
    }
    return project;
  }

  private find(buildId: string): Build {
    const build = this.builds.get(buildId);
    if (build === undefined)
      throw new CodeBuildError('ResourceNotFoundException', `Build not found: ${buildId}`);
    return build;
  }

  private save(): void {
    writeFileSync(this.record, JSON.stringify(this.all()), { mode: 0o600 });
  }

  /** A build ends with the region that runs it; its record says so, and what waits for it sees it failed. */
  private restore(): void {
    if (!existsSync(this.record)) return;
    for (const build of JSON.parse(readFileSync(this.record, 'utf8')) as Build[]) {
      if (!build.buildComplete) {
        endPhase(build, 'FAILED', 'the local region that ran this build has ended');
        completeBuild(build, 'FAILED');
      }
      this.builds.set(build.id, build);
    }
  }
}

/** Builds are named by id or by ARN. */
function idOf(idOrArn: string): string {
  return idOrArn.startsWith('arn:') ? idOrArn.slice(idOrArn.indexOf(':build/') + ':build/'.length) : idOrArn;
}
