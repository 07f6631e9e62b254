import type { Choice } from '../adapters/aws/choices';
import { identityProviderSchema } from '../core/configuration/identity-provider';
import { configurationShape } from '../core/configuration/schema';
import { directories, directoryKinds, type DirectoryKind } from '../core/saml/directory-kinds';
import type { Host } from './host';
import type { Target } from './target';

/** What cannot be guessed: the keys that a configuration must have, in the order in which they are asked for. */
export const neededKeys = [
  'region',
  'account_id',
  'eks_name',
  'vpc_id',
  'kms_key_arn',
  'route53_domain',
] as const;

/** `adfs_url` is one of the two ways to name the directory: {@link askForDirectory}. */
export type NeededKey = (typeof neededKeys)[number] | 'adfs_url';

/** What an account has for a key; nothing where nobody may look. */
export async function choicesFor(key: string, target: Target): Promise<Choice[]> {
  const { listKeyPairs, listNamedKeys, listPublicZones, listVpcs } = await import('../adapters/aws/choices');
  const lists: Readonly<Record<string, () => Promise<Choice[]>>> = {
    vpc_id: () => listVpcs(target.clients),
    kms_key_arn: () => listNamedKeys(target.clients, target),
    route53_domain: () => listPublicZones(target.clients),
    ssh_key_name: () => listKeyPairs(target.clients),
  };
  return (await lists[key]?.().catch(() => [])) ?? [];
}

/** What is wrong with a value of one key; `undefined` where it is taken. */
export function problemOf(key: NeededKey, value: string): string | undefined {
  const parsed = configurationShape[key].safeParse(value);
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

/**
 * Asks for a key: offers what the account has, or takes what is typed once it is valid.
 *
 * @returns `undefined` where nobody is there to answer
 */
export async function askFor(
  host: Host,
  key: NeededKey,
  found: readonly Choice[],
  fallback: string | undefined,
): Promise<string | undefined> {
  const { description = '' } = configurationShape[key];
  const other = '';
  if (found.length > 0) {
    const chosen = await host.choose(`${key}: ${description}`, [
      ...found,
      { value: other, name: 'another one' },
    ]);
    if (chosen !== other) return chosen;
  }
  return typed(host, `${key}: ${description}`, (value) => problemOf(key, value), fallback);
}

/** Takes what somebody types, with or without the quotes that it has in the file. */
async function typed(
  host: Host,
  question: string,
  problem: (value: string) => string | undefined,
  fallback?: string,
): Promise<string | undefined> {
  const unquoted = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, '$2');
  const answer = await host.input(question, {
    ...(fallback !== undefined && { fallback }),
    problemOf: (text) => problem(unquoted(text)),
  });
  return answer === undefined ? undefined : unquoted(answer);
}

/** The directory that people log in with, in one of the two ways to name it. */
export type NamedDirectory =
  { adfs_url: string } | { identity_provider: { kind: DirectoryKind; metadata: string } };

const kinds = directoryKinds.map((value) => ({
  value,
  name: value === 'saml' ? 'another one that speaks SAML' : directories[value].title,
}));

/** What is wrong with the address of a directory's metadata; `undefined` where it is taken. */
export function problemOfMetadata(value: string): string | undefined {
  const parsed = identityProviderSchema.shape.metadata.safeParse(value);
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

/**
 * Asks what people log in with.
 *
 * @param given the kind, where an option has named it
 * @returns `undefined` where nobody is there to answer
 */
export async function askForDirectory(
  host: Host,
  given: DirectoryKind | undefined,
): Promise<NamedDirectory | undefined> {
  const kind = given ?? (await host.choose('The directory that people log in with:', kinds));
  if (kind === undefined) return undefined;
  if (kind === 'adfs') {
    const name = await typed(host, 'adfs_url: Host name of ADFS.', (value) => problemOf('adfs_url', value));
    return name === undefined ? undefined : { adfs_url: name };
  }
  const metadata = await typed(
    host,
    'identity_provider.metadata: Address of its SAML metadata (https).',
    problemOfMetadata,
  );
  return metadata === undefined
    ? undefined
    : { identity_provider: { kind: kind as DirectoryKind, metadata } };
}
