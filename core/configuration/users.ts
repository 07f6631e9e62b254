import { z } from 'zod';
import { problemsOf, type Problem } from './problems';

const groupsMessage = 'must be a list of group names, or the raw attribute as text';

const userShape = {
  userName: z
    .string({ error: 'must be a user name, such as "ACME\\\\alice"' })
    .min(1, 'must not be empty')
    .describe('As the directory names the account.'),
  email: z.string({ error: 'must be an e-mail address' }).regex(/@/, 'must be an e-mail address'),
  groups: z
    .union([z.array(z.string({ error: 'must be the name of a group' })), z.string()], {
      error: groupsMessage,
    })
    .describe('Names, or the attribute as Cognito hands it on.'),
};

const usersSchema = z.strictObject(
  {
    users: z.array(
      z.strictObject(userShape, { error: 'must be a map with "userName", "email" and "groups"' }),
      {
        error: 'must be a list of users',
      },
    ),
  },
  { error: 'must be a map with the one key "users"' },
);

/** A sample user of a rehearsal: what the directory says of a person. */
export type SampleUser = z.output<typeof usersSchema>['users'][number];

/** Checks a users file. All problems come in one answer. */
export function parseUsers(document: unknown): { users: SampleUser[] } | { problems: Problem[] } {
  const parsed = usersSchema.safeParse(document);
  if (!parsed.success) {
    const known = (path: readonly PropertyKey[]): string[] =>
      path.length === 0 ? ['users'] : Object.keys(userShape);
    return { problems: problemsOf(parsed.error, document, known) };
  }
  const problems = namedTwice(parsed.data.users);
  return problems.length > 0 ? { problems } : { users: parsed.data.users };
}

/** The pool's user names are case-insensitive, so two that differ in case alone would be one user. */
function namedTwice(users: readonly SampleUser[]): Problem[] {
  const seen = new Set<string>();
  return users.flatMap(({ userName }, index) => {
    const name = userName.toLowerCase();
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path: `users[${index}].userName`, value: userName, message: 'is named twice' }];
  });
}
