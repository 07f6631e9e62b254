import { diff } from '../core/access/diff';
import { common } from '../core/access/directory';
import type { DesiredAccess, Grant, Refusal } from '../core/access/grants';
import { foldEmail, type UserIdentity } from '../core/access/user-identity';
import { weekOf } from '../core/access/last-seen';
import type { AccessRules } from '../core/access/rules';
import { AccessWriter } from './access-writer';
import { TenantAdmission } from './admission';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { failureOf, type Change, type Failure } from './write-failures';
import { HeldAccessReader, heldBy } from './held-access';
import { noteWeek, seenNote } from './seen-weeks';
import { awaitTenants, groupProfile, makeProfiles, personalProfile, type ProfileRequest } from './profiles';
import { readTenants, readTenantsOf, refusalOfTenant, type Tenants } from './tenants';

/** A cluster, with what is remembered about it between logins. */
export interface AccessCluster {
  readonly client: KubernetesClient;
  readonly reader: HeldAccessReader;
  readonly admission: TenantAdmission;
}

/** A cluster of which nothing is known yet. */
export function accessCluster(client: KubernetesClient): AccessCluster {
  return { client, reader: new HeldAccessReader(), admission: new TenantAdmission() };
}

/** What a user's reconciliation found and did. */
export interface UserReport {
  /** What the user may do now: both objects stand. */
  readonly grants: readonly Grant[];
  readonly changes: readonly Change[];
  /** Profiles made for this user's groups, or for the user. */
  readonly profiles: readonly string[];
  /** Wanted by the directory, and never given. */
  readonly refusals: readonly Refusal[];
  /** Not done this time; the next run does it. */
  readonly failures: readonly Failure[];
  /** Granted as soon as the profile controller has made the namespace. */
  readonly pending: readonly Grant[];
}

/** Objects that a login takes away which have the user's mark and name somebody else; the re-sync takes all. */
const foreignRemovalsOfALogin = 50;

/** Bounds of a reconciliation, and what else it may ask. */
export interface ReconcileOptions {
  /** The end of everything: what is not done by then is reported as failed. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the namespaces of new Profiles. Default 1,500. */
  readonly profileTimeoutMs?: number | undefined;
  /** The moment of the login; default now. */
  readonly now?: Date | undefined;
  /**
   * What further users with the same e-mail are granted, `undefined` for one whose groups cannot be read. Asked only
   * where something would be added: what is there was asked for when it was added, and whoever has less has taken it
   * away at a login of his own (docs/adr/0034-two-users-with-one-e-mail.md).
   */
  readonly others?: (() => Promise<readonly (DesiredAccess | undefined)[]>) | undefined;
}

/**
 * Brings one user's access in line with what the directory says.
 *
 * Where nothing is to change it costs two reads, whatever the number of namespaces, and one write in a week. New grants cost one read more (are
 * these namespaces tenants?), the question who else has the e-mail, and two writes each; new Profiles a watch besides.
 *
 * @throws TransientError ClusterUnreachable where the present state cannot be read
 */
export async function reconcileUser(
  cluster: AccessCluster,
  identity: UserIdentity,
  desired: DesiredAccess,
  rules: AccessRules,
  options: ReconcileOptions = {},
): Promise<UserReport> {
  const { client, reader, admission } = cluster;
  const held = await reader.read(client, { key: identity.key });
  const records = held.records.map((record) => heldBy(identity, record));
  const alone = diff(desired.grants, records);
  const writer = new AccessWriter({
    client,
    istio: held.istio,
    admission,
    emailDomains: rules.email_domains,
  });

  const personal = rules.personal_profiles ? personalProfile(identity, rules) : undefined;
  const questions = new Set(alone.create.map(({ grant }) => grant.namespace));
  if (personal !== undefined) questions.add(personal.name);
  const [tenants, { wanted, changes, withheld }] = await Promise.all([
    tenantsFor(client, questions),
    changesWithOthers(desired, records, alone, options),
  ]);
  const wantedNew = new Set(changes.create.map(({ grant }) => grant.namespace));
  if (personal !== undefined) wantedNew.add(personal.name);
  const sorted = sortNamespaces(wantedNew, tenants, personal, rules);

  const now = options.now ?? new Date();
  const holder = { ...identity, seen: noteWeek(weekOf(now), rules, now) };
  const notes = seenNote(changes, records, holder.seen);
  // Also where the answers get lost: the writer must read what came of it.
  if (changes.create.length + changes.repair.length + changes.remove.length + notes.length > 0)
    reader.changed();
  const made = await makeProfiles(client, sorted.profiles);
  const allowed = (ready: ReadonlySet<string>) =>
    changes.create.filter(({ grant }) => ready.has(grant.namespace));
  const [first, late] = await Promise.all([
    writer.apply(
      holder,
      { ...changes, create: allowed(sorted.ready) },
      { foreignRemovals: foreignRemovalsOfALogin, notes },
    ),
    made.waiting.length === 0
      ? undefined
      : awaitTenants(client, made.waiting, tenants.resourceVersion, options.profileTimeoutMs ?? 1_500).then(
          async (ready) => ({
            ready,
            report: await writer.apply(holder, {
              create: allowed(ready),
              repair: [],
              remove: [],
              kept: [],
            }),
          }),
        ),
  ]);

  const failures = [...withheld, ...first.failures, ...made.failures, ...(late?.report.failures ?? [])];
  const refusals = [
    ...wanted.refusals,
    ...sorted.refusals,
    ...first.refusals,
    ...(late?.report.refusals ?? []),
  ];
  const waiting = new Set(made.waiting.map(({ name }) => name));
  const pending = wanted.grants.filter(
    ({ namespace }) => waiting.has(namespace) && late?.ready.has(namespace) !== true,
  );
  const missing = new Set([...failures, ...refusals, ...pending].map(({ namespace }) => namespace));
  return {
    grants: wanted.grants
      .filter(({ namespace }) => !missing.has(namespace))
      .map(({ namespace, role }) => ({ namespace, role })),
    changes: [...first.changes, ...(late?.report.changes ?? [])],
    profiles: made.names,
    refusals,
    failures,
    pending: pending.map(({ namespace, role }) => ({ namespace, role })),
  };
}

