import { createGroupMapper, type GroupMapper } from './mapping';
import { personalPrefix } from './names';
import { reservedBy } from './reserved';
import { strongest, type Role } from './roles';
import type { AccessRules } from './rules';

/** What a user may do where. */
export interface Grant {
  readonly namespace: string;
  readonly role: Role;
}

/** A grant with its reasons. */
export interface ReasonedGrant extends Grant {
  /** Every group that names the namespace with this role, and the rules that read it so. */
  readonly because: readonly { readonly group: string; readonly rule: string }[];
}

/** Why a group gives nothing. */
export type RefusalReason =
  | 'ReservedNamespace'
  | 'UnusableGroup'
  | 'TooManyGrants'
  | 'NotATenant'
  | 'NamespaceTerminating'
  | 'ProfileOwnedByAnother'
  | 'SharedEmail'
  | 'NameTaken';

/** A group, or a namespace, that is refused. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly group?: string | undefined;
  readonly namespace?: string | undefined;
  readonly message: string;
}

/** What a list of groups means. */
export interface DesiredAccess {
  /** At most one grant per namespace, in the namespaces' order. */
  readonly grants: readonly ReasonedGrant[];
  readonly refusals: readonly Refusal[];
  /** Groups that are none of ours. */
  readonly ignored: readonly { readonly group: string; readonly why: string }[];
}

/**
 * What a list of groups grants: a pure function of groups and rules. Where several groups name one namespace the
 * strongest role holds (each of Kubeflow's roles contains the weaker ones).
 *
 * @param groups the directory's groups, as `parseGroups` gives them
 * @param mapper the prepared rules, where many users are worked through
 * @example
 * grantsFor(['AWS-team-a', 'Sales'], { ...rules, group_prefix: 'AWS-', default_role: 'edit' });
 * // grants: edit in the namespace team-a; ignored: Sales, which lacks the prefix
 */
export function grantsFor(
  groups: readonly string[],
  rules: AccessRules,
  mapper: GroupMapper = createGroupMapper(rules),
): DesiredAccess {
  const byNamespace = new Map<
    string,
    { role: Role; reasons: { group: string; rule: string; role: Role }[] }
  >();
  const refusals: Refusal[] = [];
  const ignored: { group: string; why: string }[] = [];
  for (const group of groups) {
    const mapping = mapper.map(group);
    if (mapping.kind === 'ignored') {
      ignored.push({ group, why: mapping.why });
      continue;
    }
    if (mapping.kind === 'refused') {
      refusals.push({ reason: 'UnusableGroup', group, message: `the group ${mapping.why}` });
      continue;
    }
    const { namespace, role, rule } = mapping;
    const reserved = reservation(namespace, group, rules);
    if (reserved !== undefined) {
      refusals.push({ reason: 'ReservedNamespace', group, namespace, message: reserved });
      continue;
    }
    const known = byNamespace.get(namespace) ?? { role, reasons: [] };
    known.role = strongest(known.role, role);
    known.reasons.push({ group, rule, role });
    byNamespace.set(namespace, known);
  }
  const all = [...byNamespace.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, { role, reasons }]) => ({
      namespace,
      role,
      because: reasons.filter((reason) => reason.role === role).map(({ group, rule }) => ({ group, rule })),
    }));
  // By the namespaces' order, not the list's: the directory may send the same groups in another order tomorrow.
  for (const { namespace, because } of all.slice(rules.max_grants_per_user)) {
    refusals.push({
      reason: 'TooManyGrants',
      group: because[0]?.group,
      namespace,
      message: `the groups name ${all.length} namespaces and max_grants_per_user is ${rules.max_grants_per_user}`,
    });
  }
  return { grants: all.slice(0, rules.max_grants_per_user), refusals, ignored };
}

/** Why a group may not name a namespace, or `undefined`. */
function reservation(namespace: string, group: string, rules: AccessRules): string | undefined {
  const pattern = reservedBy(namespace, rules.reserved_namespaces);
  if (pattern !== undefined) {
    // The prefix by which ADFS is told to pick groups (docs/adfs.md), which nothing takes off.
    const uncut = /^aws-/i.test(group) && rules.group_prefix === '';
    const advice = uncut ? '; set access.group_prefix to "AWS-", or let ADFS cut the prefix off' : '';
    return `the namespace ${namespace} is reserved (${pattern})${advice}`;
  }
  if (rules.personal_profiles && namespace.startsWith(personalPrefix)) {
    return `names that begin with ${personalPrefix} are kept for personal profiles`;
  }
  return undefined;
}
