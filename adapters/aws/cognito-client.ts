import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  ListUserPoolClientsCommand,
  UpdateUserPoolClientCommand,
  type UpdateUserPoolClientCommandInput,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { defined } from '../../core/defined';

/** An app client. Cognito returns its secret with every description: it is kept apart, and out of every log. */
export interface AppClient {
  id: string;
  /** Every setting, by the API's names, without the secret. */
  description: Readonly<Omit<UserPoolClientType, 'ClientSecret'>>;
  /** Absent for a public client, which has none and can get none. */
  secret?: string;
}

/** What an app client is set to. */
export type AppClientSettings = Omit<UpdateUserPoolClientCommandInput, 'UserPoolId' | 'ClientId'>;

/** The ids of a pool's clients of one name, sorted. A lost answer to a create makes two. */
export async function findAppClients(
  clients: AwsClients,
  userPoolId: string,
  name: string,
): Promise<string[]> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.get(CognitoIdentityProviderClient).send(
      new ListUserPoolClientsCommand({
        UserPoolId: userPoolId,
        MaxResults: 60,
        ...defined({ NextToken }),
      }),
    );
    for (const { ClientId, ClientName } of page.UserPoolClients ?? []) {
      if (ClientName === name && ClientId !== undefined) ids.push(ClientId);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== '');
  return ids.sort();
}

/** Describes an app client; `undefined` where there is none of that id. */
export async function describeAppClient(
  clients: AwsClients,
  userPoolId: string,
  clientId: string,
): Promise<AppClient | undefined> {
  try {
    const { UserPoolClient: found } = await clients
      .get(CognitoIdentityProviderClient)
      .send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }));
    return found && toAppClient(found);
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Makes an app client with a secret. */
export async function createAppClient(
  clients: AwsClients,
  userPoolId: string,
  name: string,
  settings: Readonly<AppClientSettings>,
): Promise<AppClient> {
  const { UserPoolClient: made } = await clients.get(CognitoIdentityProviderClient).send(
    new CreateUserPoolClientCommand({
      ...settings,
      UserPoolId: userPoolId,
      ClientName: name,
      GenerateSecret: true,
    }),
  );
  if (!made) throw new Error('Cognito made an app client and did not say which');
  return toAppClient(made);
}

/**
 * Changes some settings of an app client and keeps all others. UpdateUserPoolClient sets to its default whatever is
 * not sent; a setting that is to go back to its default is given as `undefined`.
 */
export async function updateAppClient(
  clients: AwsClients,
  userPoolId: string,
  client: AppClient,
  changes: Readonly<AppClientSettings>,
): Promise<void> {
  const {
    UserPoolId: _pool,
    ClientId: _id,
    CreationDate: _created,
    LastModifiedDate: _modified,
    ClientType: _type,
    ...kept
  } = client.description;
  const input: UpdateUserPoolClientCommandInput = {
    ...kept,
    ...changes,
    UserPoolId: userPoolId,
    ClientId: client.id,
  };
  // The default redirect URI must be one of the callback URLs.
  if (input.DefaultRedirectURI !== undefined && !input.CallbackURLs?.includes(input.DefaultRedirectURI)) {
    delete input.DefaultRedirectURI;
  }
  await clients.get(CognitoIdentityProviderClient).send(new UpdateUserPoolClientCommand(input));
}

/** Deletes an app client, and with it every session that began through it. */
export async function deleteAppClient(
  clients: AwsClients,
  userPoolId: string,
  clientId: string,
): Promise<void> {
  try {
    await clients
      .get(CognitoIdentityProviderClient)
      .send(new DeleteUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}

function toAppClient({ ClientSecret, ...description }: UserPoolClientType): AppClient {
  if (description.ClientId === undefined) throw new Error('Cognito described an app client without an id');
  return {
    id: description.ClientId,
    description,
    ...defined({ secret: ClientSecret }),
  };
}
