import { claimRules } from '../../core/saml/adfs-trust';

/**
 * The claim rules that docs/adfs.md tells an administrator to set, one after the other.
 *
 * @param groupPrefix `access.group_prefix` of the configuration
 */
export function documentedRules(groupPrefix: string): string[] {
  return claimRules(groupPrefix).map(({ text }) => text);
}
