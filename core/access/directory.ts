import { grantsFor, type DesiredAccess, type ReasonedGrant, type Refusal } from './grants';
import { parseGroups } from './groups';
import { identityOf, type UserIdentity } from './user-identity';
import type { GroupMapper } from './mapping';
import { latestWeek, weekOf } from './last-seen';
import { loginProblem } from './may-log-in';
import { roles } from './roles';
import type { AccessRules } from './rules';

/** A user of the pool, as far as access is concerned. */
export interface DirectoryUser {
  /** Cognito's user name. */
  readonly userName: string;
  readonly enabled: boolean;
  readonly email: string | undefined;
  /** The raw attribute `custom:groups`. */
  readonly groupsAttribute: string | undefined;
  /** Whether the directory has left the groups out, so that their attribute is an earlier login's. */
  readonly groupsLeftOut?: boolean;
  /** When the pool's user was made or last changed. */
  readonly changedAt?: Date | undefined;
}

/** What the directory says of one identity. */
export interface DirectoryAccess {
  readonly identity: UserIdentity;
  /** More than one where several users share an e-mail. */
  readonly userNames: readonly string[];
  /** `undefined` where a groups attribute cannot be read or was left out: then nothing may be given, and nothing taken. */
  readonly desired: DesiredAccess | undefined;
  /** The last week in which one of the users was made or changed, `undefined` where the pool does not say. */
  readonly changedIn: string | undefined;
}

/** How a directory was read. */
export interface DirectoryReading {
  /** By the identity's key. */
  readonly access: ReadonlyMap<string, DirectoryAccess>;
  readonly counts: DirectoryCounts;
}

/** Users by what became of them. */
export interface DirectoryCounts {
  users: number;
  disabled: number;
  /** Without an e-mail that Kubeflow could know them by, or that may log in. */
  withoutIdentity: number;
  /** With a groups attribute that cannot be read, or that the directory has left out. */
  unreadable: number;
  /** E-mails that more than one enabled user has. */
  sharedEmails: number;
}

/** The counts of a directory of which nothing was read yet. */
export const noUsers: DirectoryCounts = {
  users: 0,
  disabled: 0,
  withoutIdentity: 0,
  unreadable: 0,
  sharedEmails: 0,
};

/**
 * Reads a directory: what every identity should have. Disabled users have nothing.
 *
 * Kubeflow knows a user by e-mail alone. Where two enabled users have the same one, whoever of them logs in acts as
 * both; so the identity gets only what the directory grants to each of them, with the weaker role.
 */
export function readDirectory(
  users: readonly DirectoryUser[],
  rules: AccessRules,
  mapper: GroupMapper,
): DirectoryReading {
  const counts = { ...noUsers };
  const access = new Map<string, DirectoryAccess>();
  for (const user of users) {
    const one = readUser(user, rules, mapper, counts);
    if (one === undefined) continue;
    const other = access.get(one.identity.key);
    if (other?.userNames.length === 1) counts.sharedEmails += 1;
    access.set(one.identity.key, other === undefined ? one : shared(other, one));
  }
  return { access, counts };
}

/**
 * What one user should have as far as that user alone decides it, `undefined` where it is nothing whatever the groups.
 *
 * @param counts counts the user
 */
export function readUser(
  user: DirectoryUser,
  rules: AccessRules,
  mapper: GroupMapper,
  counts: DirectoryCounts,
): DirectoryAccess | undefined {
  counts.users += 1;
  if (!user.enabled) {
    counts.disabled += 1;
    return undefined;
  }
  const result = identityOf(user.email);
  if (!result.ok || loginProblem(result.identity.email, rules) !== undefined) {
    counts.withoutIdentity += 1;
    return undefined;
  }
  const parsed =
    user.groupsLeftOut === true
      ? ({ ok: false } as const)
      : parseGroups(user.groupsAttribute, rules.group_separator);
  if (!parsed.ok) counts.unreadable += 1;
  return {
    identity: result.identity,
    userNames: [user.userName],
    desired: parsed.ok ? grantsFor(parsed.groups, rules, mapper) : undefined,
    changedIn: user.changedAt && weekOf(user.changedAt),
  };
}

/** What users with one e-mail should have. */
function shared(one: DirectoryAccess, other: DirectoryAccess): DirectoryAccess {
  return {
    // One spelling for all of them, whatever the order in which the pool lists its users.
    identity: one.identity.email <= other.identity.email ? one.identity : other.identity,
    userNames: [...one.userNames, ...other.userNames],
    changedIn: latestWeek([one.changedIn, other.changedIn]),
    desired:
      one.desired === undefined || other.desired === undefined
        ? undefined
        : common(one.desired, other.desired),
  };
}

/**
 * What both grant, each with the weaker of the two roles: whoever of the two logs in acts as both, since Kubeflow knows
 * them by one e-mail. What only one of them is granted is refused.
 */
export function common(a: DesiredAccess, b: DesiredAccess): DesiredAccess {
  const first = new Set(a.grants.map(({ namespace }) => namespace));
  const second = new Map(b.grants.map((grant) => [grant.namespace, grant]));
  return {
    grants: a.grants.flatMap((grant): ReasonedGrant[] => {
      const other = second.get(grant.namespace);
      if (other === undefined) return [];
      return [roles.indexOf(grant.role) <= roles.indexOf(other.role) ? grant : other];
    }),
    refusals: [
      ...a.refusals,
      ...b.refusals,
      ...[
        ...a.grants.filter(({ namespace }) => !second.has(namespace)),
        ...b.grants.filter(({ namespace }) => !first.has(namespace)),
      ].map(({ namespace, because }): Refusal => ({
        reason: 'SharedEmail',
        group: because[0]?.group,
        namespace,
        message: `another user with the same e-mail is not granted ${namespace}`,
      })),
    ],
    ignored: [...a.ignored, ...b.ignored],
  };
}
