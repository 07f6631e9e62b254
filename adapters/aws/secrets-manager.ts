import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { tagList, tagsFrom } from './tag-lists';

/** A secret without its value. */
export interface Secret {
  arn: string;
  name: string;
  tags: Readonly<Record<string, string>>;
  /** Somebody has asked for its deletion; its name stays taken until then (7 to 30 days). */
  deletionScheduled: boolean;
}

/** Describes a secret; `undefined` where there is none. */
export async function describeSecret(clients: AwsClients, name: string): Promise<Secret | undefined> {
  try {
    const found = await clients.get(SecretsManagerClient).send(new DescribeSecretCommand({ SecretId: name }));
    return {
      arn: found.ARN ?? '',
      name,
      tags: tagsFrom(found.Tags),
      deletionScheduled: found.DeletedDate !== undefined,
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** A secret's current value; `undefined` where it has none yet. Never to be logged or returned by a task. */
export async function readSecret(clients: AwsClients, arn: string): Promise<string | undefined> {
  try {
    const { SecretString } = await clients
      .get(SecretsManagerClient)
      .send(new GetSecretValueCommand({ SecretId: arn }));
    return SecretString;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Makes a secret, encrypted with the account's own key for Secrets Manager. Returns its ARN. */
export async function createSecret(
  clients: AwsClients,
  name: string,
  description: string,
  value: string,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const { ARN } = await clients.get(SecretsManagerClient).send(
    new CreateSecretCommand({
      Name: name,
      Description: description,
      SecretString: value,
      Tags: tagList(tags),
    }),
  );
  if (ARN === undefined) throw new Error(`Secrets Manager made the secret ${name} without an ARN`);
  return ARN;
}

/** Stores a new current value; the one before stays readable as AWSPREVIOUS. */
export async function writeSecret(clients: AwsClients, arn: string, value: string): Promise<void> {
  await clients
    .get(SecretsManagerClient)
    .send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
}

/** Sets tags on a secret; others that it has stay. */
export async function tagSecret(
  clients: AwsClients,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(SecretsManagerClient).send(
    new TagResourceCommand({
      SecretId: arn,
      Tags: tagList(tags),
    }),
  );
}

/** Takes tags off a secret. */
export async function untagSecret(clients: AwsClients, arn: string, keys: readonly string[]): Promise<void> {
  await clients
    .get(SecretsManagerClient)
    .send(new UntagResourceCommand({ SecretId: arn, TagKeys: [...keys] }));
}

/** Takes back a scheduled deletion. */
export async function restoreSecret(clients: AwsClients, arn: string): Promise<void> {
  await clients.get(SecretsManagerClient).send(new RestoreSecretCommand({ SecretId: arn }));
}

/**
 * Deletes a secret at once. A recovery window would keep the name taken, and there is nothing to recover: both values
 * in it are worthless without the app client, which goes with it.
 */
export async function deleteSecret(clients: AwsClients, arn: string): Promise<void> {
  try {
    await clients
      .get(SecretsManagerClient)
      .send(new DeleteSecretCommand({ SecretId: arn, ForceDeleteWithoutRecovery: true }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}

/** Has a secret deleted later, so that it can be had back until then (7 to 30 days); its name stays taken. */
export async function scheduleSecretDeletion(clients: AwsClients, arn: string, days: number): Promise<void> {
  try {
    await clients
      .get(SecretsManagerClient)
      .send(new DeleteSecretCommand({ SecretId: arn, RecoveryWindowInDays: days }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
}

/**
 * A secret's current value with the name of its version, which changes when the value does; `undefined` where it has
 * none. The value is never to be logged or returned by a task.
 */
export async function readSecretVersion(
  clients: AwsClients,
  arn: string,
): Promise<{ value: string; version: string } | undefined> {
  try {
    const { SecretString: value, VersionId: version } = await clients
      .get(SecretsManagerClient)
      .send(new GetSecretValueCommand({ SecretId: arn }));
    return value === undefined || version === undefined ? undefined : { value, version };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
