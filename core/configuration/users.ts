import { z } from 'zod';
import { formatPath, shownValue } from './problems';
import type { Problem } from './problems';

const usersSchema = z.strictObject(
  {
    users: z.array(
      z.strictObject(
        {
          userName: z
            .string({ error: 'must be a user name, such as "ACME\\\\alice"' })
            .min(1, 'must not be empty'),
          email: z.string({ error: 'must be an e-mail address' }).min(1, 'must not be empty'),
          groups: z.union([z.array(z.string()), z.string()], {
            error: 'must be a list of group names, or the raw attribute as text',
          }),
        },
        { error: 'must be a map with "userName", "email" and "groups"' },
      ),
      { error: 'must be a list of users' },
    ),
  },
  { error: 'must be a map with "users"' },
);

/** A sample user of a rehearsal: what the directory says of a person. */
export type SampleUser = z.output<typeof usersSchema>['users'][number];

/** Checks a users file. All problems come in one answer. */
export function parseUsers(document: unknown): { users: SampleUser[] } | { problems: Problem[] } {
  const parsed = usersSchema.safeParse(document);
  if (parsed.success) return { users: parsed.data.users };
  return {
    problems: parsed.error.issues.map(({ path, message, input }) => ({
      path: formatPath(path),
      value: shownValue(input),
      message,
    })),
  };
}
