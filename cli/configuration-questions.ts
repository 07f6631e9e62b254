import type { Choice } from '../adapters/aws/choices';
import { configurationShape } from '../core/configuration/schema';
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
  'adfs_url',
] as const;

export type NeededKey = (typeof neededKeys)[number];

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
  return host.input(`${key}: ${description}`, {
    ...(fallback !== undefined && { fallback }),
    problemOf: (value) => problemOf(key, value),
  });
}
