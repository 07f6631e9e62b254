import { formatProblem, parseConfiguration } from '../../core/configuration';
import { readDocument } from '../configuration-file';
import { exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { printJson } from '../host';
import type { Host } from '../host';

/** `validate CONFIG`: every problem of a file, without touching anything. */
export async function validate(host: Host, path: string, options: { json?: boolean }): Promise<ExitCode> {
  const parsed = parseConfiguration(await readDocument(path));
  const problems = parsed.ok ? [] : parsed.problems;
  if (options.json === true) {
    printJson(host, { valid: parsed.ok, problems });
  } else if (parsed.ok) {
    const { eks_name: name, kubeflow_domain: domain, region } = parsed.configuration;
    host.out(`${path} is valid: "${name}" in ${region}, at https://${domain}\n`);
  } else {
    host.out(`${path} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:\n`);
    for (const problem of problems) host.out(`  ${formatProblem(problem)}\n`);
  }
  return parsed.ok ? exitCodes.ok : exitCodes.badInput;
}

/** `schema`: the JSON Schema of a configuration, for editors. */
export async function schema(host: Host): Promise<ExitCode> {
  const { configurationJsonSchema } = await import('../../core/configuration');
  printJson(host, configurationJsonSchema());
  return exitCodes.ok;
}
