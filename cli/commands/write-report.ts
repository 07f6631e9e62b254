import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { parseExecutionArn } from '../execution-name';
import { findExecution } from '../find-execution';
import type { Host } from '../host';
import { gatherReport } from '../report/gather-report';
import { writeReport } from '../report/report-file';
import { connect, type TargetOptions } from '../target';

export interface ReportOptions extends TargetOptions {
  json?: boolean;
  run?: string;
  out?: string;
  kubeconfig?: string;
}

/** `report NAME` or `report --run ARN`: a page about an execution and what it left behind. Reads only. */
export async function report(
  host: Host,
  name: string | undefined,
  options: ReportOptions,
): Promise<ExitCode> {
  const subject = subjectOf(name, options.run);
  const target = await connect(host, options, subject);
  const executionArn = await findExecution(target, subject);
  const model = await gatherReport(host, target, executionArn, options);
  const file = await writeReport(host, model, options.out);
  if (options.json === true)
    printDocument(host, 'Report', {
      deployment: model.deployment,
      executionArn,
      file,
      missing: model.missing,
    });
  else host.out(`${file}\n`);
  for (const { what, why } of model.missing) host.err(`left out: ${what}: ${why}\n`);
  return exitCodes.ok;
}

function subjectOf(name: string | undefined, run: string | undefined): string {
  if (run !== undefined && parseExecutionArn(run) === undefined)
    throw new CliError(
      `--run wants the ARN of an execution, not "${run}"`,
      exitCodes.badInput,
      `report ${run}?`,
    );
  const subject = run ?? name;
  if (subject === undefined || (run !== undefined && name !== undefined))
    throw new CliError(
      'name a deployment, or an execution with --run',
      exitCodes.badInput,
      'report acme, or report --run ARN',
    );
  return subject;
}
