import {
  AddCustomAttributesCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
  UntagResourceCommand,
  UpdateUserPoolCommand,
  type CreateUserPoolCommandInput,
  type SchemaAttributeType,
  type UpdateUserPoolCommandInput,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { ownerTag } from '../../core/naming';
import type { AwsClients } from './clients';
import { UserError } from '../../core/errors';
import { isAwsError, isDenied } from './errors';
import { defined } from '../../core/defined';

/** A user pool as Cognito describes it. */
export interface UserPool {
  id: string;
  arn: string;
  tags: Readonly<Record<string, string>>;
  /** Every setting, by the API's names. */
  description: Readonly<UserPoolType>;
}

/** What a pool is made with. Some of it can never be changed: alias attributes, case sensitivity. */
export type NewUserPool = Omit<CreateUserPoolCommandInput, 'PoolName' | 'UserPoolTags'>;

/** What can be changed later. */
export type UserPoolSettings = Omit<UpdateUserPoolCommandInput, 'UserPoolId'>;

/** A custom attribute, its name without `custom:`. */
export type CustomAttribute = SchemaAttributeType;

/** Describes a pool; `undefined` where there is none of that id. */
export async function describeUserPool(
  clients: AwsClients,
  userPoolId: string,
): Promise<UserPool | undefined> {
  try {
    const { UserPool: description } = await clients
      .get(CognitoIdentityProviderClient)
      .send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
    if (description?.Id === undefined) return undefined;
    return {
      id: description.Id,
      arn: description.Arn ?? '',
      tags: description.UserPoolTags ?? {},
      description,
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/**
 * Makes a call on a pool that is allowed only with our tag. A pool that is gone has no tag: the call is denied, and not
 * answered with a ResourceNotFoundException, and a permission would not help.
 *
 * @throws UserError UserPoolMissing where there is no such pool
 */
export async function onLivingPool<T>(
  clients: AwsClients,
  userPoolId: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isDenied(error) || (await describeUserPool(clients, userPoolId)) !== undefined) throw error;
    throw new UserError(
      'UserPoolMissing',
      `there is no user pool ${userPoolId}; nobody can log in. Start a provisioning with the deployment's ` +
        'configuration, which makes another.',
      { cause: error },
    );
  }
}

/**
 * The pools of a name, told apart by the owner tag. A name is not unique: a lost answer to a create makes two.
 *
 * @returns each list with the oldest pool first
 */
export async function findUserPools(
  clients: AwsClients,
  name: string,
  deployment: string,
): Promise<{ own: UserPool[]; foreign: UserPool[] }> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients
      .get(CognitoIdentityProviderClient)
      .send(new ListUserPoolsCommand({ MaxResults: 60, ...defined({ NextToken }) }));
    for (const { Id, Name } of page.UserPools ?? []) if (Name === name && Id !== undefined) ids.push(Id);
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== '');

  const pools: UserPool[] = [];
  for (const id of ids) {
    const pool = await describeUserPool(clients, id);
    if (pool) pools.push(pool);
  }
  const age = (pool: UserPool) => pool.description.CreationDate?.getTime() ?? 0;
  pools.sort((left, right) => age(left) - age(right) || left.id.localeCompare(right.id));
  const isOwn = (pool: UserPool) => pool.tags[ownerTag] === deployment;
  return { own: pools.filter(isOwn), foreign: pools.filter((pool) => !isOwn(pool)) };
}

/** Makes a pool. */
export async function createUserPool(
  clients: AwsClients,
  name: string,
  settings: NewUserPool,
  tags: Readonly<Record<string, string>>,
): Promise<{ id: string; arn: string }> {
  const { UserPool: made } = await clients
    .get(CognitoIdentityProviderClient)
    .send(new CreateUserPoolCommand({ PoolName: name, UserPoolTags: { ...tags }, ...settings }));
  if (made?.Id === undefined) throw new Error('Cognito made a user pool without an id');
  return { id: made.Id, arn: made.Arn ?? '' };
}

/**
 * Changes some settings of a pool and keeps all others. UpdateUserPool sets to its default whatever is not sent, so
 * everything that it can set is sent as it was found. A group of settings (triggers, tags) is merged key by key.
 */
