import { diff, type Plan } from '../core/access/diff';
import { readDirectory, type DirectoryAccess, type DirectoryUser } from '../core/access/directory';
import type { Refusal } from '../core/access/grants';
import { createGroupMapper } from '../core/access/mapping';
import type { AccessRules } from '../core/access/rules';
import { AccessWriter } from './access-writer';
import { leave } from './admission';
import { bounded } from './bounded';
import { heldBy, type HeldRecord } from './held-access';
import { seenNote, unlessUnused, type SeenNote } from './seen-weeks';
import { makeMissingProfiles } from './missing-profiles';
import { giveQuotas } from './quotas';
import type { AccessCluster } from './reconcile-user';
import { Tally, type ResyncSummary } from './resync-summary';
import { readTenants, refusalOfTenant } from './tenants';

/** Objects for each list request: some 2 MB of JSON, parsed and reduced before the next is asked for. */
const pageSize = 2_000;

/** Users worked on at a time; each has up to {@link writesPerUser} writes under way. */
const usersAtATime = 8;
const writesPerUser = 4;

/** Changed users up to which each is read again before anything is written; beyond, Cognito's quota would not do. */
const recheckLimit = 1_000;

/** A namespace that is not there, and not made either: of its Profile the Profile controller may tell. */
const notThere: Refusal = { reason: 'NotATenant', message: 'the namespace does not exist' };

type JudgedAccess = ReturnType<typeof unlessUnused>;
type UserPlan = Plan<HeldRecord & { intact: boolean }>;

/** The directory as a whole, and user by user. */
export interface Directory {
  list(): Promise<readonly DirectoryUser[]>;
  find(userName: string): Promise<DirectoryUser | undefined>;
}

/**
 * Brings the whole cluster in line with the directory: a constant number of lists, then only what differs.
 *
 * The cluster is read before the directory. What a login makes in the meantime is not in our picture, so it cannot be
 * taken away; what it takes away is deleted by uid, so nothing newer is hit.
 *
 * @throws TransientError ClusterUnreachable, or the directory's error: nothing has been changed then
 */
export async function reconcileAll(
  cluster: AccessCluster,
  directory: Directory,
  rules: AccessRules,
  options: { profileTimeoutMs?: number; now?: Date } = {},
): Promise<ResyncSummary> {
  const client = cluster.client.scope();
  const held = await cluster.reader.read(client, { pageSize });
  const tenants = await readTenants(client, { pageSize });
  const unkeyed = await cluster.reader.readUnkeyed(client, pageSize);
  const mapper = createGroupMapper(rules);
  const reading = readDirectory(await directory.list(), rules, mapper);
  const { counts } = reading;
  const byKey = groupByKey([...held.records, ...unkeyed.records]);
  const summary = new Tally();
  const judge = (entry: DirectoryAccess, records: readonly HeldRecord[]): JudgedAccess =>
    unlessUnused(entry, records, rules, options.now ?? new Date());
  const access = new Map<string, JudgedAccess>();
  for (const [key, entry] of reading.access) access.set(key, judge(entry, byKey.get(key) ?? []));

  const profiles = await makeMissingProfiles(
    client,
    access,
    tenants,
    rules,
    options.profileTimeoutMs ?? 20_000,
  );
  summary.failed(profiles.failures);
  const quotas = await giveQuotas(client, rules);
  summary.failed(quotas.failures);
  const refusalOf = (namespace: string): Refusal | undefined => {
    if (profiles.ready.has(namespace)) return undefined;
    return (
      refusalOfTenant(tenants, namespace, rules) ??
      (tenants.state(namespace) === 'tenant' ? undefined : notThere)
    );
  };
  const mayHold = (namespace: string) => refusalOf(namespace) === undefined;
  const work: { entry: JudgedAccess; records: readonly HeldRecord[]; plan: NotedPlan }[] = [];
  for (const entry of access.values()) {
    const records = byKey.get(entry.identity.key) ?? [];
    byKey.delete(entry.identity.key);
    if (entry.desired === undefined) continue;
    if (entry.unused) summary.unused += 1;
    const plan = planFor(entry, records, mayHold);
    summary.refused(entry, refusalOf);
    summary.kept += plan.kept.length;
    if (isEmpty(plan)) continue;
    work.push({ entry, records, plan });
  }

  const writer = new AccessWriter({
    client,
    istio: held.istio,
    admission: cluster.admission,
    emailDomains: rules.email_domains,
  });
  const enter = tenants.names().filter((namespace) => !unkeyed.admitted.has(namespace));
  if (work.length + byKey.size + enter.length > 0) cluster.reader.changed();
  await bounded(
    usersAtATime,
    // A namespace that cannot be entered is met again by the code that writes in it, and counted there.
    enter.map((namespace) => () => cluster.admission.enter(client, namespace).catch(() => undefined)),
  );
  const recheck = work.length <= recheckLimit;
  await bounded(usersAtATime, [
    // Those who are gone first: theirs are the stale grants.
    ...[...byKey.values()].map((records) => async () => {
      const plan = {
        create: [],
        repair: [],
        kept: [],
        remove: records.map((record) => ({ ...record, intact: false })),
      };
      summary.wrote(await writer.apply({ email: '', key: '' }, plan, { atATime: writesPerUser }));
    }),
    ...work.map(({ entry, records, plan }) => async () => {
      let known = records;
      // Who is about to lose it for want of a login may have logged in since.
      if (entry.unused) known = (await cluster.reader.read(client, { key: entry.identity.key })).records;
      const current =
        recheck || entry.unused ? await recheckedPlan(entry, known, directory, rules, judge, mayHold) : plan;
      if (isEmpty(current)) return;
      const holder = { ...entry.identity, seen: current.seen };
      const limits = { atATime: writesPerUser, notes: current.notes };
      summary.wrote(await writer.apply(holder, current, limits));
    }),
  ]);
  await bounded(
    usersAtATime,
    [...unkeyed.admitted]
      .filter((namespace) => tenants.state(namespace) === 'foreign')
      .map((namespace) => () => leave(client, namespace).catch(() => undefined)),
  );
  return {
    directory: counts,
    tenants: tenants.names().length,
    kept: summary.kept,
    ...summary.changes,
    unusedIdentities: summary.unused,
    revokedIdentities: [...byKey.keys()].filter((key) => key !== '').length,
    profilesMade: profiles.made,
    admitted: enter.length,
    quotasGiven: quotas.given,
    profilesWithoutQuota: quotas.without,
    refusals: Object.fromEntries(summary.refusals),
    failures: Object.fromEntries(summary.failures),
    requests: { ...client.requests },
  };
}

