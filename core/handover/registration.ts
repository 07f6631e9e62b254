import { z } from 'zod';
import { deriveDomains } from '../configuration/defaults';
import { completeIdentityProvider, completeIdentityProviderSchema } from '../configuration/identity-provider';
import { configurationShape } from '../configuration/schema';
import { deploymentSchema } from './deployment';
import { clusterAddressSchema } from './cluster';
import { foundSchema } from './found';
import { identitySchema } from './identity';
import { ingressSchema } from './ingress';
import { readAs } from './read';

/**
 * The version of the rows that this release writes. It rises where a release can no longer read what it would find by
 * the defaults below; rows that were written before there were versions count as 0.
 */
export const registrationVersion = 1;

/** A row that an older release wrote may lack what follows from other keys: the domains, and that the directory is ADFS. */
function withDerived(stored: unknown): unknown {
  const domains = z.looseObject({ route53_domain: z.string() }).safeParse(stored);
  return {
    identity_provider: completeIdentityProvider({}),
    ...(domains.success && deriveDomains(domains.data)),
    ...Object(stored),
  };
}

/**
 * What the registry keeps of a configuration: neither the metadata's text nor anybody's address. The keys that are named
 * here are those that are read again, with defaults for rows that do not have them; the others stay as they were stored.
 */
export const registeredConfigurationSchema = z.preprocess(
  withDerived,
  z.looseObject({
    kubeflow_domain: z.string(),
    auth_base_domain: z.string(),
    cognito_domain: z.string(),
    adfs_url: z.string().optional(),
    identity_provider: completeIdentityProviderSchema,
    lambda_concurrency_enabled: configurationShape.lambda_concurrency_enabled,
    lambda_profile_concurrency: configurationShape.lambda_profile_concurrency,
    observability: configurationShape.observability,
    /** Completed by `completeRules`, which knows the defaults of the rules. */
    access: z.record(z.string(), z.json()).default({}),
  }),
);

/** The parts of a registration. Each keeps what it has besides. */
const parts = {
  deployment: deploymentSchema,
  configuration: registeredConfigurationSchema,
  found: foundSchema.loose(),
  cluster: clusterAddressSchema.loose(),
  identity: identitySchema.partial().required({ userPoolId: true }).loose(),
  ingress: ingressSchema.partial().loose(),
} as const;

/** Everything about a deployment that resync and destroy work from. */
export const registrationSchema = z.object(parts);
export type Registration = z.infer<typeof registrationSchema>;

/** A row of the registry as it is stored. */
export interface StoredRegistration {
  /** The deployment, from the row's key. */
  readonly name: string;
  readonly row: Readonly<Record<string, unknown>>;
}

const versionSchema = z.object({ schemaVersion: z.int().max(registrationVersion).default(0) });

/**
 * Reads those parts of a registration that are needed, whichever release wrote it: what the others lack does not matter.
 *
 * @throws UserError `RegistrationUnreadable`
 */
export function parseRegistration<Part extends keyof Registration>(
  { name, row }: StoredRegistration,
  ...wanted: readonly Part[]
): Pick<Registration, Part> {
  readAs(versionSchema, row, {
    error: 'RegistrationUnreadable',
    what: `the registration of ${name}, written by a newer release,`,
    advice: 'Deploy that release of the stack, or use its command line.',
  });
  const schema = z.object(Object.fromEntries(wanted.map((part) => [part, parts[part]])));
  return readAs(schema as unknown as z.ZodType<Pick<Registration, Part>>, row, {
    error: 'RegistrationUnreadable',
    what: `the registration of ${name}`,
    advice: `Provision ${name} again with its configuration, which writes it; to remove the deployment, start destroy with its configuration instead of its name.`,
  });
}