type Records = readonly ReturnType<typeof heldBy>[];
type UserChanges = ReturnType<typeof diff<Records[number]>>;

/** The changes, where something would be added, for what all users of the e-mail are granted. */
async function changesWithOthers(
  desired: DesiredAccess,
  records: Records,
  changes: UserChanges,
  { others }: ReconcileOptions,
): Promise<{ wanted: DesiredAccess; changes: UserChanges; withheld: Failure[] }> {
  if (changes.create.length === 0 || others === undefined) return { wanted: desired, changes, withheld: [] };
  try {
    const further = await others();
    const readable = further.filter((access) => access !== undefined);
    if (readable.length < further.length) throw new DirectoryUnreadable();
    const wanted = readable.reduce(common, desired);
    return { wanted, changes: further.length === 0 ? changes : diff(wanted.grants, records), withheld: [] };
  } catch (error) {
    // Nothing is added unasked; what is there stays, and what the directory no longer gives goes.
    const withheld = changes.create.map(({ part, grant: { namespace, role } }) =>
      failureOf({ action: 'create', part, namespace, role }, error),
    );
    return { wanted: desired, changes: { ...changes, create: [] }, withheld };
  }
}

/** The groups of another user with the same e-mail cannot be read. */
class DirectoryUnreadable extends Error {
  override readonly name = 'DirectoryUnreadable';
}

/** One read at most, whatever is asked. */
async function tenantsFor(client: KubernetesClient, names: ReadonlySet<string>): Promise<Tenants> {
  const [only] = names;
  if (only === undefined) return readTenantsOf(client, []);
  return names.size === 1 ? readTenantsOf(client, [only]) : readTenants(client, { fromCache: true });
}

/** Sorts the namespaces that the user has nothing in yet: ready, to be made, refused. */
function sortNamespaces(
  names: ReadonlySet<string>,
  tenants: Tenants,
  personal: ProfileRequest | undefined,
  rules: AccessRules,
) {
  const ready = new Set<string>();
  const profiles: ProfileRequest[] = [];
  const refusals: Refusal[] = [];
  for (const namespace of names) {
    const isPersonal = namespace === personal?.name;
    if (tenants.state(namespace) === 'absent') {
      if (isPersonal) profiles.push(personal);
      else if (rules.create_profiles) profiles.push(groupProfile(namespace, rules));
      else {
        const message = `the namespace ${namespace} does not exist, and create_profiles is off`;
        refusals.push({ reason: 'NotATenant', namespace, message });
      }
      continue;
    }
    const refusal = isPersonal
      ? refusalOfPersonal(tenants, personal, rules)
      : refusalOfTenant(tenants, namespace, rules);
    if (refusal !== undefined) refusals.push(refusal);
    else if (!isPersonal) ready.add(namespace);
  }
  return { ready, profiles, refusals };
}

function refusalOfPersonal(
  tenants: Tenants,
  { name, owner }: ProfileRequest,
  rules: AccessRules,
): Refusal | undefined {
  if (tenants.state(name) !== 'tenant') return refusalOfTenant(tenants, name, rules);
  if (foldEmail(tenants.owner(name) ?? '') === foldEmail(owner)) return undefined;
  const message = `the personal profile ${name} belongs to somebody else; delete it or transfer its content`;
  return { reason: 'ProfileOwnedByAnother', namespace: name, message };
}
