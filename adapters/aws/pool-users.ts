import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
  UserNotFoundException,
  type AttributeType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { DirectoryUser } from '../../core/access/directory';
import type { AwsClients } from './clients';

/** Cognito's own limit for one page of users. */
const pageSize = 60;

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
      users.push(userOf(user.Username ?? '', user.Enabled, user.Attributes ?? []));
    }
    next = page.PaginationToken;
  } while (next !== undefined);
  return users;
}

/**
 * The users of an e-mail. Whether Cognito's filter heeds the case of an e-mail is not documented, so the usual spelling, in
 * lower case, is asked for beside the given one.
 *
 * @throws Error where there are more than one page of them
 */
export async function findUsersByEmail(
  clients: AwsClients,
  userPoolId: string,
  email: string,
  signal: AbortSignal,
): Promise<DirectoryUser[]> {
  const cognito = clients.get(CognitoIdentityProviderClient);
  const spellings = [...new Set([email, email.toLowerCase()])];
  const pages = await Promise.all(
    spellings.map((spelling) =>
      cognito.send(
        new ListUsersCommand({
          UserPoolId: userPoolId,
          Filter: `email = "${spelling.replaceAll(/["\\]/g, '\\$&')}"`,
        }),
        { abortSignal: signal },
      ),
    ),
  );
  if (pages.some(({ PaginationToken: more }) => more !== undefined && more !== '')) {
    throw new Error(`more than ${pageSize} users have one e-mail; disable those that nobody uses`);
  }
  const users = pages.flatMap(({ Users: found = [] }) =>
    found.map((user) => userOf(user.Username ?? '', user.Enabled, user.Attributes ?? [])),
  );
  return [...new Map(users.map((user) => [user.userName, user])).values()];
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
    return userOf(userName, user.Enabled, user.UserAttributes ?? []);
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

function userOf(
  userName: string,
  enabled: boolean | undefined,
  attributes: readonly AttributeType[],
): DirectoryUser {
  const value = (name: string) => attributes.find((attribute) => attribute.Name === name)?.Value;
  return {
    userName,
    enabled: enabled !== false,
    email: value('email'),
    groupsAttribute: value('custom:groups'),
  };
}
