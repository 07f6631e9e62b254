import type { AccessChanges } from '../core/access/diff';
import type { DirectoryAccess } from '../core/access/directory';
import type { Grant } from '../core/access/grants';
import { isUnused, latestWeek, weekOf } from '../core/access/last-seen';
import type { AccessRules } from '../core/access/rules';
import type { HeldRecord } from './held-access';

type UserChanges = AccessChanges<HeldRecord & { intact: boolean }>;

/** A binding that stands as it should and is to say in which week its user was last seen. */
export interface SeenNote {
  readonly held: HeldRecord;
  readonly grant: Grant;
}

/** What a person's bindings remember of the last login. */
export interface NotedWeeks {
  readonly latest: string | undefined;
  /** How many bindings there are, whether or not they remember anything. */
  readonly bindings: number;
}

/** The same of records. */
export function weeksIn(records: readonly HeldRecord[]): NotedWeeks {
  const bindings = records.filter(({ part }) => part === 'binding');
  return { latest: latestWeek(bindings.map(({ seen }) => seen)), bindings: bindings.length };
}

/**
 * When a person was last seen: at the last login, which the bindings remember, or when the pool's user was last changed,
 * which a login with other groups does. Bindings that remember nothing are older than this memory, and the person counts
 * as seen when they are first met.
 */
function lastSeen(
  { latest, bindings }: NotedWeeks,
  { changedIn }: Pick<DirectoryAccess, 'changedIn'>,
  now: Date,
): string | undefined {
  if (latest === undefined && bindings > 0) return weekOf(now);
  return latestWeek([latest, changedIn]);
}

/** What a person should have of whom it is known when he was last seen: nothing, if that is too long ago. */
export function unlessUnused(
  entry: DirectoryAccess,
  noted: NotedWeeks,
  rules: AccessRules,
  now: Date,
): DirectoryAccess & { unused: boolean; seen: string | undefined } {
  const seen = lastSeen(noted, entry, now);
  const unused = entry.desired !== undefined && isUnused(seen, rules.revoke_unused_after, now);
  const desired = unused ? { grants: [], refusals: [], ignored: [] } : entry.desired;
  return { ...entry, desired, unused, seen: noteWeek(seen, rules, now) };
}

/** What new bindings say; nothing where the rules do not ask for it. */
export function noteWeek(seen: string | undefined, rules: AccessRules, now: Date): string | undefined {
  return rules.revoke_unused_after === 0 ? undefined : (seen ?? weekOf(now));
}

/** Whether one of a person's bindings, which all stay, is to be written so that the week is remembered. */
export function lacksNote({ latest, bindings }: NotedWeeks, week: string | undefined): boolean {
  return week !== undefined && bindings > 0 && (latest === undefined || latest < week);
}

/**
 * The one binding that is to be written so that the week is remembered; none where one says so, or will when it is
 * repaired.
 */
export function seenNote(
  changes: UserChanges,
  records: UserChanges['remove'],
  week: string | undefined,
): SeenNote[] {
  if (week === undefined || changes.repair.some(({ held }) => held.part === 'binding')) return [];
  const going = new Set(changes.remove);
  const staying = records.filter((record) => record.part === 'binding' && !going.has(record));
  const [first] = staying;
  if (first?.role === undefined || staying.some(({ seen }) => seen !== undefined && seen >= week)) return [];
  return [{ held: first, grant: { namespace: first.namespace, role: first.role } }];
}
