import { readFile } from 'node:fs/promises';
import { CliError, exitCodes } from './exit-codes';
import { parse } from './hcl-parser.cjs';
import { whyUnreadable } from './yaml-file';

/**
 * The variables of a `terraform.tfvars` (or its JSON), as HashiCorp's own parser reads them.
 *
 * @throws CliError where there is no such file, or the parser does not take it
 */
export async function readTerraformVariables(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError(`${path}: cannot be read: ${whyUnreadable(error)}`, exitCodes.badInput);
  }
  try {
    if (path.endsWith('.json')) return JSON.parse(text) as Record<string, unknown>;
    return await parse(path, text);
  } catch (error) {
    throw new CliError(
      `${path}: is not in the form of Terraform's variables: ${(error as Error).message}`,
      exitCodes.badInput,
      'give the file terraform.tfvars of the sample, with a line `name = value` for each variable',
    );
  }
}
