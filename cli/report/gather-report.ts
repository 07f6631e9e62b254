import { productVersion as version } from '../../core/product-version';
import { readBuilds, type BuildRecord } from '../../adapters/aws/codebuild';
import { describeExecution, readExecutionEvents, type ExecutionSummary } from '../../adapters/aws/executions';
import { readDrift } from '../../adapters/aws/registry-drift';
import { listExecutions, stateMachineArn } from '../../adapters/aws/state-machines';
import { observationsIn } from '../../core/assumptions/read-history';
import { readableCause } from '../../core/execution/cause';
import { logStreamUrl, madeThings } from '../../core/execution/console-links';
import { consoleUrl } from '../../core/execution/console-url';
import { deploymentOf } from '../../core/execution/deployment-of';
import { isNamedFor } from '../../core/execution/name-execution';
import { viewTimedExecution } from '../../core/execution/view';
import type { Left } from '../../core/handover/left';
import { stackNames, workflowOf } from '../../core/naming';
import { readPlan } from '../../core/execution/read-plan';
import { askedKeys } from '../../core/report/asked-keys';
import { submittedBuild, timelineOf } from '../../core/report/timeline';
import { CliError, exitCodes } from '../exit-codes';
import { explainFailure } from '../failures';
import type { Host } from '../host';
import { placeOf } from '../known-deployments';
import { clusterOf, readAccess, registrationOf, type AccessReport } from '../read-access';
import { recordedAdvice } from '../recorded-advice';
import { failedLog } from '../report-execution';
import type { Target } from '../target';
import { accessFindings, assumptionFindings, driftFindings, planFindings } from './report-findings';
import type { Finding, ReportedPlan, ReportModel } from './report-model';

/** What a report is made with. */
export interface GatherOptions {
  /** Connects to the cluster by a kubeconfig instead of the AWS credentials. */
  kubeconfig?: string;
  isRehearsal?: boolean;
}

/**
 * Reads everything that a report on an execution shows. What cannot be read is left out, and the report says so: who may
 * look at executions need not be allowed to look into the cluster.
 *
 * @throws CliError where Step Functions does not know the execution
 */
export async function gatherReport(
  host: Host,
  target: Target,
  executionArn: string,
  options: GatherOptions = {},
): Promise<ReportModel> {
  const { clients } = target;
  const missing: ReportModel['missing'] = [];
  const orMissing = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      missing.push({ what, why: explainFailure(error).message });
      return undefined;
    }
  };
  const execution = await describeExecution(clients, executionArn);
  if (execution === undefined)
    throw new CliError(
      `Step Functions does not know the execution ${executionArn}`,
      exitCodes.notFound,
      'it keeps a closed execution for 90 days; look at the ARN and the region',
    );
  const events = await readExecutionEvents(clients, executionArn, { withData: true });
  const view = viewTimedExecution(events);
  const ids = view.steps.flatMap(({ tried }) => tried.flatMap((attempt) => submittedBuild(attempt) ?? []));
  const builds = (await orMissing('the builds', () => readBuilds(clients, ids))) ?? [];
  const workflow = workflowOf(executionArn);
  const deployment = deploymentOf(execution.input);
  const isThere = deployment !== undefined && workflow !== 'plan' && workflow !== 'destroy';
  const access = isThere
    ? await orMissing('who may do what', () => readTheAccess(host, target, deployment, options))
    : undefined;
  const drift = isThere
    ? await orMissing('drift', () => readDrift(clients, stackNames.table, deployment))
    : undefined;
  const plan = await orMissing('the plan', () => planOf(target, executionArn, execution, deployment));
  const output = JSON.parse(execution.output ?? '{}') as unknown;
  const link = target.local ? undefined : target.region;
  return {
    deployment: deployment ?? executionArn,
    place: placeOf(target),
    isRehearsal: options.isRehearsal === true,
    madeAt: new Date(host.now()).toISOString(),
    version,
    run: {
      executionArn,
      workflow: workflow ?? 'execution',
      status: execution.status,
      redrives: view.redrives,
      ...(view.startedAt !== undefined && { startedAt: view.startedAt }),
      ...(view.endedAt !== undefined && { endedAt: view.endedAt }),
      ...(link !== undefined && { console: consoleUrl(link, executionArn) }),
    },
    asked: askedKeys(JSON.parse(execution.input)),
    timeline: timelineOf(view, builds.map(timesOf), host.now()),
    logs: builds.map(({ project, log }) => ({
      project,
      ...log,
      ...(link !== undefined && { href: logStreamUrl(link, log) }),
    })),
    made: workflow === 'provision' ? madeThings(output, link) : [],
    ...(plan !== undefined && { plan }),
    findings: [
      ...(await failureFindings(target, executionArn, execution, view)),
      ...(workflow === 'plan' && plan !== undefined ? planFindings(plan.plan) : []),
      ...driftFindings(deployment ?? '', drift, target.flags),
      ...(access === undefined ? [] : accessFindings(access)),
      ...assumptionFindings(observationsIn(events)),
      ...((output as { left?: Left[] }).left ?? []).map(({ what, why }): Finding => ({
        severity: 'note',
        what: `left: ${what}`,
        detail: why,
      })),
    ],
    ...(access !== undefined && { access }),
    missing,
  };
}

