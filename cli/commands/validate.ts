import { checkConfiguration, problemsHeading } from '../configuration-file';
import type { DocumentKind } from '../documents/document-kinds';
import { nameOfFile } from '../yaml-file';
import { printDocument } from '../documents/print-document';
import { nearestKey } from '../../core/configuration/problems';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { printJson, type Host } from '../host';

/** `validate CONFIG`: every problem of a file, without touching anything. */
export async function validate(host: Host, path: string, options: { json?: boolean }): Promise<ExitCode> {
  const checked = await checkConfiguration(path);
  const problems = checked.ok ? [] : checked.problems;
  if (options.json === true) {
    printDocument(host, 'Validation', { valid: checked.ok, problems });
  } else if (checked.ok) {
    const { eks_name: name, kubeflow_domain: domain, region } = checked.configuration;
    host.out(`${nameOfFile(path)} is valid: "${name}" in ${region}, at https://${domain}\n`);
  } else {
    host.out(`${problemsHeading(path, problems.length)}\n`);
    for (const line of checked.lines) host.out(`  ${line}\n`);
  }
  return checked.ok ? exitCodes.ok : exitCodes.badInput;
}

/** `schema [--of COMMAND]`: the JSON Schema of a configuration, for editors, or of what a command prints. */
export async function schema(host: Host, { of }: { of?: string }): Promise<ExitCode> {
  if (of !== undefined) {
    const { documentSchema } = await import('../documents/document-kinds');
    printJson(host, documentSchema([...(await kindsOf(of)), 'Error']));
    return exitCodes.ok;
  }
  const { configurationJsonSchema } = await import('../../core/configuration');
  printJson(host, configurationJsonSchema());
  return exitCodes.ok;
}

/** @throws CliError for what is no command that prints a document */
async function kindsOf(command: string): Promise<readonly DocumentKind[]> {
  const { documentsOfCommands, foreignDocuments } = await import('../documents/document-kinds');
  const words = command.trim().split(/\s+/).join(' ');
  const kinds = documentsOfCommands[words];
  if (kinds !== undefined) return kinds;
  if (foreignDocuments[words] !== undefined) {
    throw new CliError(
      `what \`${words}\` prints is a ${foreignDocuments[words]}, which is not ours to describe`,
      exitCodes.badInput,
      'its own apiVersion says whose it is',
    );
  }
  const known = Object.keys(documentsOfCommands);
  const near = nearestKey(words, known);
  throw new CliError(
    `no command "${words}" prints a document`,
    exitCodes.badInput,
    `${near === undefined ? '' : `did you mean "${near}"? `}Those that do: ${known.join(', ')}`,
  );
}
