import { z } from 'zod';
import {
  addCustomAttribute,
  createUserPool,
  findUserPools,
  untagUserPool,
  updateUserPool,
  type CustomAttribute,
  type NewUserPool,
  type UserPool,
  type UserPoolSettings,
} from '../../adapters/aws/cognito-user-pool';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import { ConflictError } from '../../core/errors';
import { differences, satisfies } from '../../core/differences';
import { deploymentNames, ownerTag } from '../../core/naming';
import { customAttributesOf, directoryKinds, type DirectoryKind } from '../../core/saml/directory-kinds';
import type { TaskContext } from '../support/context';
import { removeRetiredTags } from '../support/retired-tags';
import { defineTask, deploymentSchema, type Deployment } from '../support/task';

const longestValue = '2048';

/** What the directory says of a user, `custom:groups` first. A string attribute has at most 2,048 characters. */
function attributesOf(directory: DirectoryKind) {
  return customAttributesOf(directory).map(
    (name) =>
      ({
        Name: name.replace(/^custom:/, ''),
        AttributeDataType: 'String',
        Mutable: true,
        StringAttributeConstraints: { MinLength: '0', MaxLength: longestValue },
      }) as const satisfies CustomAttribute,
  );
}

/**
 * Fixed when a pool is made. Case-insensitive, because directories do not keep the case of a login name.
 *
 * No attribute is an alias: everybody comes through the directory, and an e-mail as alias belongs to one user alone. When a second
 * user has it verified, it moves, and the first one's is verified no more (boto/boto3 issue 3213), whom the login then
 * refuses. Pools of older releases have aliases and keep them.
 */
const fixedSettings = {
  UsernameConfiguration: { CaseSensitive: false },
} satisfies NewUserPool;

/**
 * The user pool of a deployment, with the profile manager as its pre token generation trigger.
 *
 * Settings that nothing here speaks of stay as they are found, but for tags that were configured. A higher feature plan than needed stays, too.
 *
 * @throws ConflictError ResourceConflict for a pool of the name without our tag, or one of ours whose fixed settings
 *   are not those that the login needs
 */
export const task = defineTask({
  name: 'ensure-user-pool',
  input: z.object({
    deployment: deploymentSchema,
    triggerArn: z.string().startsWith('arn:'),
    directory: z.enum(directoryKinds).default('adfs'),
  }),
  output: z.object({ userPoolId: z.string(), userPoolArn: z.string() }),
  lock: requireLock,
  async run({ deployment, triggerArn, directory }, context) {
    const name = deploymentNames.userPool(deployment.name);
    const { own, foreign } = await findUserPools(context.clients, name, deployment.name);
    const [pool, ...surplus] = own;
    if (!pool) {
      const [stranger] = foreign;
      if (stranger) {
        throw foreignResource(`user pool ${name} (${stranger.id})`, stranger.tags[ownerTag], deployment.name);
      }
      const made = await context.produce({ action: 'create', what: `user pool ${name}` }, () =>
        createUserPool(
          context.clients,
          name,
          { ...fixedSettings, ...settings(triggerArn), Schema: attributesOf(directory) },
          deployment.tags,
        ),
      );
      return { userPoolId: made.id, userPoolArn: made.arn };
    }
    if (surplus.length > 0) {
      context.logger.warn('more than one user pool carries our name and tag; the oldest is used', {
        used: pool.id,
        surplus: surplus.map(({ id }) => id),
      });
    }
    requireFixedSettings(pool);
    for (const attribute of attributesOf(directory)) await ensureAttribute(pool, attribute, context);
    observeTrigger(pool, context);
    await ensureSettings(pool, deployment, triggerArn, context);
    await removeRetiredTags(
      {
        what: `user pool ${pool.id}`,
        tags: pool.tags,
        untag: (keys) => untagUserPool(context.clients, pool.arn, keys),
      },
      deployment,
      context,
    );
    return { userPoolId: pool.id, userPoolArn: pool.arn };
  },
});

export const handler = task.handler;

