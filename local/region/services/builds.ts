import { delimiter, dirname, join } from 'node:path';
import type { DeployedBuildProject } from '../../stack/template';
import type { BuildMachine } from '../../codebuild/build-machine';
import { CodeBuild } from '../../codebuild/service';
import type { CredentialStore } from '../../sts/credentials';
import type { Faults } from '../faults';
import { regionVariables } from '../functions/runtime-environment';
import type { Logs } from '../logs';
import type { BuildLogs } from './build-logs';
import type { RegionOptions } from '../region-options';

export interface BuildsOptions {
  options: RegionOptions;
  faults: Faults;
  projects: readonly DeployedBuildProject[];
  credentials: CredentialStore;
  logs: Logs;
  buildLogs: BuildLogs;
  machine: BuildMachine;
  /** Called when a build of a deployment with `autoscaling` begins. */
  onAutoscaling: () => void;
  /** How a process of the region reaches it. */
  reach: () => Parameters<typeof regionVariables>[0];
}

/**
 * CodeBuild of the region. Its shells have bash, Node, the real kubectl, eksctl and helm; what would be downloaded
 * is taken from this machine, which the builds say.
 */
export function startBuilds(parts: BuildsOptions): CodeBuild {
  const { options, faults, projects, credentials, logs, buildLogs, machine, onAutoscaling, reach } = parts;
  const dir = join(options.dir, 'builds');
  return new CodeBuild({
    projects,
    accountId: options.accountId,
    region: options.region,
    dir,
    environment: (project) => {
      const identity = credentials.issue(project.serviceRoleArn, 'AWSCodeBuild-local');
      return {
        PATH: [machine.bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
        HOME: dir,
        LANG: 'C.UTF-8',
        TZ: 'UTC',
        ...regionVariables(reach()),
        AWS_ACCESS_KEY_ID: identity.accessKeyId,
        AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
        AWS_SESSION_TOKEN: identity.sessionToken,
        CI: 'true',
        KUBEFLOW_EKS_TOOLS: 'preinstalled',
        // What takes minutes on AWS takes seconds here.
        KUBEFLOW_EKS_POLL_SECONDS: '1',
        KUBEFLOW_EKS_PATIENCE_SECONDS: '30',
        KUBEFLOW_EKS_CHARTS: machine.charts,
        KUBEFLOW_DISTRIBUTION_MIRROR: machine.distribution,
      };
    },
    onStart: (_project, { CONFIGURATION: configuration = '{}' }) => {
      if ('autoscaling' in (JSON.parse(configuration) as object)) onAutoscaling();
    },
    fault: (project) => faults.build?.(project),
    machineFault: (project, phase, line) => faults.machine?.(project, phase, line) === true,
    onLine: (project, line, stream) => {
      logs.write(`builds/${project}`, line);
      if (stream !== undefined) buildLogs.write(project, stream, line);
      options.onBuildLine?.(project, line);
    },
  });
}
