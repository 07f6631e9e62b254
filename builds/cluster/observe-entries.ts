import type { AccessEntry } from '../../adapters/aws/eks-access-entries';
import { observe } from '../support/assumptions-output';

/**
 * Notes whether the entries of the builds, which eksctl makes, have the tag of their cluster.
 *
 * @param buildRoles ARNs of the builds' roles
 */
export function observeEntries(
  entries: readonly Pick<AccessEntry, 'principalArn' | 'owner'>[],
  buildRoles: readonly string[],
  deployment: string,
): void {
  const made = entries.filter(({ principalArn }) => buildRoles.includes(principalArn));
  if (made.length === 0) return;
  const marked = made.filter(({ owner }) => owner === deployment).length;
  observe(
    'access-entry-tags',
    marked === made.length ? 'verified' : 'refuted',
    `${marked} of ${made.length} entries`,
  );
}
