import { diff } from '../core/access/diff';
import type { DesiredAccess, Grant, Refusal } from '../core/access/grants';
import { foldEmail, type Identity } from '../core/access/identity';
import { personalProfileName } from '../core/access/names';
import type { AccessRules } from '../core/access/rules';
import { AccessWriter, type Change, type Failure } from './access-writer';
import { TenantAdmission } from './admission';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { HeldAccessReader, heldBy } from './held-access';
import { makeProfiles } from './make-profiles';
import { awaitTenants, readTenants, readTenantsOf, type ProfileRequest, type Tenants } from './tenants';

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

/** Bounds of a reconciliation. */
export interface ReconcileOptions {
  /** The end of everything: what is not done by then is reported as failed. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the namespaces of new Profiles. Default 1,500. */
  readonly profileTimeoutMs?: number | undefined;
}

/**
 * Brings one user's access in line with what the directory says.
 *
 * Where nothing is to change it costs two reads, whatever the number of namespaces. New grants cost one read more (are
 * these namespaces tenants?) and two writes each; new Profiles a watch besides.
 *
 * @throws TransientError ClusterUnreachable where the present state cannot be read
 */
export async function reconcileUser(
  cluster: AccessCluster,
  identity: Identity,
  desired: DesiredAccess,
  rules: AccessRules,
  options: ReconcileOptions = {},
): Promise<UserReport> {
  const { client, reader, admission } = cluster;
  const held = await reader.read(client, { key: identity.key });
  const records = held.records.map((record) => heldBy(identity, record));
  const plan = diff(desired.grants, records);
  const writer = new AccessWriter({
    client,
    istio: held.istio,
    admission,
    emailDomains: rules.email_domains,
  });

  const personal = rules.personal_profiles ? personalProfileOf(identity, rules) : undefined;
  const questions = new Set(plan.create.map(({ grant }) => grant.namespace));
  if (personal !== undefined) questions.add(personal.name);
  const tenants = await tenantsFor(client, questions);
  const sorted = sortNamespaces(questions, tenants, personal, rules);

  // Also where the answers get lost: whoever writes must read what came of it.
  if (plan.create.length + plan.repair.length + plan.remove.length > 0) reader.changed();
  const made = await makeProfiles(client, sorted.profiles);
  const allowed = (ready: ReadonlySet<string>) =>
    plan.create.filter(({ grant }) => ready.has(grant.namespace));
  const [first, late] = await Promise.all([
    writer.apply(identity, { ...plan, create: allowed(sorted.ready) }),
    made.waiting.length === 0
      ? undefined
      : awaitTenants(client, made.waiting, tenants.resourceVersion, options.profileTimeoutMs ?? 1_500).then(
          async (ready) => ({
            ready,
            report: await writer.apply(identity, {
              create: allowed(ready),
              repair: [],
              remove: [],
              kept: [],
            }),
          }),
        ),
  ]);

  const failures = [...first.failures, ...made.failures, ...(late?.report.failures ?? [])];
  const refusals = [
    ...desired.refusals,
    ...sorted.refusals,
    ...first.refusals,
    ...(late?.report.refusals ?? []),
  ];
  const pending = desired.grants.filter(
    ({ namespace }) => made.waiting.includes(namespace) && late?.ready.has(namespace) !== true,
  );
  const missing = new Set([...failures, ...refusals, ...pending].map(({ namespace }) => namespace));
  return {
    grants: desired.grants
      .filter(({ namespace }) => !missing.has(namespace))
      .map(({ namespace, role }) => ({ namespace, role })),
    changes: [...first.changes, ...(late?.report.changes ?? [])],
    profiles: made.names,
    refusals,
    failures,
    pending: pending.map(({ namespace, role }) => ({ namespace, role })),
  };
}

function personalProfileOf(identity: Identity, rules: AccessRules): ProfileRequest {
  return {
    name: personalProfileName(identity.email, rules.email_domains),
    owner: identity.email,
    quota: rules.personal_profile_quota,
  };
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
    const state = tenants.state(namespace);
    const isPersonal = namespace === personal?.name;
    if (state === 'absent' && isPersonal) profiles.push(personal);
    else if (state === 'absent' && rules.create_profiles) {
      profiles.push({ name: namespace, owner: rules.profile_owner, quota: rules.profile_quota });
    } else if (state === 'tenant' && isPersonal) {
      const owner = tenants.owner(namespace) ?? '';
      if (foldEmail(owner) !== foldEmail(personal.owner)) {
        const message = `the personal profile ${namespace} belongs to somebody else; delete it or transfer its content`;
        refusals.push({ reason: 'ProfileOwnedByAnother', namespace, message });
      }
    } else if (state === 'tenant') ready.add(namespace);
    else if (state === 'terminating') {
      refusals.push({
        reason: 'NamespaceTerminating',
        namespace,
        message: `the namespace ${namespace} is being deleted`,
      });
    } else {
      const why = state === 'absent' ? 'does not exist, and create_profiles is off' : 'belongs to no Profile';
      refusals.push({ reason: 'NotATenant', namespace, message: `the namespace ${namespace} ${why}` });
    }
  }
  return { ready, profiles, refusals };
}
