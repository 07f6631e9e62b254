import { z } from 'zod';
import { directories, directoryKinds, type Claims, type DirectoryKind } from '../saml/directory-kinds';
import * as field from './fields';

const claimName = z
  .string({ error: 'must be the name of an attribute of the assertion' })
  .regex(
    /^[^\s<>&"']{1,256}$/,
    'must be the name of an attribute as the assertion has it, without spaces, such as "groups"',
  );

/** `identity_provider` as written. */
export const identityProviderSchema = z.strictObject(
  {
    kind: z
      .enum(directoryKinds, { error: `must be one of ${directoryKinds.join(', ')}` })
      .describe('What the directory is: its page in docs/directories says what to set up there.'),
    metadata: field.httpsUrl
      .optional()
      .describe(
        'Where the directory serves its SAML metadata; Cognito refreshes it from there. Without it saml_metadata must give the document.',
      ),
    claims: z
      .strictObject(
        {
          email: claimName
            .optional()
            .describe('Attribute with the e-mail address; its default is that of the kind.'),
          email_verified: claimName
            .optional()
            .describe('Attribute that says "true" of everybody; its default is that of the kind.'),
          groups: claimName
            .optional()
            .describe('Attribute with the groups; its default is that of the kind.'),
        },
        { error: 'must be a map with "email", "email_verified" and "groups"' },
      )
      .prefault({})
      .describe('Names of the attributes of the assertion.'),
  },
  { error: 'must be a map with "kind", "metadata" and "claims"' },
);

/** `identity_provider` as written, or what is well-formed of it. */
type WrittenIdentityProvider = z.output<typeof identityProviderSchema>;

/** The directory as every task works from it. */
export const completeIdentityProviderSchema = z.object({
  kind: z.enum(directoryKinds),
  claims: z.object({ email: z.string(), email_verified: z.string(), groups: z.string() }),
  metadata: z.string().optional(),
});

/** What a task is given of it: beside it the host of ADFS where `adfs_url`, the short form, names it. */
export const knownDirectorySchema = completeIdentityProviderSchema.extend({ host: z.string().optional() });

/** The directory with every default. */
export type IdentityProvider = z.infer<typeof completeIdentityProviderSchema>;

/** The names that hold for a kind, where some are configured. */
export function claimsOf(kind: DirectoryKind, written: Partial<Claims> = {}): Partial<Claims> {
  return { ...directories[kind].claims, ...written };
}

/** The directory of a document that is valid, by its long or its short form. */
export function completeIdentityProvider(document: {
  identity_provider?: WrittenIdentityProvider | undefined;
}): IdentityProvider {
  const { kind, metadata, claims } = document.identity_provider ?? { kind: 'adfs' as const };
  const { email = '', email_verified = '', groups = '' } = claimsOf(kind, claims as Partial<Claims>);
  return {
    kind,
    claims: { email, email_verified, groups },
    ...(metadata !== undefined && { metadata }),
  };
}
