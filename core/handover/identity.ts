import { z } from 'zod';
import { directories } from '../saml/directory-kinds';
import { certificateSchema } from './certificates';

/** What users log in with: the workflows' variable `$identity`. */
export const identitySchema = z.object({
  userPoolId: z.string(),
  userPoolArn: z.string(),
  providerName: z.string(),
  clientId: z.string(),
  /** Of the secret with client id, client secret and cookie secret; its value is never handed over. */
  secretArn: z.string(),
  cognitoDomain: z.string(),
  cloudFrontDomain: z.string(),
  certificates: z.array(certificateSchema),
  /** The load balancer's certificate. */
  certificateArn: z.string(),
});

/** What a build gets of it in the variable `IDENTITY`. */
export const buildIdentitySchema = identitySchema
  .pick({
    userPoolId: true,
    userPoolArn: true,
    clientId: true,
    secretArn: true,
    certificateArn: true,
    cognitoDomain: true,
  })
  .extend({
    /** Of the SAML provider; ADFS' for an execution that an older release began. */
    providerName: z.string().default(directories.adfs.providerName),
    /** Those of the access rules, of which a build needs nothing else. */
    emailDomains: z.array(z.string()).optional(),
  });

export type BuildIdentity = z.infer<typeof buildIdentitySchema>;
