import { chmod, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError, exitCodes } from '../exit-codes';
import type { Host } from '../host';
import { reportPage } from './page/report-page';
import type { ReportModel } from './report-model';

/**
 * Writes a report to a file that nobody but its owner can read: it holds e-mail addresses.
 *
 * @param file by default named for the deployment and the time, in the working folder
 * @returns its whole path
 * @throws CliError where it cannot be written
 */
export async function writeReport(host: Host, model: ReportModel, file?: string): Promise<string> {
  const path = resolve(file ?? reportFile(model.deployment, host.now()));
  try {
    await writeFile(path, await reportPage(model), { mode: 0o600 });
    // A file that was there keeps its own mode.
    await chmod(path, 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CliError(`the report cannot be written: ${message}`, exitCodes.badInput, 'name another file');
  }
  return path;
}

function reportFile(deployment: string, now: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `kubeflow-eks-${deployment.replaceAll(/[^\w-]/g, '_')}-${time}.html`;
}