export async function updateUserPool(
  clients: AwsClients,
  pool: UserPool,
  changes: Readonly<UserPoolSettings>,
): Promise<void> {
  const kept: Record<string, unknown> = { ...updatableSettings(pool.description) };
  for (const [key, change] of Object.entries(changes)) {
    const found = kept[key];
    kept[key] = isGroup(found) && isGroup(change) ? { ...found, ...change } : change;
  }
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new UpdateUserPoolCommand({ ...(kept as UserPoolSettings), UserPoolId: pool.id }));
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What DescribeUserPool tells of the settings that UpdateUserPool takes, in the form in which it takes them. */
function updatableSettings(pool: Readonly<UserPoolType>): UserPoolSettings {
  return {
    PoolName: pool.Name,
    Policies: pool.Policies,
    DeletionProtection: pool.DeletionProtection,
    LambdaConfig: pool.LambdaConfig,
    AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
    SmsVerificationMessage: pool.SmsVerificationMessage,
    EmailVerificationMessage: pool.EmailVerificationMessage,
    EmailVerificationSubject: pool.EmailVerificationSubject,
    VerificationMessageTemplate: pool.VerificationMessageTemplate,
    SmsAuthenticationMessage: pool.SmsAuthenticationMessage,
    UserAttributeUpdateSettings: pool.UserAttributeUpdateSettings,
    MfaConfiguration: pool.MfaConfiguration,
    DeviceConfiguration: pool.DeviceConfiguration,
    EmailConfiguration: pool.EmailConfiguration,
    SmsConfiguration: pool.SmsConfiguration,
    // Tags of AWS' own (aws:…) come back in a description and are refused in a request.
    UserPoolTags: Object.fromEntries(
      Object.entries(pool.UserPoolTags ?? {}).filter(([key]) => !key.startsWith('aws:')),
    ),
    AdminCreateUserConfig: withoutDeprecatedValidity(pool),
    UserPoolAddOns: pool.UserPoolAddOns,
    AccountRecoverySetting: pool.AccountRecoverySetting,
    UserPoolTier: pool.UserPoolTier,
    DcrConfiguration: pool.DcrConfiguration,
    KeyConfiguration: pool.KeyConfiguration,
    IssuerConfiguration: pool.IssuerConfiguration,
    AcrConfiguration: pool.AcrConfiguration,
  };
}

/**
 * Cognito describes both UnusedAccountValidityDays and its successor in the password policy, and refuses a request
 * that has both ("Please use TemporaryPasswordValidityDays in PasswordPolicy instead").
 */
function withoutDeprecatedValidity(pool: Readonly<UserPoolType>): UserPoolSettings['AdminCreateUserConfig'] {
  if (!pool.AdminCreateUserConfig) return undefined;
  const { UnusedAccountValidityDays, ...rest } = pool.AdminCreateUserConfig;
  const superseded = pool.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays !== undefined;
  return superseded || UnusedAccountValidityDays === undefined
    ? rest
    : { ...rest, UnusedAccountValidityDays };
}

/** Takes tags off a pool. UpdateUserPool is not documented to take off those that it is not sent. */
export async function untagUserPool(
  clients: AwsClients,
  userPoolArn: string,
  keys: readonly string[],
): Promise<void> {
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new UntagResourceCommand({ ResourceArn: userPoolArn, TagKeys: [...keys] }));
}

/** Adds a custom attribute. There is no way to change or to remove one. */
export async function addCustomAttribute(
  clients: AwsClients,
  userPoolId: string,
  attribute: CustomAttribute,
): Promise<void> {
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new AddCustomAttributesCommand({ UserPoolId: userPoolId, CustomAttributes: [attribute] }));
}

/** Deletes a pool with its users, clients and providers. Its domain must be gone. */
export async function deleteUserPool(clients: AwsClients, userPoolId: string): Promise<void> {
  try {
    await clients
      .get(CognitoIdentityProviderClient)
      .send(new DeleteUserPoolCommand({ UserPoolId: userPoolId }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}