/** The settings that can be changed. */
function settings(triggerArn: string) {
  return {
    AutoVerifiedAttributes: ['email'],
    // Nobody signs up by himself: users come through the directory.
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    // The second version of the event, which can set claims of the access token too, needs this plan or Plus.
    UserPoolTier: 'ESSENTIALS',
    LambdaConfig: {
      PreTokenGenerationConfig: { LambdaArn: triggerArn, LambdaVersion: 'V2_0' },
      // The older form of the same setting; where both are sent they must be equal.
      PreTokenGeneration: triggerArn,
    },
  } satisfies UserPoolSettings;
}

/** Of a pool that an earlier run has made, which gave it a trigger. */
function observeTrigger({ description }: UserPool, context: TaskContext): void {
  const { LambdaArn, LambdaVersion } = description.LambdaConfig?.PreTokenGenerationConfig ?? {};
  const isTold = LambdaArn !== undefined && LambdaVersion !== undefined;
  context.observe(
    'trigger-setting',
    isTold ? 'verified' : 'refuted',
    `version ${LambdaVersion ?? 'not told'}, ARN ${LambdaArn === undefined ? 'not told' : 'told'}`,
  );
}

async function ensureSettings(
  pool: UserPool,
  deployment: Deployment,
  triggerArn: string,
  context: TaskContext,
): Promise<void> {
  const found = pool.description;
  const desired: UserPoolSettings = { ...settings(triggerArn), UserPoolTags: deployment.tags };
  if (found.UserPoolTier === 'PLUS') delete desired.UserPoolTier;
  // Cognito need not tell the older form when the newer is set.
  const { PreTokenGenerationConfig } = found.LambdaConfig ?? {};
  const comparable = {
    ...found,
    LambdaConfig: { PreTokenGeneration: PreTokenGenerationConfig?.LambdaArn, ...found.LambdaConfig },
  };
  const drifted = differences(comparable, desired);
  if (drifted.length === 0) return;
  const changes = Object.fromEntries(Object.entries(desired).filter(([key]) => drifted.includes(key)));
  await context.mutate({ action: 'change', what: `user pool ${pool.id}: ${drifted.join(', ')}` }, () =>
    updateUserPool(context.clients, pool, changes),
  );
}

async function ensureAttribute(
  pool: UserPool,
  attribute: ReturnType<typeof attributesOf>[number],
  context: TaskContext,
): Promise<void> {
  const name = `custom:${attribute.Name}`;
  const found = pool.description.SchemaAttributes?.find(({ Name }) => Name === name);
  if (!found) {
    await context.mutate({ action: 'create', what: `attribute ${name} of user pool ${pool.id}` }, () =>
      addCustomAttribute(context.clients, pool.id, attribute),
    );
    return;
  }
  const { StringAttributeConstraints: limits, ...kind } = attribute;
  if (!satisfies({ ...found, Name: kind.Name }, kind)) {
    throw unchangeable(pool, `its attribute ${name} is not a mutable string`);
  }
  const longest = Number(found.StringAttributeConstraints?.MaxLength ?? limits.MaxLength);
  if (longest < Number(limits.MaxLength)) {
    throw unchangeable(
      pool,
      `its attribute ${name} holds ${longest} characters, expected ${limits.MaxLength}`,
    );
  }
}

function requireFixedSettings(pool: UserPool): void {
  const { UsernameAttributes = [] } = pool.description;
  const wrong = [
    ...differences(pool.description, fixedSettings),
    ...(UsernameAttributes.length > 0 ? ['UsernameAttributes'] : []),
  ];
  if (wrong.length > 0)
    throw unchangeable(pool, `its ${wrong.join(' and ')} cannot be changed and are not as needed`);
}

function unchangeable(pool: UserPool, reason: string): ConflictError {
  return new ConflictError(
    'ResourceConflict',
    `user pool ${pool.id} carries our tag, but ${reason}. It was left alone. Remove its tag ${ownerTag} or delete it; ` +
      'then start a new execution, which makes a pool.',
  );
}
