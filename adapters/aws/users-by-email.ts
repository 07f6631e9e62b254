import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { DirectoryUser } from '../../core/access/directory';
import type { AwsClients } from './clients';
import { pageSize, userOf } from './pool-user';

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
    found.map((user) =>
      userOf(user.Username ?? '', user.Enabled, user.Attributes ?? [], user.UserLastModifiedDate),
    ),
  );
  return [...new Map(users.map((user) => [user.userName, user])).values()];
}
