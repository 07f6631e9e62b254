import type { AwsClients } from '../adapters/aws/clients';
import { CliError, exitCodes } from './exit-codes';
import { parseExecutionArn } from './execution-name';
import type { Host } from './host';
import { differenceOf, otherVersion } from './stack-version';

/** Options that every command which talks to AWS has. */
export interface TargetOptions {
  local?: boolean;
  profile?: string;
  region?: string;
}

/** Where a command works: an account and region of AWS, or the local region. */
export interface Target {
  clients: AwsClients;
  region: string;
  accountId: string;
  local: boolean;
  /** Of the local region: the folder with its logs and data. */
  dir?: string;
  /** The options that lead to the same place, for the commands that messages propose: ` --local`, ` --region …`. */
  flags: string;
}

/** An account and region that the command's subject names. */
interface Place {
  region: string;
  account_id: string;
}

/**
 * Connects: to the local region with `--local`, else to AWS with the SDK's own chain of credentials and profiles.
 *
 * @param subject the configuration, or the name or ARN of an execution, that the command is about
 * @throws CliError when no local region is up, no region is known, or the account is another
 */
export async function connect(host: Host, options: TargetOptions, subject?: Place | string): Promise<Target> {
  const place = typeof subject === 'string' ? placeOfArn(subject) : subject;
  if (options.local === true) return connectLocally(host, options, place);
  if (options.profile !== undefined) host.env['AWS_PROFILE'] = options.profile;
  const region = options.region ?? place?.region ?? host.env['AWS_REGION'] ?? host.env['AWS_DEFAULT_REGION'];
  if (region === undefined || region === '') {
    throw new CliError('no region is named', exitCodes.badInput, 'add --region REGION, or set AWS_REGION');
  }
  if (place !== undefined && place.region !== region) {
    throw new CliError(
      `--region says ${region}, what is asked for is in ${place.region}`,
      exitCodes.badInput,
      'leave --region out, or correct region in the configuration',
    );
  }
  const { createClients } = await import('../adapters/aws/clients');
  const clients = createClients({ region });
  const { callerAccount } = await import('../adapters/aws/caller');
  const other = otherVersion(clients, region);
  const accountId = await callerAccount(clients);
  if (place !== undefined && place.account_id !== accountId) {
    throw new CliError(
      `the credentials are of account ${accountId}, what is asked for is in ${place.account_id}`,
      exitCodes.access,
      'choose other credentials (--profile NAME), or correct account_id in the configuration',
    );
  }
  const difference = await other;
  if (difference !== undefined) host.err(`${difference}\n`);
  const flags = (['profile', 'region'] as const)
    .map((name) => (options[name] === undefined ? '' : ` --${name} ${options[name]}`))
    .join('');
  return { clients, region, accountId, local: false, flags };
}

/** @throws CliError when none is up, or what is asked for is elsewhere: the region is one account and region */
async function connectLocally(host: Host, options: TargetOptions, place: Place | undefined): Promise<Target> {
  const { createClients } = await import('../adapters/aws/clients');
  const { findConnection } = await import('../local/region/connection');
  const connection = findConnection();
  if (connection === undefined) {
    throw new CliError(
      'no local region is up',
      exitCodes.notFound,
      'bring one up: kubeflow-eks local up CONFIG',
    );
  }
  const { endpoint, region, accountId, credentials, dir, version } = connection;
  const asked = { region: options.region ?? place?.region, accountId: place?.account_id };
  if ((asked.region ?? region) !== region || (asked.accountId ?? accountId) !== accountId) {
    throw new CliError(
      `the local region is ${region} of account ${accountId}, what is asked for is in ${asked.region ?? region}` +
        (asked.accountId === undefined ? '' : ` of account ${asked.accountId}`),
      exitCodes.badInput,
      'leave --region out, or bring the other one up: kubeflow-eks local down, kubeflow-eks local up CONFIG',
    );
  }
  const difference = differenceOf(
    'the local region that is up',
    version,
    'bring it up again (local down, local up)',
  );
  if (difference !== undefined) host.err(`${difference}\n`);
  const clients = createClients({ region, endpoint, credentials });
  return { clients, region, accountId, local: true, dir, flags: ' --local' };
}

function placeOfArn(text: string): Place | undefined {
  const arn = parseExecutionArn(text);
  return arn === undefined ? undefined : { region: arn.region, account_id: arn.accountId };
}
