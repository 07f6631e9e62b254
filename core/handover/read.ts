import type { z } from 'zod';
import { UserError, type ErrorNameOf } from '../errors';

/** How {@link readAs} speaks of what it reads. */
export interface Reading {
  /** What is read, as the subject of a sentence. */
  readonly what: string;
  /** What to do where it is not as expected, as a sentence. */
  readonly advice: string;
  readonly error: ErrorNameOf<'user'>;
}

/**
 * Checks what comes from elsewhere against a schema: the one way to do so, so that a misfit has a name of the catalogue
 * and says every problem with its path.
 *
 * @throws UserError of the reading's name
 * @example
 * readAs(foundSchema, row['found'], {
 *   what: `the registration of ${name}`,
 *   advice: 'Provision the deployment again.',
 *   error: 'RegistrationUnreadable',
 * });
 */
export function readAs<T>(schema: z.ZodType<T>, value: unknown, { what, advice, error }: Reading): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  throw new UserError(error, `${what} is not what is expected: ${problems.join('; ')}. ${advice}`);
}
