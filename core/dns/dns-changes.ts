import { ownerMark, type Owner } from '../ownership';
import {
  companionName,
  companionOf,
  describeContent,
  normaliseName,
  ownersIn,
  ownMarks,
  recordKey,
  sameContent,
  subjectOf,
  type DnsRecord,
  type FoundRecord,
} from './dns-record';

/**
 * What to do with a record that exists and says something else.
 *
 * - `exact`: the record must end up as asked; another's record is a conflict.
 * - `if-absent`: whatever resolves already is good enough (the parent of Cognito's custom domain).
 * - `if-ours`: replace what is ours, leave what is not. What is missing is made only where its companion says that it is
 *   ours: without one it was taken away on purpose.
 */
export type RecordPolicy = 'exact' | 'if-absent' | 'if-ours';

/** One element of a change batch. A deletion names the found record exactly, so that a concurrent edit fails it. */
export interface RecordChange {
  action: 'CREATE' | 'DELETE';
  record: FoundRecord;
}

/** What became of a record. `left`: it is not ours, and it was left as it is. */
export type RecordState = 'created' | 'replaced' | 'in-place' | 'shared' | 'left';

/** The plan for one record. */
export type RecordPlan =
  { state: RecordState; changes: RecordChange[] } | { state: 'conflict'; found: string; expected: string };

/** A zone's records by {@link recordKey}. */
export type Zone = ReadonlyMap<string, FoundRecord>;

/** Indexes a zone's records. Several records of one name and type (a routing policy) collapse into one, marked. */
export function indexZone(records: readonly FoundRecord[]): Zone {
  return new Map(records.map((record) => [recordKey(record), record]));
}

/**
 * Decides what must change in a zone so that a record is there (docs/adr/0010). Pure: reads the zone as it was
 * listed.
 *
 * @param zone the zone as found
 * @param desired the record as wanted
 * @param owner the deployment in whose name the record is made. A companion with its name alone, as all were before they
 *   had regions, counts as its own where it can be ({@link ownMarks}), and gets the region with the next change
 * @param policy what to do with a record that says something else
 */
export function planRecord(zone: Zone, desired: DnsRecord, owner: Owner, policy: RecordPolicy): RecordPlan {
  const companion = zone.get(recordKey({ name: companionName(desired), type: 'TXT' }));
  const owners = ownersIn(companion);
  const found = zone.get(recordKey(desired));
  const own = ownMarks(owners, owner, found);
  const conflict: RecordPlan = {
    state: 'conflict',
    found: found ? describeContent(found) : '',
    expected: describeContent(desired),
  };
  const claim = claimOwnership(desired, companion, owners, own, owner);

  if (!found) {
    if (policy === 'if-ours' && own.length === 0) return { state: 'left', changes: [] };
    const blocker = recordBeside(zone, desired);
    if (blocker) {
      return policy === 'exact'
        ? { ...conflict, found: describeContent(blocker) }
        : { state: 'left', changes: [] };
    }
    return { state: 'created', changes: [{ action: 'CREATE', record: desired }, ...claim] };
  }
  if (sameContent(found, desired)) {
    if (own.length > 0) return { state: 'in-place', changes: claim };
    if (owners.length === 0) return { state: 'in-place', changes: [] };
    return { state: 'shared', changes: claim };
  }
  if (policy === 'if-absent') return { state: 'left', changes: [] };
  if (own.length > 0 && own.length === owners.length && !found.routed) {
    return {
      state: 'replaced',
      changes: [{ action: 'DELETE', record: found }, { action: 'CREATE', record: desired }, ...claim],
    };
  }
  return policy === 'if-ours' ? { state: 'left', changes: [] } : conflict;
}

/**
 * Decides what must change in a zone so that nothing of a deployment is left in it: a record of which it is the last
 * owner goes with its companion; from a shared one only its name goes.
 *
 * @param types only records of these types; all when empty
 * @param names the deployment's domains. A companion with its name alone, without a region, is taken for its own only
 *   where it speaks of one of these or of a validation record below one: it may be the other region's
 */
export function planDeletion(
  zone: Zone,
  owner: Owner,
  types: readonly string[],
  names: readonly string[] = [],
): { name: string; type: string; changes: RecordChange[] }[] {
  const domains = new Set(names.map((name) => normaliseName(name).replace(/^\*\./, '')));
  return [...zone.values()].flatMap((companion) => {
    const subject = subjectOf(companion);
    if (!subject || (types.length > 0 && !types.includes(subject.type))) return [];
    const record = zone.get(recordKey(subject));
    const owners = ownersIn(companion);
    const validated = subject.type === 'CNAME' ? subject.name.replace(/^[^.]+\./, '') : subject.name;
    const own = ownMarks(owners, owner, record).filter(
      (mark) => mark === ownerMark(owner) || domains.has(subject.name) || domains.has(validated),
    );
    if (own.length === 0) return [];
    const others = owners.filter((mark) => !own.includes(mark));
    const changes: RecordChange[] = [{ action: 'DELETE', record: companion }];
    if (others.length > 0) changes.push({ action: 'CREATE', record: companionOf(subject, others) });
    else if (record && !record.routed) changes.push({ action: 'DELETE', record });
    return [{ ...subject, changes }];
  });
}

/** The changes that add a deployment to a record's owners; its marks of before, without a region, go. */
function claimOwnership(
  record: DnsRecord,
  companion: FoundRecord | undefined,
  owners: readonly string[],
  own: readonly string[],
  owner: Owner,
): RecordChange[] {
  const mark = ownerMark(owner);
  if (own.length === 1 && own[0] === mark) return [];
  const others = owners.filter((each) => !own.includes(each));
  const claimed: RecordChange = { action: 'CREATE', record: companionOf(record, [...others, mark]) };
  return companion ? [{ action: 'DELETE', record: companion }, claimed] : [claimed];
}

/** A CNAME excludes every other record of its name, and the other way round (RFC 1034, section 3.6.2). */
function recordBeside(zone: Zone, desired: DnsRecord): FoundRecord | undefined {
  const name = normaliseName(desired.name);
  return [...zone.values()].find(
    (record) =>
      normaliseName(record.name) === name &&
      record.type !== desired.type &&
      (record.type === 'CNAME' || desired.type === 'CNAME'),
  );
}
