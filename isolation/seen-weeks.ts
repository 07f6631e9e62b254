import type { Plan } from '../core/access/diff';
import type { DirectoryAccess } from '../core/access/directory';
import type { Grant } from '../core/access/grants';
import { isUnused, latestWeek, weekOf } from '../core/access/last-seen';
import type { AccessRules } from '../core/access/rules';
import type { HeldRecord } from './held-access';

type UserPlan = Plan<HeldRecord & { intact: boolean }>;

/** A binding that stands as it should and is to say in which week its user was last seen. */
export interface SeenNote {
  readonly held: HeldRecord;
  readonly grant: Grant;
}

/**
 * When a person was last seen: at the last login, which the bindings remember, or when the pool's user was last changed,
 * which a login with other groups does. Bindings that remember nothing are older than this memory, and the person counts
 * as seen when they are first met.
 */
export function lastSeen(
  records: readonly HeldRecord[],
  { changedIn }: Pick<DirectoryAccess, 'changedIn'>,
  now: Date,
): string | undefined {
  const bindings = records.filter(({ part }) => part === 'binding');
  const noted = latestWeek(bindings.map(({ seen }) => seen));
  if (noted === undefined && bindings.length > 0) return weekOf(now);
  return latestWeek([noted, changedIn]);
}

/** What a person should have of whom it is known when he was last seen: nothing, if that is too long ago. */
export function unlessUnused(
  entry: DirectoryAccess,
  records: readonly HeldRecord[],
  rules: AccessRules,
  now: Date,
): DirectoryAccess & { unused: boolean; seen: string | undefined } {
  const seen = lastSeen(records, entry, now);
  const unused = entry.desired !== undefined && isUnused(seen, rules.revoke_unused_after, now);
  const desired = unused ? { grants: [], refusals: [], ignored: [] } : entry.desired;
  return { ...entry, desired, unused, seen: noteWeek(seen, rules, now) };
}

/** What new bindings say; nothing where the rules do not ask for it. */
export function noteWeek(seen: string | undefined, rules: AccessRules, now: Date): string | undefined {
  return rules.revoke_unused_after === 0 ? undefined : (seen ?? weekOf(now));
}

/**
 * The one binding that is to be written so that the week is remembered; none where one says so, or will when it is
 * repaired.
 */
export function seenNote(plan: UserPlan, records: UserPlan['remove'], week: string | undefined): SeenNote[] {
  if (week === undefined || plan.repair.some(({ held }) => held.part === 'binding')) return [];
  const going = new Set(plan.remove);
  const staying = records.filter((record) => record.part === 'binding' && !going.has(record));
  const [first] = staying;
  if (first?.role === undefined || staying.some(({ seen }) => seen !== undefined && seen >= week)) return [];
  return [{ held: first, grant: { namespace: first.namespace, role: first.role } }];
}
