import { ownerTag, regionTag } from './naming';

/**
 * Whose a resource is. Names of deployments are unique within an account and region only, so the mark of whatever an
 * account has once, or what its regions share, has the region as well (docs/adr/0051-owners-have-a-region.md).
 */
export interface Owner {
  readonly name: string;
  readonly region: string;
}

/** An owner as one word, for a TXT record and for messages. Neither part can have a slash. */
export function ownerMark({ name, region }: Owner): string {
  return `${name}/${region}`;
}

/**
 * Whose a resource with these tags is: `unmarked` has the deployment's name and no region, as everything had that was
 * made before regions were marked.
 */
export function ownershipOf(
  tags: Readonly<Record<string, string | undefined>>,
  owner: Owner,
): 'ours' | 'foreign' | 'unmarked' {
  if (tags[ownerTag] !== owner.name) return 'foreign';
  const region = tags[regionTag];
  if (region === undefined) return 'unmarked';
  return region === owner.region ? 'ours' : 'foreign';
}
