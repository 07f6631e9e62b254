import { readableCause } from '../../core/execution/cause';
import type { Plan } from '../../core/plan';
import { readConfiguration } from '../configuration-file';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { follow, type Followed } from '../follow';
import { printJson, type Host } from '../host';
import { planText } from '../render/plan';
import { liveSteps } from '../render/steps';
import { connect, type Target, type TargetOptions } from '../target';
import { startWith } from './start';

export interface PlanOptions extends TargetOptions {
  json?: boolean;
  detailedExitcode?: boolean;
  name?: string;
}

/** `plan CONFIG`: what provisioning would create, change and leave. */
export async function plan(host: Host, path: string, options: PlanOptions): Promise<ExitCode> {
  const { document, configuration } = await readConfiguration(path);
  const target = await connect(host, options, configuration);
  const executionArn = await startWith(host, target, 'plan', { document, configuration }, options.name);
  host.err(`started ${executionArn}\n`);
  const live = liveSteps(host, options.json === true);
  const found = outcome(target, executionArn, await follow(host, target, executionArn, live));
  if (options.json === true) printJson(host, found);
  else host.out(planText(found, host.paint.out));
  if (found.summary.problem > 0) return exitCodes.failed;
  const { create, change, follows } = found.summary;
  return options.detailedExitcode === true && create + change + follows > 0
    ? exitCodes.differs
    : exitCodes.ok;
}

/** @throws CliError for an execution that has come to no plan */
function outcome(target: Target, executionArn: string, { execution }: Followed): Plan {
  const { status, output, error, cause } = execution;
  if (status === 'SUCCEEDED' && output !== undefined) return JSON.parse(output) as Plan;
  throw new CliError(
    `no plan could be made: ${executionArn} is ${status.toLowerCase()}` +
      (error === undefined ? '' : `: ${error}: ${readableCause(cause)}`),
    exitCodes.failed,
    `nothing was changed; when that is mended, plan again (the steps: kubeflow-eks status ${executionArn}${target.flags})`,
  );
}
