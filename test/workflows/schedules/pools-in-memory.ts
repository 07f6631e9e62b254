import {
  ResourceNotFoundException,
  UserNotFoundException,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { customAttributes } from '../../../core/saml/directory-kinds';

/** A person as the directory sends one to a pool. */
export interface SignIn {
  /** Cognito's user name. */
  readonly userName: string;
  readonly email: string;
  readonly groups: readonly string[];
}

interface PoolUser extends SignIn {
  enabled: boolean;
  readonly changedAt: Date;
}

interface Request {
  readonly UserPoolId?: string;
  readonly Username?: string;
  readonly Filter?: string;
  readonly Limit?: number;
  readonly PaginationToken?: string;
}

/**
 * User pools of Cognito, as far as logins and resyncs ask for them: users with e-mail and groups, listed in pages or by
 * e-mail, or one by name. Each making of a deployment's pool has an id of its own. What is asked for beyond that is a defect
 * of the test and throws; `pools-in-memory.test.ts` holds it against moto.
 */
export class PoolsInMemory {
  private readonly users = new Map<string, Map<string, PoolUser>>();
  private readonly ids = new Map<string, string>();
  private made = 0;

  constructor(private readonly now: () => number) {}

  /** The id of a deployment's pool; `undefined` while there is none. */
  idOf(deployment: string): string | undefined {
    return this.ids.get(deployment);
  }

  /** @returns the id of the deployment's pool, which is made where there is none */
  make(deployment: string): string {
    const id = this.ids.get(deployment) ?? `eu-central-1_${deployment}${++this.made}`;
    this.ids.set(deployment, id);
    if (!this.users.has(id)) this.users.set(id, new Map());
    return id;
  }

  delete(deployment: string): void {
    this.users.delete(this.ids.get(deployment) ?? '');
    this.ids.delete(deployment);
  }

  /** As Cognito takes over what the directory says of who logs in. @returns the user's attributes */
  signIn(id: string, person: SignIn): Record<string, string> {
    const users = this.users.get(id);
    const enabled = users?.get(person.userName)?.enabled ?? true;
    users?.set(person.userName, { ...person, enabled, changedAt: new Date(this.now()) });
    return attributesOf(person);
  }

  /** Enables or disables a user, or takes the user away. */
  set(id: string, userName: string, is: 'enabled' | 'disabled' | 'gone'): void {
    const user = this.users.get(id)?.get(userName);
    if (user === undefined) return;
    if (is === 'gone') this.users.get(id)?.delete(userName);
    else user.enabled = is === 'enabled';
  }

  usersOf(id: string): readonly Readonly<PoolUser>[] {
    return [...(this.users.get(id)?.values() ?? [])];
  }

  /** @throws what the SDK throws; a pool that is gone is denied, since the right to it goes by its tag */
  serve(operation: string, request: Request): object {
    if (operation === 'ListUserPools') return { UserPools: [] };
    const users = this.users.get(request.UserPoolId ?? '');
    if (operation === 'DescribeUserPool' && users === undefined)
      throw new ResourceNotFoundException({ message: 'the pool does not exist', $metadata: {} });
    if (users === undefined)
      throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    switch (operation) {
      case 'ListUsers': {
        const [, email] = /^email = "(.*)"$/.exec(request.Filter ?? '') ?? [];
        const found = [...users.values()].filter((user) => email === undefined || user.email === email);
        const from = Number(request.PaginationToken ?? 0);
        const to = from + (request.Limit ?? 60);
        const Users = found.slice(from, to).map((user) => ({ ...described(user), Attributes: listOf(user) }));
        return { Users, ...(to < found.length && { PaginationToken: to.toString() }) };
      }
      case 'AdminGetUser': {
        const user = users.get(request.Username ?? '');
        if (user === undefined)
          throw new UserNotFoundException({ message: 'the user does not exist', $metadata: {} });
        return { ...described(user), UserAttributes: listOf(user) };
      }
      default:
        throw new Error(`the pools are not asked for ${operation}`);
    }
  }
}

function described({ userName, enabled, changedAt }: PoolUser): UserType {
  return { Username: userName, Enabled: enabled, UserLastModifiedDate: changedAt };
}

function listOf(person: SignIn): { Name: string; Value: string }[] {
  return Object.entries(attributesOf(person)).map(([Name, Value]) => ({ Name, Value }));
}

/** Several groups are a list in Cognito's form, one is itself. */
function attributesOf({ email, groups }: SignIn): Record<string, string> {
  const [only = ''] = groups;
  return { email, [customAttributes.groups]: groups.length > 1 ? `[${groups.join(',')}]` : only };
}
