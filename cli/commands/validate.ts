import { checkConfiguration, problemsHeading } from '../configuration-file';
import { exitCodes, type ExitCode } from '../exit-codes';
import { printJson, type Host } from '../host';

/** `validate CONFIG`: every problem of a file, without touching anything. */
export async function validate(host: Host, path: string, options: { json?: boolean }): Promise<ExitCode> {
  const checked = await checkConfiguration(path);
  const problems = checked.ok ? [] : checked.problems;
  if (options.json === true) {
    printJson(host, { valid: checked.ok, problems });
  } else if (checked.ok) {
    const { eks_name: name, kubeflow_domain: domain, region } = checked.configuration;
    host.out(`${path} is valid: "${name}" in ${region}, at https://${domain}\n`);
  } else {
    host.out(`${problemsHeading(path, problems.length)}\n`);
    for (const line of checked.lines) host.out(`  ${line}\n`);
  }
  return checked.ok ? exitCodes.ok : exitCodes.badInput;
}

/** `schema`: the JSON Schema of a configuration, for editors. */
export async function schema(host: Host): Promise<ExitCode> {
  const { configurationJsonSchema } = await import('../../core/configuration');
  printJson(host, configurationJsonSchema());
  return exitCodes.ok;
}
