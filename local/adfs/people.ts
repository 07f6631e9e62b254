import { createHash } from 'node:crypto';

/** A person of the directory. */
export interface Person {
  /** The account's name: `ACME\alice`. */
  account: string;
  email: string;
  groups: readonly string[];
  disabled?: boolean;
}

/** The people of an Active Directory, which can be changed while somebody is signed in. */
export class People {
  private readonly byAccount = new Map<string, Person>();

  /** Adds a person, or replaces what is known of them. */
  put(person: Person): void {
    this.byAccount.set(person.account.toLowerCase(), person);
  }

  /** Adds or replaces a person by the e-mail address, under the account that it has already. */
  admit({ account, ...person }: Omit<Person, 'account'> & { account?: string }): Person {
    const [name = ''] = person.email.split('@');
    const admitted = { ...person, account: account ?? this.find(person.email)?.account ?? `LOCAL\\${name}` };
    this.put(admitted);
    return admitted;
  }

  remove(account: string): void {
    this.byAccount.delete(account.toLowerCase());
  }

  /** By account or e-mail; whoever is disabled cannot sign in and is not found. */
  find(name: string): Person | undefined {
    const wanted = name.trim().toLowerCase();
    const person =
      this.byAccount.get(wanted) ?? this.all().find(({ email }) => email.toLowerCase() === wanted);
    return person?.disabled === true ? undefined : person;
  }

  all(): Person[] {
    return [...this.byAccount.values()];
  }

  /** Answers a query of a claim rule: `;mail;{0}`. */
  readonly query = (query: string, account: string): string[] => {
    const person = this.find(account);
    const attribute = query.split(';')[1] ?? '';
    if (person === undefined) return [];
    switch (attribute) {
      case 'mail':
        return [person.email];
      case 'objectGUID':
        return [objectGuid(person.account)];
      case 'tokenGroups':
        return [...person.groups];
      default:
        throw new Error(`the directory of the local region has no attribute ${attribute}`);
    }
  };
}

/** Never given to another person; ADFS sends the 16 bytes in base64. */
export function objectGuid(account: string): string {
  return createHash('sha256').update(account.toLowerCase()).digest().subarray(0, 16).toString('base64');
}

/** The names of groups behind an attribute as Cognito would hand it on: `[a,b]` with encoded values, or one bare value. */
export function groupNames(groups: string | readonly string[]): string[] {
  if (typeof groups !== 'string') return [...groups];
  if (!/^\[.*\]$/s.test(groups)) return groups === '' ? [] : [groups];
  return groups
    .slice(1, -1)
    .split(',')
    .map((value) => decodeURIComponent(value.replaceAll('+', ' ')));
}
