import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseConfiguration, formatProblem } from '../../core/configuration';
import { configurationText } from '../../core/configuration/configuration-text';
import { configurationJsonSchema, schemaFileName } from '../../core/configuration/json-schema';
import { takeOver } from '../../core/configuration/sample-variables';
import {
  askFor,
  askForDirectory,
  choicesFor,
  neededKeys,
  problemOf,
  problemOfMetadata,
  type NeededKey,
} from '../configuration-questions';
import type { DirectoryKind } from '../../core/saml/directory-kinds';
import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';
import { placeOf } from '../known-deployments';
import { connect, type Target, type TargetOptions } from '../target';

export interface InitOptions extends TargetOptions {
  json?: boolean;
  from?: string;
  yes?: boolean;
  force?: boolean;
  accountId?: string;
  eksName?: string;
  vpcId?: string;
  kmsKeyArn?: string;
  domain?: string;
  adfsUrl?: string;
  directory?: DirectoryKind;
  metadata?: string;
}

/** `init [CONFIG]`: writes a configuration, from answers, options, the account, or the sample's Terraform variables. */
export async function init(host: Host, given: string | undefined, options: InitOptions): Promise<ExitCode> {
  const taken = takeOver(options.from === undefined ? {} : await variablesOf(options.from));
  const named = fromOptions(options);
  const values: Record<string, unknown> = { ...taken.values, ...named };
  // Before anybody answers a question, and again when the name is known that the file gets.
  const mayWrite = (): void => {
    if (given !== undefined || values['eks_name'] !== undefined)
      refuseToOverwrite(pathOf(given, values), options);
  };
  mayWrite();
  const target = await complete(host, values, await reach(host, options, values), { options, mayWrite });
  if (options.yes !== true && target !== undefined) await offerKeyPair(host, values, target);
  const added = Object.keys(values).filter((key) => !Object.hasOwn(taken.values, key));
  const path = pathOf(given, values);
  const parsed = parseConfiguration(values, { now: new Date() });
  const problems = parsed.ok ? [] : parsed.problems;
  await writeFile(path, configurationText(values));
  const schemaPath = join(dirname(path), schemaFileName);
  await writeFile(schemaPath, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
  if (options.json === true) {
    printDocument(host, 'NewConfiguration', {
      path,
      schema: schemaPath,
      added,
      mended: taken.mended,
      left: taken.left,
      problems,
    });
  } else {
    const list = (title: string, lines: readonly string[]): string[] =>
      lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
    host.out(
      [
        `wrote ${path}, and ${schemaPath} for editors`,
        ...list(
          'new, which the sample had not:',
          options.from === undefined ? [] : added.map((key) => `${key}: ${String(values[key])}`),
        ),
        ...list('mended:', taken.mended),
        ...list('left out:', taken.left),
        ...list('still to be put right:', problems.map(formatProblem)),
        `next: kubeflow-eks validate ${path}`,
        '',
      ].join('\n'),
    );
  }
  return problems.length === 0 ? exitCodes.ok : exitCodes.badInput;
}

async function variablesOf(path: string): Promise<Record<string, unknown>> {
  const { readTerraformVariables } = await import('../terraform-variables');
  return readTerraformVariables(path);
}

function pathOf(given: string | undefined, values: Readonly<Record<string, unknown>>): string {
  return given ?? `${String(values['eks_name'])}.yaml`;
}

function fromOptions(options: InitOptions): Record<string, unknown> {
  const { region, accountId, eksName, vpcId, kmsKeyArn, domain, adfsUrl } = options;
  const all = {
    region,
    account_id: accountId,
    eks_name: eksName,
    vpc_id: vpcId,
    kms_key_arn: kmsKeyArn,
    route53_domain: domain,
    adfs_url: adfsUrl,
  };
  const named = Object.entries(all).filter((entry): entry is [NeededKey, string] => entry[1] !== undefined);
  for (const [key, value] of named) {
    const problem = problemOf(key, value);
    if (problem !== undefined) throw new CliError(`${key} "${value}" ${problem}`, exitCodes.badInput);
  }
  return { ...Object.fromEntries(named), ...directoryFromOptions(options) };
}

function directoryFromOptions({ directory: kind, metadata }: InitOptions): Record<string, unknown> {
  if (metadata === undefined) return {};
  const problem = kind === undefined ? 'is of which --directory?' : problemOfMetadata(metadata);
  if (problem !== undefined) throw new CliError(`--metadata "${metadata}" ${problem}`, exitCodes.badInput);
  return { identity_provider: { kind, metadata } };
}

/** The account, where it can be reached; without it nothing is offered, and that is said. */
async function reach(
  host: Host,
  options: InitOptions,
  values: Readonly<Record<string, unknown>>,
): Promise<Target | undefined> {
  if (neededKeys.every((key) => values[key] !== undefined)) return undefined;
  const region = options.region ?? (values['region'] as string | undefined);
  try {
    return await connect(host, { ...options, ...(region !== undefined && { region }) });
  } catch (error) {
    host.err(`nothing of the account can be offered: ${(error as Error).message}\n`);
    return undefined;
  }
}

/**
 * The account of the answers: what another region or account has is of no use.
 *
 * @returns `undefined` where it cannot be reached, which is said
 */
async function follow(
  host: Host,
  target: Target | undefined,
  values: Readonly<Record<string, unknown>>,
  options: InitOptions,
): Promise<Target | undefined> {
  if (target === undefined) return undefined;
  const { region = target.region, account_id: accountId = target.accountId } = values as Record<
    string,
    string
  >;
  if (accountId !== target.accountId || (target.local && region !== target.region)) {
    host.err(
      `nothing of ${region} of account ${accountId} can be offered: connected to ${placeOf(target)}\n`,
    );
    return undefined;
  }
  return region === target.region ? target : reach(host, { ...options, region }, values);
}

/**
 * Gets what is needed and not given.
 *
 * @returns the account that the answers are of, where it can be reached
 * @throws CliError where nobody is there to ask
 */
async function complete(
  host: Host,
  values: Record<string, unknown>,
  reached: Target | undefined,
  { options, mayWrite }: { options: InitOptions; mayWrite: () => void },
): Promise<Target | undefined> {
  const missing: string[] = [];
  let target = reached;
  for (const key of neededKeys) {
    if (values[key] === undefined) {
      const found = target === undefined ? [] : await choicesFor(key, target);
      const known = { region: target?.region, account_id: target?.accountId, eks_name: 'kubeflow' };
      const fallback = (known as Partial<Record<string, string>>)[key];
      // Without questions the only one is taken, and of several none.
      const answer =
        options.yes === true
          ? found.length === 1
            ? found[0]?.value
            : fallback
          : await askFor(host, key, found, fallback);
      if (answer === undefined) {
        const several = found.map(({ value }) => value).join(', ');
        missing.push(`--${optionOf(key)}${several === '' ? '' : ` (there are ${several})`}`);
      } else values[key] = answer;
    }
    if (key === 'account_id') target = await follow(host, target, values, options);
    if (key === 'eks_name') mayWrite();
  }
  if (values['adfs_url'] === undefined && values['identity_provider'] === undefined) {
    const directory = options.yes === true ? undefined : await askForDirectory(host, options.directory);
    if (directory === undefined) missing.push('--adfs-url, or --directory and --metadata');
    else Object.assign(values, directory);
  }
  if (missing.length > 0) {
    throw new CliError(
      `nobody is there to ask, and these are not known: ${missing.join('; ')}`,
      exitCodes.badInput,
      'give them as options; nothing was written',
    );
  }
  return target;
}

/** Most do without one. */
async function offerKeyPair(host: Host, values: Record<string, unknown>, target: Target): Promise<void> {
  if (values['ssh_key_name'] !== undefined) return;
  const found = await choicesFor('ssh_key_name', target);
  if (found.length === 0) return;
  const none = { value: '', name: 'none: nobody logs in to a node' };
  const chosen = await host.choose('ssh_key_name: EC2 key pair for the nodes', [none, ...found]);
  if (chosen !== undefined && chosen !== '') values['ssh_key_name'] = chosen;
}

function optionOf(key: NeededKey): string {
  return key === 'route53_domain' ? 'domain' : key.replaceAll('_', '-');
}

function refuseToOverwrite(path: string, { force }: InitOptions): void {
  if (force === true || !existsSync(path)) return;
  throw new CliError(
    `${path} is there already`,
    exitCodes.badInput,
    'name another file, or add --force to write over it',
  );
}
