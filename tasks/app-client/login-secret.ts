import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** What the secret of a deployment holds; oauth2-proxy gets all three. */
const loginSecretSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** The key of oauth2-proxy's session cookie: 32 bytes (AES-256), base64url. */
  cookieSecret: z.string().refine((value) => Buffer.from(value, 'base64url').length === 32),
});

/** See {@link loginSecretSchema}. */
export type LoginSecret = z.infer<typeof loginSecretSchema>;

/** What of it a stored secret has. */
export type StoredLoginSecret = { [Key in keyof LoginSecret]?: LoginSecret[Key] | undefined };

/** Reads a stored secret; the parts that it has, and none where it is not ours in form. */
export function parseLoginSecret(text: string | undefined): StoredLoginSecret {
  try {
    return loginSecretSchema.partial().parse(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

/** A new key for the session cookie. */
export function newCookieSecret(): string {
  return randomBytes(32).toString('base64url');
}
