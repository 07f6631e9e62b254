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

/**
 * Requests a second of Cognito's category UserListing, for all pools of an account and region together, unless the quota was raised
 * (Cognito developer guide, "Quotas in Amazon Cognito").
 */
export const userListingQuota = 30;

/** Pages a second at most: logins need some of the quota, too. */
export const poolPagesPerSecond = 25;

/** All users of a pool, page by page, no faster than {@link poolPagesPerSecond}: 10,000 users are 167 requests. */
export async function* poolUserPages(
  clients: AwsClients,
  userPoolId: string,
): AsyncGenerator<readonly DirectoryUser[]> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  let next: string | undefined;
  do {
    const notBefore = Date.now() + 1_000 / poolPagesPerSecond;
    const page = await cognito.send(
      new ListUsersCommand({ UserPoolId: userPoolId, Limit: pageSize, PaginationToken: next }),
    );
    yield (page.Users ?? []).map((user) =>
      userOf(user.Username ?? '', user.Enabled, user.Attributes ?? [], user.UserLastModifiedDate),
    );
    next = page.PaginationToken;
    const early = notBefore - Date.now();
    if (next !== undefined && early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  } while (next !== undefined);
}

/** The same as one list, for what shows all of them. */
export async function listPoolUsers(clients: AwsClients, userPoolId: string): Promise<DirectoryUser[]> {
  const users: DirectoryUser[] = [];
  for await (const page of poolUserPages(clients, userPoolId)) users.push(...page);
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
