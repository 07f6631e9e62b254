import type { AwsClients } from '../adapters/aws/clients';
import { CliError, exitCodes } from './exit-codes';

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
}

/**
 * Connects: to the local region with `--local`, else to AWS with the SDK's own chain of credentials and profiles.
 *
 * @param configured the region and account of the configuration, where there is one
 * @throws CliError when no local region is up, no region is known or no credentials are found
 */
export async function connect(
  options: TargetOptions,
  configured?: { region: string; account_id: string },
): Promise<Target> {
  const { createClients } = await import('../adapters/aws/clients');
  if (options.local === true) {
    const { findConnection } = await import('../local/region/connection');
    const connection = findConnection();
    if (connection === undefined) {
      throw new CliError(
        'no local region is up',
        exitCodes.notFound,
        'bring one up: kubeflow-eks local up CONFIG',
      );
    }
    const { endpoint, region, accountId, credentials } = connection;
    return { clients: createClients({ region, endpoint, credentials }), region, accountId, local: true };
  }
  if (options.profile !== undefined) process.env['AWS_PROFILE'] = options.profile;
  const region =
    options.region ?? configured?.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (region === undefined) {
    throw new CliError('no region is named', exitCodes.badInput, 'add --region REGION, or set AWS_REGION');
  }
  const clients = createClients({ region });
  const { callerAccount } = await import('../adapters/aws/caller');
  const accountId = await callerAccount(clients);
  if (configured !== undefined && configured.account_id !== accountId) {
    throw new CliError(
      `the credentials are of account ${accountId}, the configuration is for ${configured.account_id}`,
      exitCodes.access,
      'choose other credentials (--profile NAME) or correct account_id',
    );
  }
  return { clients, region, accountId, local: false };
}
