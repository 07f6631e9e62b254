import type { KnownDeployment, RecordedResync } from '../../adapters/aws/registry-overview';
import type { RecordedDrift } from '../../adapters/aws/registry-drift';
import type { Run } from '../../adapters/aws/registry-runs';
import { stackNames, unknownDeployment, workflowOf } from '../../core/naming';
import type { DocumentBody } from '../documents/document-kinds';
import { printDocument } from '../documents/print-document';
import { parseExecutionArn } from '../execution-name';
import { exitCodes, type ExitCode } from '../exit-codes';
import { findExecution } from '../find-execution';
import { readExecution } from '../follow';
import type { Host } from '../host';
import { recordedAdvice } from '../recorded-advice';
import { deploymentsText } from '../render/deployments';
import { driftBody } from '../render/known-drift';
import { buildLine } from '../render/live-steps';
import { stepsText } from '../render/steps';
import { reportExecution } from '../report-execution';
import { buildsUnderWay, watchedBuilds } from '../surroundings';
import { connect, type Target, type TargetOptions } from '../target';
import { defined } from '../../core/defined';

export interface StatusOptions extends TargetOptions {
  json?: boolean;
}

/** `status [NAME|ARN]`: the steps of the latest execution as it stands; without a name, every deployment. */
export async function status(
  host: Host,
  nameOrArn: string | undefined,
  options: StatusOptions,
): Promise<ExitCode> {
  if (nameOrArn === undefined) return listDeployments(host, options);
  const target = await connect(host, options, nameOrArn);
  const executionArn = await findExecution(target, nameOrArn);
  const followed = await readExecution(target, executionArn, { withData: true });
  if (options.json !== true) {
    host.out(`${stepsText(followed.view, host.now(), host.paint.out)}\n`);
    if (followed.execution.status === 'RUNNING') {
      const { clients } = target;
      for (const build of await watchedBuilds(clients, await buildsUnderWay(clients, executionArn))) {
        host.out(`${buildLine(build, host.now(), Number.POSITIVE_INFINITY)}\n`);
        host.out(`  its log: ${build.log.group}, stream ${build.log.stream}\n`);
      }
    }
  }
  const advice = await recordedAdvice(target, executionArn, followed);
  const drift = await knownDrift(target, nameOrArn, executionArn);
  return reportExecution(host, target, executionArn, followed, {
    ...options,
    ...defined({ advice, drift }),
  });
}

/** What the looks for drift know of a deployment that is named and not on its way out. */
async function knownDrift(
  { clients }: Target,
  nameOrArn: string,
  executionArn: string,
): Promise<RecordedDrift | undefined> {
  if (parseExecutionArn(nameOrArn) !== undefined || workflowOf(executionArn) === 'destroy') return undefined;
  const { readDrift } = await import('../../adapters/aws/registry-drift');
  return readDrift(clients, stackNames.table, nameOrArn);
}

async function listDeployments(host: Host, options: StatusOptions): Promise<ExitCode> {
  const { listKnownDeployments } = await import('../../adapters/aws/registry-overview');
  const { clients, flags } = await connect(host, options);
  // An execution whose input names no deployment has a record, too.
  const deployments = (await listKnownDeployments(clients, stackNames.table)).filter(
    ({ name }) => name !== unknownDeployment,
  );
  if (options.json === true)
    printDocument(host, 'Deployments', { deployments: deployments.map(deploymentBody) });
  else host.out(deploymentsText(deployments, host.now(), flags));
  return exitCodes.ok;
}

type DeploymentBody = DocumentBody<'Deployments'>['deployments'][number];

function deploymentBody({ name, registered, latest, resync, drift }: KnownDeployment): DeploymentBody {
  return {
    name,
    registered,
    ...(latest !== undefined && { latest: runBody(latest) }),
    ...(resync !== undefined && { resync: resyncBody(resync) }),
    ...(drift !== undefined && { drift: driftBody(drift) }),
  };
}

function resyncBody({ executionArn, status, reason, warnings, recordedAt }: RecordedResync): RecordedResync {
  return { executionArn, status, reason, warnings, recordedAt };
}

function runBody({ executionArn, status, updatedAt, failure }: Run): NonNullable<DeploymentBody['latest']> {
  return {
    executionArn,
    ...defined({ workflow: workflowOf(executionArn) }),
    status,
    updatedAt,
    ...(failure !== undefined && {
      error: {
        name: failure.error,
        message: failure.cause,
        ...defined({ state: failure.state }),
        advice: failure.advice,
      },
    }),
  };
}
