import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { AwsClients } from './clients';

/** How many executions at a time the account may have in the region; `undefined` where Lambda does not say. */
export async function readConcurrencyLimit(clients: AwsClients): Promise<number | undefined> {
  const { AccountLimit: limit } = await clients.get(LambdaClient).send(new GetAccountSettingsCommand({}));
  return limit?.ConcurrentExecutions;
}