function groupByKey(records: readonly HeldRecord[]): Map<string, HeldRecord[]> {
  const byKey = new Map<string, HeldRecord[]>();
  for (const record of records) {
    const known = byKey.get(record.key);
    if (known === undefined) byKey.set(record.key, [record]);
    else known.push(record);
  }
  return byKey;
}

/** A plan, and what the bindings are to say of the user's last login. */
interface NotedPlan extends UserPlan {
  readonly seen: string | undefined;
  readonly notes: readonly SeenNote[];
}

function planFor(
  { identity, desired, seen }: JudgedAccess,
  records: readonly HeldRecord[],
  mayHold: (namespace: string) => boolean,
): NotedPlan {
  const grants = (desired?.grants ?? []).filter(({ namespace }) => mayHold(namespace));
  const ours = records.map((record) => heldBy(identity, record));
  const plan = diff(grants, ours);
  return { ...plan, seen, notes: seenNote(plan, ours, seen) };
}

/** The plan once more, from what the pool says of these users at this moment. */
async function recheckedPlan(
  entry: JudgedAccess,
  records: readonly HeldRecord[],
  directory: Directory,
  rules: AccessRules,
  judge: (entry: DirectoryAccess, records: readonly HeldRecord[]) => JudgedAccess,
  mayHold: (namespace: string) => boolean,
): Promise<NotedPlan> {
  const users = await Promise.all(entry.userNames.map((userName) => directory.find(userName)));
  const { access } = readDirectory(
    users.filter((user) => user !== undefined),
    rules,
    createGroupMapper(rules),
  );
  const now = access.get(entry.identity.key);
  if (now === undefined)
    return planFor({ ...entry, desired: { grants: [], refusals: [], ignored: [] } }, records, mayHold);
  const judged = judge(now, records);
  if (judged.desired === undefined)
    return { create: [], repair: [], remove: [], kept: [], seen: undefined, notes: [] };
  return planFor(judged, records, mayHold);
}

function isEmpty({ create, repair, remove, notes }: NotedPlan): boolean {
  return create.length + repair.length + remove.length + notes.length === 0;
}
