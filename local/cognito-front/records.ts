import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  UsernameExistsException,
  UserNotFoundException,
  type CognitoIdentityProviderClient,
  type IdentityProviderType,
  type UserPoolClientType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

/** A pool with the domain under which it is asked. */
export interface Pool {
  id: string;
  domain: string;
  description: UserPoolType;
}

/** A user of a pool. */
export interface PoolUser {
  name: string;
  enabled: boolean;
  attributes: Readonly<Record<string, string>>;
}

/** What the workflows have made in Cognito, and its users: read each time, so that every change holds at once. */
export class Records {
  constructor(private readonly cognito: CognitoIdentityProviderClient) {}

  /** The pool that a domain belongs to. */
  async poolAt(domain: string): Promise<Pool | undefined> {
    const { DomainDescription: found } = await this.cognito.send(
      new DescribeUserPoolDomainCommand({ Domain: domain }),
    );
    return found?.UserPoolId === undefined ? undefined : this.pool(found.UserPoolId);
  }

  /** @returns `undefined` for a pool that is not there or has no domain */
  async pool(id: string): Promise<Pool | undefined> {
    const { UserPool: description } = await orNothing(
      this.cognito.send(new DescribeUserPoolCommand({ UserPoolId: id })),
    );
    const domain = description?.CustomDomain ?? description?.Domain;
    return description === undefined || domain === undefined ? undefined : { id, domain, description };
  }

  async client(pool: Pool, clientId: string): Promise<UserPoolClientType | undefined> {
    const { UserPoolClient: client } = await orNothing(
      this.cognito.send(new DescribeUserPoolClientCommand({ UserPoolId: pool.id, ClientId: clientId })),
    );
    return client;
  }

  async provider(pool: Pool, name: string): Promise<IdentityProviderType | undefined> {
    const { IdentityProvider: provider } = await orNothing(
      this.cognito.send(new DescribeIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: name })),
    );
    return provider;
  }

  async user(pool: Pool, name: string): Promise<PoolUser | undefined> {
    try {
      const found = await this.cognito.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: name }));
      const attributes = Object.fromEntries(
        (found.UserAttributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
      );
      return { name, enabled: found.Enabled !== false, attributes };
    } catch (error) {
      if (error instanceof UserNotFoundException) return undefined;
      throw error;
    }
  }

  /**
   * Writes what an assertion said of a user, who is made at the first login. What it did not say stays as it was: "if
   * the attribute is no longer sent, its value in the profile remains" is how claims of former groups survive.
   */
  async record(pool: Pool, name: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    const key = { UserPoolId: pool.id, Username: name };
    if ((await this.user(pool, name)) === undefined) {
      try {
        await this.cognito.send(
          new AdminCreateUserCommand({ ...key, UserAttributes, MessageAction: 'SUPPRESS' }),
        );
        return;
      } catch (error) {
        // Another tab was faster.
        if (!(error instanceof UsernameExistsException)) throw error;
      }
    }
    await this.cognito.send(new AdminUpdateUserAttributesCommand({ ...key, UserAttributes }));
  }
}

/** The answer, or one without content where the thing is not there. */
async function orNothing<T extends object>(answer: Promise<T>): Promise<Partial<T>> {
  try {
    return await answer;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return {};
    throw error;
  }
}
