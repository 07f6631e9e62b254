import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { DirectoryUser } from '../../core/access/directory';
import type { AwsClients } from './clients';
import { pageSize, userOf } from './pool-user';

/** All users of a pool, page by page (10,000 users are 167 requests; the default quota is 30 a second). */
export async function listPoolUsers(clients: AwsClients, userPoolId: string): Promise<DirectoryUser[]> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  const users: DirectoryUser[] = [];
  let next: string | undefined;
  do {
    const page = await cognito.send(
      new ListUsersCommand({ UserPoolId: userPoolId, Limit: pageSize, PaginationToken: next }),
    );
    for (const user of page.Users ?? []) {
      users.push(userOf(user.Username ?? '', user.Enabled, user.Attributes ?? [], user.UserLastModifiedDate));
    }
    next = page.PaginationToken;
  } while (next !== undefined);
  return users;
}

/** One user as the pool has it now, or `undefined` when there is none (any more). */
export async function findPoolUser(
  clients: AwsClients,
  userPoolId: string,
  userName: string,
): Promise<DirectoryUser | undefined> {
  try {
    const user = await clients
      .get(CognitoIdentityProviderClient)
      .send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: userName }));
    return userOf(userName, user.Enabled, user.UserAttributes ?? [], user.UserLastModifiedDate);
  } catch (error) {
    if (error instanceof UserNotFoundException) return undefined;
    throw error;
  }
}

/** Disables a user, who can then neither log in nor refresh, and revokes the refresh tokens; no error if it is done. */
export async function disablePoolUser(
  clients: AwsClients,
  userPoolId: string,
  userName: string,
): Promise<void> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  const user = { UserPoolId: userPoolId, Username: userName };
  await cognito.send(new AdminDisableUserCommand(user));
  await cognito.send(new AdminUserGlobalSignOutCommand(user));
}
