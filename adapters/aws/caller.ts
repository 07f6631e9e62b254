import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsClients } from './clients';

/** The account that the credentials belong to. */
export async function callerAccount(clients: AwsClients): Promise<string> {
  const { Account: account } = await clients.get(STSClient).send(new GetCallerIdentityCommand({}));
  if (account === undefined) throw new Error('STS names no account for these credentials');
  return account;
}
