import type { AccessRules } from '../access/rules';
import type { Configuration } from './defaults';
import type { Problem } from './problems';
import type { ParsedDocument } from './schema';

/**
 * What the builds do not get of a configuration: the SAML metadata is up to 150 KB long, the access rules (but for
 * {@link accessForBuilds}) are the registry's, and an address is nobody's business but the topic's, while a build's variables can be read in the console.
 */
export const notForBuilds = [
  'saml_metadata',
  'access',
  'cert_alt_names',
  'notification_email',
] as const satisfies readonly (keyof ParsedDocument)[];

/** Of the access rules, what the installation itself depends on. */
export const accessForBuilds = [
  'profile_owner',
  'self_service_profiles',
] as const satisfies readonly (keyof AccessRules)[];
/**
 * What the builds get of a configuration. Reading another key is a mistake that the compiler finds: with what a build has,
 * it could only be a default.
 */
export type BuildConfiguration = Omit<Configuration, (typeof notForBuilds)[number]> & {
  access: Pick<AccessRules, (typeof accessForBuilds)[number]> & {
    namespaces?: NamespaceRoles;
  };
};

/** Of the rules for namespaces the role of each that has one: the quotas are the re-sync's. */
export type NamespaceRoles = Readonly<Record<string, { readonly role_arn?: string | undefined }>>;

/** The part of a configuration that the builds get. */
export function buildPart(configuration: Configuration): BuildConfiguration {
  const {
    saml_metadata: _saml,
    access,
    cert_alt_names: _names,
    notification_email: _email,
    ...part
  } = configuration;
  return { ...part, access: accessPart(access) as BuildConfiguration['access'] };
}

/** The roles that rules for namespaces name. */
function namespaceRoles(namespaces: unknown): NamespaceRoles {
  return Object.fromEntries(
    Object.entries((namespaces ?? {}) as AccessRules['namespaces']).flatMap(([name, { role_arn: arn }]) =>
      arn === undefined ? [] : [[name, { role_arn: arn }]],
    ),
  );
}

/** CodeBuild refuses a build with a longer variable (StartBuild, `InvalidInputException`), in characters. */
export const longestVariable = 4_096;

/**
 * Checks that the builds can be given their part of a configuration, which goes to them as JSON in one variable.
 *
 * @param document a configuration, or what is well-formed of one
 */
export function buildPartFits(document: object): Problem[] {
  const part = Object.entries(document).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'access') return [[key, accessPart(value)]];
    return (notForBuilds as readonly string[]).includes(key) ? [] : [[key, value]];
  });
  // Counted as bytes, which are never fewer than characters.
  const size = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
  const whole = size(Object.fromEntries(part));
  if (whole <= longestVariable) return [];
  const largest = part
    .map(([key, value]) => ({ key, bytes: size(value) }))
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, 3);
  return [
    {
      path: largest[0]?.key ?? '',
      value: `${(largest[0]?.bytes ?? 0).toString()} bytes`,
      message:
        `is too long: the configuration without ${notForBuilds.join(', ')} goes to the builds in one variable of at ` +
        `most ${longestVariable.toString()} bytes, and has ${whole.toString()}. The most have ` +
        `${largest.map(({ key, bytes }) => `${key} (${bytes.toString()})`).join(', ')}; shorten these`,
    },
  ];
}

/** Of the access rules, or what is well-formed of them, what the builds get. */
function accessPart(access: unknown): Partial<BuildConfiguration['access']> {
  const known = (typeof access === 'object' && access !== null ? access : {}) as Record<string, unknown>;
  const roles = namespaceRoles(known['namespaces']);
  return {
    ...Object.fromEntries(accessForBuilds.map((key) => [key, known[key]])),
    ...(Object.keys(roles).length > 0 && { namespaces: roles }),
  };
}
