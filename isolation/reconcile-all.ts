import { diff, type AccessChanges } from '../core/access/diff';
import { readDirectory, type DirectoryAccess, type DirectoryUser } from '../core/access/directory';
import type { Refusal } from '../core/access/grants';
import { createGroupMapper } from '../core/access/mapping';
import type { AccessRules } from '../core/access/rules';
import { errorName } from '../core/error-name';
import { AccessWriter } from './access-writer';
import { leave } from './admission';
import { bounded } from './bounded';
import { heldBy, type HeldRecord } from './held-access';
import { HeldDigest } from './held-digest';
import { seenNote, unlessUnused, weeksIn, type SeenNote } from './seen-weeks';
import { Survey, type JudgedAccess, type SurveyInput } from './survey';
import { makeMissingProfiles } from './missing-profiles';
import { giveNamespaceObjects, type ImagePull } from './namespace-objects';
import { giveQuotas } from './quotas';
import type { AccessCluster } from './reconcile-user';
import type { Failure } from './write-failures';
import { Tally, type ResyncSummary } from './resync-summary';
import { personalProfile } from './profiles';
import { readTenants, refusalOfTenant, type Tenants } from './tenants';

/** Objects for each list request: some 2 MB of JSON, parsed and reduced before the next is asked for. */
const pageSize = 2_000;

/** Users worked on at a time; each has up to {@link writesPerUser} writes under way. */
const usersAtATime = 8;
const writesPerUser = 4;

/** Changed users up to which each is read again before anything is written; beyond, Cognito's quota would not do. */
const recheckLimit = 1_000;

/** A namespace that is not there, and not made either: of its Profile the Profile controller may tell. */
const notThere: Refusal = { reason: 'NotATenant', message: 'the namespace does not exist' };

type UserChanges = AccessChanges<HeldRecord & { intact: boolean }>;

/** What gives roles to namespaces. */
type GiveIdentities = (
  namespaces: readonly string[],
) => Promise<{ given: number; failures: readonly Pick<Failure, 'reason'>[] }>;

/** The directory as a whole, and user by user. */
export interface Directory {
  /** All users, page by page. */
  pages(): AsyncIterable<readonly DirectoryUser[]>;
  find(userName: string): Promise<DirectoryUser | undefined>;
}

/**
 * Brings the whole cluster in line with the directory: a constant number of lists, then only what differs.
 *
 * Of what everybody holds, and of the directory, no more is kept than tells who differs; of those the objects are read again, as
 * they were at that moment (docs/adr/0161-memory-of-a-resync.md).
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
  options: {
    profileTimeoutMs?: number;
    now?: Date;
    imagePull?: ImagePull | 'unreadable' | undefined;
    /** Gives the pods of tenants a role, beside what the cluster has; never throws for one of them. */
    giveIdentities?: GiveIdentities | undefined;
  } = {},
): Promise<ResyncSummary> {
  const client = cluster.client.scope();
  const now = options.now ?? new Date();
  const digest = new HeldDigest();
  const held = await cluster.reader.each(client, { pageSize }, (record) => {
    digest.add(record);
  });
  const tenants = await readTenants(client, { pageSize });
  const unkeyed = await cluster.reader.readUnkeyed(client, pageSize);
  const survey = await surveyOf(directory, { rules, held: digest, now, tenants });
  const { counts } = survey;
  const judge = (entry: DirectoryAccess, records: readonly HeldRecord[]): JudgedAccess =>
    unlessUnused(entry, weeksIn(records), rules, now);
  // As they were before the directory was read: what a login has made since is not in them.
  const gone = digest.unclaimed();
  const needed = new Set([
    ...gone,
    ...[...survey.differing.keys()].filter((key) => digest.holdsAnything(key)),
  ]);
  const byKey = groupByKey(unkeyed.records);
  if (needed.size > 0)
    await cluster.reader.each(client, { pageSize, at: held.versions }, (record) => {
      if (needed.has(record.key)) add(byKey, record);
    });
  const summary = new Tally();
  summary.surveyed(survey);

  const profiles = await makeMissingProfiles(
    client,
    survey.differing,
    tenants,
    rules,
    options.profileTimeoutMs ?? 20_000,
  );
  summary.failed(profiles.failures);
  const quotas = await giveQuotas(client, rules);
  summary.failed(quotas.failures);
  const refusalOf = (namespace: string): Refusal | undefined =>
    profiles.ready.has(namespace) ? undefined : refusalOfNamespace(tenants, namespace, rules);
  const mayHold = (namespace: string) => refusalOf(namespace) === undefined;
  const work: { entry: JudgedAccess; records: readonly HeldRecord[]; changes: NotedChanges }[] = [];
  for (const entry of survey.differing.values()) {
    const records = byKey.get(entry.identity.key) ?? [];
    byKey.delete(entry.identity.key);
    if (entry.unused) summary.unused += 1;
    const changes = changesFor(entry, records, mayHold);
    summary.refused(entry, refusalOf);
    summary.kept += changes.kept.length;
    if (isEmpty(changes)) continue;
    work.push({ entry, records, changes });
  }

  const writer = new AccessWriter({
    client,
    istio: held.istio,
    admission: cluster.admission,
    emailDomains: rules.email_domains,
  });
  const namespaces = [...tenants.names(), ...profiles.ready];
  const given = await giveNamespaceObjects(
    { cluster: { client, admission: cluster.admission }, namespaces },
    rules,
    options.imagePull,
  );
  summary.failed(given.failures);
  const enter = tenants.names().filter((namespace) => !unkeyed.admitted.has(namespace));
  if (work.length + byKey.size + enter.length > 0) cluster.reader.changed();
  await bounded(
    usersAtATime,
    // A namespace that cannot be entered is met again by the code that writes in it, and counted there.
    enter.map((namespace) => () => cluster.admission.enter(client, namespace).catch(() => undefined)),
  );
  const recheck = work.length <= recheckLimit;
  // Those who are gone first: theirs are the stale grants. Whatever lost its user's label goes with them, and may stand where
  // that user's own object is to be made again; so nothing is made before it has gone.
  await bounded(
    usersAtATime,
    [...byKey.values()].map((records) => async () => {
      const changes = {
        create: [],
        repair: [],
        kept: [],
        remove: records.map((record) => ({ ...record, intact: false })),
      };
      summary.wrote(await writer.apply({ email: '', key: '' }, changes, { atATime: writesPerUser }));
    }),
  );
  await bounded(
    usersAtATime,
    work.map(({ entry, records, changes }) => async () => {
      let known = records;
      // Who is about to lose it for want of a login may have logged in since.
      if (entry.unused) known = (await cluster.reader.read(client, { key: entry.identity.key })).records;
      const current =
        recheck || entry.unused
          ? await recheckedChanges(entry, known, directory, rules, judge, mayHold)
          : changes;
      if (isEmpty(current)) return;
      const holder = { ...entry.identity, seen: current.seen };
      const limits = { atATime: writesPerUser, notes: current.notes };
      summary.wrote(await writer.apply(holder, current, limits));
    }),
  );
  await bounded(
    usersAtATime,
    [...unkeyed.admitted]
      .filter((namespace) => tenants.state(namespace) === 'foreign')
      .map((namespace) => () => leave(client, namespace).catch(() => undefined)),
  );
  // Last: access must be brought in line whatever becomes of roles.
  const identities = await options.giveIdentities?.(namespaces).catch((error: unknown) => ({
    given: 0,
    failures: [{ reason: errorName(error) }],
  }));
  summary.failed(identities?.failures ?? []);
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
    namespaceObjects: given.written,
    artifactIdentities: identities?.given ?? 0,
    unreadablePullSecrets: options.imagePull === 'unreadable' ? 1 : 0,
    profilesWithoutQuota: quotas.without,
    refusals: Object.fromEntries(summary.refusals),
    failures: Object.fromEntries(summary.failures),
    requests: { ...client.requests },
  };
}

