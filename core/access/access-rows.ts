import type { DirectoryReading } from './directory';
import { grantsFor, type DesiredAccess } from './grants';
import { parseGroups } from './groups';
import { foldEmail, userKey } from './user-identity';
import { roles, clusterRoleOf } from './roles';
import type { AccessRules } from './rules';

/** What a groups attribute would give, with every reason. */
export interface Explanation {
  readonly groups: readonly string[];
  readonly access: DesiredAccess;
}

/** Characters of a custom attribute in Cognito. */
const longestAttribute = 2_048;

/**
 * Explains offline what a groups attribute means under some rules. Whether the namespaces are tenants only a cluster
 * can tell.
 *
 * @param attribute as in the pool: `[a,b]`, or a single bare value
 * @throws Error where the attribute cannot be read
 */
export function explainGroups(attribute: string, rules: AccessRules): Explanation {
  if (attribute.length > longestAttribute) {
    throw new Error(
      `the attribute has ${attribute.length} characters; Cognito takes ${longestAttribute}, and refuses the login beyond`,
    );
  }
  const parsed = parseGroups(attribute, rules.group_separator);
  if (!parsed.ok) throw new Error(parsed.problem);
  return { groups: parsed.groups, access: grantsFor(parsed.groups, rules) };
}

/** A binding in a tenant's namespace, as a report needs it. */
export interface ReportedBinding {
  readonly namespace: string;
  readonly name: string;
  /** Name of the role bound. */
  readonly role: string;
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Whether it carries our label. */
  readonly ours: boolean;
  /** Whether somebody annotated it as the dashboard does. */
  readonly annotated: boolean;
}

/** Who gave an access: the directory through us, the dashboard's user, the Profile's ownership, or someone by hand. */
export type AccessSource = 'directory' | 'contributor' | 'owner' | 'other';

/** One person's (or group's) access to a namespace. */
export interface AccessRow {
  readonly subject: string;
  readonly kind: 'User' | 'Group';
  readonly namespace: string;
  /** `edit`, `view`, `admin`, or the bound role's own name. */
  readonly role: string;
  readonly source: AccessSource;
  /** The directory's groups that ask for it, and the rules that read them so; empty where it is not the directory's. */
  readonly because: readonly { readonly group: string; readonly rule: string }[];
  /** `namespace/name` of the binding. */
  readonly object: string;
  /** Ours, but the directory does not ask for it (any more): the next re-sync takes it away. */
  readonly stale: boolean;
}

/**
 * Who may do what, and why.
 *
 * @param directory what the pool says; without it nothing is called stale and reasons are left out
 * @param filter a user's e-mail (its case does not matter) and a namespace
 * @returns rows by namespace, then subject
 */
export function accessRows(
  bindings: readonly ReportedBinding[],
  directory: DirectoryReading | undefined,
  filter: { user?: string | undefined; namespace?: string | undefined } = {},
): AccessRow[] {
  const wantedUser = filter.user === undefined ? undefined : foldEmail(filter.user);
  return bindings
    .filter(({ namespace }) => filter.namespace === undefined || namespace === filter.namespace)
    .flatMap((binding) => [
      ...binding.users.map((subject) => rowOf(binding, 'User', subject, directory)),
      ...binding.groups.map((subject) => rowOf(binding, 'Group', subject, directory)),
    ])
    .filter(({ subject }) => wantedUser === undefined || foldEmail(subject) === wantedUser)
    .sort(
      (a, b) => order(a.namespace, b.namespace) || order(a.subject, b.subject) || order(a.object, b.object),
    );
}

/**
 * The rows of people: without those of the owner of the groups' Profiles (`profile_owner`), who has a role in each of them
 * and whose login is refused (may-log-in.ts). One who owned them before may still log in, and stays.
 */
export function rowsOfPeople(
  rows: readonly AccessRow[],
  { profileOwner = '' }: { readonly profileOwner?: string },
): AccessRow[] {
  const nobody = foldEmail(profileOwner);
  return rows.filter(({ source, subject }) => source !== 'owner' || foldEmail(subject) !== nobody);
}

function rowOf(
  binding: ReportedBinding,
  kind: AccessRow['kind'],
  subject: string,
  directory: DirectoryReading | undefined,
): AccessRow {
  const { namespace, name, ours } = binding;
  const role = roles.find((known) => clusterRoleOf(known) === binding.role) ?? binding.role;
  const grant = directory?.access
    .get(userKey(subject))
    ?.desired?.grants.find((candidate) => candidate.namespace === namespace && candidate.role === role);
  return {
    subject,
    kind,
    namespace,
    role,
    source: sourceOf(binding),
    because: ours ? (grant?.because ?? []) : [],
    object: `${namespace}/${name}`,
    stale: ours && directory !== undefined && grant === undefined,
  };
}

function sourceOf({ ours, name, annotated }: ReportedBinding): AccessSource {
  if (ours) return 'directory';
  if (name === 'namespaceAdmin') return 'owner';
  return annotated ? 'contributor' : 'other';
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