async function readTheAccess(
  host: Host,
  target: Target,
  deployment: string,
  { kubeconfig }: GatherOptions,
): Promise<AccessReport> {
  const registration = await registrationOf(target.clients, deployment, target);
  const client = await clusterOf(target.clients, registration, kubeconfig);
  try {
    return await readAccess(host, target.clients, client, registration);
  } finally {
    client.close();
  }
}

function timesOf({ startedAt, phases, ...build }: BuildRecord) {
  return {
    ...build,
    startedAt: startedAt.getTime(),
    phases: phases.map((phase) => ({
      type: phase.type,
      status: phase.status,
      startedAt: phase.startedAt.getTime(),
      endedAt: phase.endedAt?.getTime(),
    })),
  };
}

/** The plan that an execution of plan is, else the last one of the deployment that came to its end. */
async function planOf(
  { clients, region, accountId }: Target,
  executionArn: string,
  execution: ExecutionSummary,
  deployment: string | undefined,
): Promise<ReportedPlan | undefined> {
  if (workflowOf(executionArn) === 'plan') return outcomeOf(execution);
  if (deployment === undefined || workflowOf(executionArn) !== 'provision') return undefined;
  const [latest] = (await listExecutions(clients, stateMachineArn(region, accountId, 'plan')))
    .filter(({ name }) => isNamedFor(deployment, name))
    .sort((a, b) => b.beganAt.getTime() - a.beganAt.getTime());
  return latest === undefined ? undefined : outcomeOf(await describeExecution(clients, latest.executionArn));
}

function outcomeOf(execution: ExecutionSummary | undefined): ReportedPlan | undefined {
  if (execution?.status !== 'SUCCEEDED' || execution.output === undefined) return undefined;
  return {
    plan: readPlan(execution.output),
    ...(execution.stoppedAt !== undefined && { madeAt: execution.stoppedAt.toISOString() }),
  };
}

async function failureFindings(
  target: Target,
  executionArn: string,
  execution: ExecutionSummary,
  view: Parameters<typeof failedLog>[1],
): Promise<Finding[]> {
  const { error, cause } = execution;
  if (error === undefined) return [];
  const advice = await recordedAdvice(target, executionArn, { execution });
  const log = failedLog(target, view);
  return [
    {
      severity: 'failure',
      what: error,
      detail: [
        readableCause(cause),
        ...(advice === undefined ? [] : [`what to do: ${advice}`]),
        ...(log === undefined ? [] : [log]),
      ].join('\n'),
    },
  ];
}