/** Reads the directory, a page at a time. */
async function surveyOf(
  directory: Directory,
  { tenants, ...input }: Pick<SurveyInput, 'rules' | 'held' | 'now'> & { tenants: Tenants },
): Promise<Survey> {
  const { rules } = input;
  const isAbsent = (namespace: string) => tenants.state(namespace) === 'absent';
  const survey = new Survey({
    ...input,
    refusalOf: (namespace) => refusalOfNamespace(tenants, namespace, rules),
    mayWantProfile: ({ identity, desired }) =>
      desired !== undefined &&
      ((rules.create_profiles && desired.grants.some(({ namespace }) => isAbsent(namespace))) ||
        (rules.personal_profiles && isAbsent(personalProfile(identity, rules).name))),
  });
  for await (const page of directory.pages()) for (const user of page) survey.take(user);
  await survey.settle((userName) => directory.find(userName));
  return survey;
}

function refusalOfNamespace(tenants: Tenants, namespace: string, rules: AccessRules): Refusal | undefined {
  return (
    refusalOfTenant(tenants, namespace, rules) ??
    (tenants.state(namespace) === 'tenant' ? undefined : notThere)
  );
}

function groupByKey(records: readonly HeldRecord[]): Map<string, HeldRecord[]> {
  const byKey = new Map<string, HeldRecord[]>();
  for (const record of records) add(byKey, record);
  return byKey;
}

function add(byKey: Map<string, HeldRecord[]>, record: HeldRecord): void {
  const known = byKey.get(record.key);
  if (known === undefined) byKey.set(record.key, [record]);
  else known.push(record);
}

/** Changes, and what the bindings are to say of the user's last login. */
interface NotedChanges extends UserChanges {
  readonly seen: string | undefined;
  readonly notes: readonly SeenNote[];
}

function changesFor(
  { identity, desired, seen }: JudgedAccess,
  records: readonly HeldRecord[],
  mayHold: (namespace: string) => boolean,
): NotedChanges {
  const grants = (desired?.grants ?? []).filter(({ namespace }) => mayHold(namespace));
  const ours = records.map((record) => heldBy(identity, record));
  const changes = diff(grants, ours);
  return { ...changes, seen, notes: seenNote(changes, ours, seen) };
}

/** The changes once more, from what the pool says of these users at this moment. */
async function recheckedChanges(
  entry: JudgedAccess,
  records: readonly HeldRecord[],
  directory: Directory,
  rules: AccessRules,
  judge: (entry: DirectoryAccess, records: readonly HeldRecord[]) => JudgedAccess,
  mayHold: (namespace: string) => boolean,
): Promise<NotedChanges> {
  const users = await Promise.all(entry.userNames.map((userName) => directory.find(userName)));
  const { access } = readDirectory(
    users.filter((user) => user !== undefined),
    rules,
    createGroupMapper(rules),
  );
  const now = access.get(entry.identity.key);
  if (now === undefined)
    return changesFor({ ...entry, desired: { grants: [], refusals: [], ignored: [] } }, records, mayHold);
  const judged = judge(now, records);
  if (judged.desired === undefined)
    return { create: [], repair: [], remove: [], kept: [], seen: undefined, notes: [] };
  return changesFor(judged, records, mayHold);
}

function isEmpty({ create, repair, remove, notes }: NotedChanges): boolean {
  return create.length + repair.length + remove.length + notes.length === 0;
}
