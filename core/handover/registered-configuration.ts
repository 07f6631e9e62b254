import { z } from 'zod';
import { formatProblem, parseConfiguration, type Configuration } from '../configuration';
import { UserError } from '../errors';
import { parseRegistration, type StoredRegistration } from './registration';

/**
 * Stands in the place of the address in a configuration that comes from the registry, which keeps nobody's: whether one is
 * configured, and which, is not known.
 */
export const unknownAddress = { registered: false } as const;

/** {@link unknownAddress} among the arguments of a task. */
export const unknownAddressSchema = z.object({ registered: z.literal(false) });

/** SAML metadata that was given with the configuration, and of whose text the registry keeps only that it was. */
export const unknownMetadata = { inline: true } as const;

/** {@link unknownMetadata} among the arguments of a task. */
export const unknownMetadataSchema = z.object({ inline: z.literal(true) });

/** A configuration as the registry has it: complete, but for what is nobody's business but the topic's and Cognito's. */
export type RegisteredConfiguration = Omit<Configuration, 'notification_email' | 'saml_metadata'> & {
  notification_email: typeof unknownAddress;
  saml_metadata: { url: string } | typeof unknownMetadata;
};

/** Any text does: that of the directory was checked when the deployment was provisioned. */
const someMetadata = 'not registered';

/**
 * The configuration that a deployment was last provisioned with, as this release reads it: keys that are newer than the
 * row have their defaults, as they would have for the same file.
 *
 * @throws UserError `RegistrationUnreadable`; `InvalidConfiguration` where this release would refuse it
 */
export function registeredConfiguration(stored: StoredRegistration): RegisteredConfiguration {
  const { configuration: row } = parseRegistration(stored, 'configuration');
  const isInline = unknownMetadataSchema.safeParse(row['saml_metadata']).success;
  const parsed = parseConfiguration(isInline ? { ...row, saml_metadata: { inline: someMetadata } } : row);
  if (!parsed.ok) {
    throw new UserError(
      'InvalidConfiguration',
      `the configuration that ${stored.name} is registered with is refused by this release:\n` +
        `${parsed.problems.map((problem) => `- ${formatProblem(problem)}`).join('\n')}\n` +
        `Correct its file, and provision ${stored.name} again with it.`,
    );
  }
  const { saml_metadata: metadata, ...configuration } = parsed.configuration;
  return {
    ...configuration,
    notification_email: unknownAddress,
    saml_metadata: metadata.url === undefined ? unknownMetadata : { url: metadata.url },
  };
}
