import { everybodyGroup } from '../../../core/access/everybody';
import type { Role } from '../../../core/access/roles';
import type { PoolsInMemory, SignIn } from './pools-in-memory';

/** Who logs in; the first and the last have one e-mail, in two spellings. */
export const people = [
  { userName: 'adfs_alice', email: 'alice@example.com' },
  { userName: 'adfs_bob', email: 'b.o-b@example.org' },
  { userName: 'adfs_alice2', email: 'Alice@example.com' },
] as const;

/** Groups of the directory; which mean something to which deployment, its rules say ({@link accessRules}). */
export const groupNames = [
  'acme-alpha',
  'acme-alpha-ro',
  'acme-beta',
  'acme-kube-system',
  'globex-alpha',
  'globex-beta-ro',
  'elsewhere',
] as const;

/** The `access` of a deployment's configuration. */
export const accessRules = (deployment: string): object => ({
  group_prefix: `${deployment}-`,
  role_suffixes: { '-ro': 'view' },
});

/** What somebody may do where. */
export interface Held {
  /** In lower case. */
  readonly email: string;
  readonly namespace: string;
  readonly role: Role;
}

/** Roles by what they allow. */
export const rankOf = (role: string): number => ['view', 'edit', 'admin'].indexOf(role);

/** What groups grant in a deployment, worked out once more and not by the code under test. */
export function grantedBy(groups: readonly string[], deployment: string): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const group of groups) {
    const [, namespace, readOnly] = new RegExp(`^${deployment}-(alpha|beta)(-ro)?$`).exec(group) ?? [];
    if (namespace === undefined) continue;
    const role = readOnly === undefined ? 'edit' : 'view';
    if (rankOf(role) > rankOf(roles.get(namespace) ?? '')) roles.set(namespace, role);
  }
  return roles;
}

/** What all enabled users of a deployment's pool are granted; with one e-mail they have what each of them is granted. */
export function grantedTo(pools: PoolsInMemory, deployment: string): Held[] {
  const byEmail = new Map<string, Map<string, Role>[]>();
  for (const { email, groups, enabled } of pools.usersOf(pools.idOf(deployment) ?? '')) {
    if (!enabled) continue;
    const key = email.toLowerCase();
    byEmail.set(key, [...(byEmail.get(key) ?? []), grantedBy(groups, deployment)]);
  }
  return [...byEmail].flatMap(([email, [first = new Map<string, Role>(), ...others]]) =>
    [...first].flatMap(([namespace, role]): Held[] => {
      const roles = [role, ...others.map((one) => one.get(namespace))];
      const weakest = (['view', 'edit'] as const).find((one) => roles.includes(one));
      return roles.includes(undefined) || weakest === undefined ? [] : [{ email, namespace, role: weakest }];
    }),
  );
}

/** The directory: who is in which groups at the moment. The group of everybody is always sent. */
export class Directory {
  private readonly groups = new Map<string, readonly string[]>();

  move(person: number, groups: readonly string[]): void {
    this.groups.set(personAt(person).userName, groups);
  }

  send(person: number): SignIn {
    const { userName, email } = personAt(person);
    return { userName, email, groups: [everybodyGroup, ...(this.groups.get(userName) ?? [])] };
  }
}

export function personAt(person: number): (typeof people)[number] {
  return people[person % people.length] ?? people[0];
}
