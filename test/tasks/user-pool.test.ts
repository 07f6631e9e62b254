import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolDomainCommand,
  ListUserPoolsCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createUserPool, describeUserPool } from '../../adapters/aws/cognito-user-pool';
import { notOurs } from '../../core/handover/left';
import { ownerTag, stackNames } from '../../core/naming';
import { task as deleteUserPool } from '../../tasks/user-pool/delete-user-pool';
import { task as ensureUserPool } from '../../tasks/user-pool/ensure-user-pool';
import { writeLatestRun } from '../../adapters/aws/registry-runs';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment as environment } from '../support/registry';
import { testContext, testDeployment } from '../support/task-context';

const triggerArn = 'arn:aws:lambda:eu-central-1:123456789012:function:kubeflow-eks-profile-manager:live';

describe('the user pool', () => {
  const moto = useMoto();
  const cognito = () => moto.lookingClients.get(CognitoIdentityProviderClient);
  const ensure = (input: object = {}) =>
    ensureUserPool.run(
      { deployment: testDeployment, triggerArn, ...input },
      testContext(moto, { environment }),
    );
  const remove = () => deleteUserPool.run({ deployment: testDeployment }, testContext(moto));
  const describePool = async (id: string) => (await describeUserPool(moto.lookingClients, id))?.description;
  const names = async () =>
    ((await cognito().send(new ListUserPoolsCommand({ MaxResults: 60 }))).UserPools ?? []).map(
      ({ Name }) => Name,
    );

  test('is as the directory login needs it, with the trigger and our tags', async () => {
    const { userPoolId, userPoolArn } = await ensure();

    expect(await describePool(userPoolId)).toMatchObject({
      Name: 'acme',
      Arn: userPoolArn,
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UserPoolTier: 'ESSENTIALS',
      LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: triggerArn, LambdaVersion: 'V2_0' } },
      UserPoolTags: testDeployment.tags,
    });
    // A second user with one e-mail would take an alias, and its being verified, from the first.
    expect((await describePool(userPoolId))?.AliasAttributes ?? []).toEqual([]);
    expect((await describePool(userPoolId))?.SchemaAttributes).toContainEqual(
      expect.objectContaining({
        Name: 'custom:groups',
        AttributeDataType: 'String',
        Mutable: true,
        StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
      }),
    );
  });

  test('has what Entra ID sends in place of too many groups, also a pool that was made without', async () => {
    const { userPoolId } = await ensure();
    const namesOf = async () =>
      ((await describePool(userPoolId))?.SchemaAttributes ?? []).map(({ Name }) => Name);
    expect(await namesOf()).not.toContain('custom:groups_link');
    await ensure({ directory: 'entra' });
    expect(await namesOf()).toContain('custom:groups_link');
    moto.forgetCalls();
    await ensure({ directory: 'entra' });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a second run makes no mutating call', async () => {
    const first = await ensure();
    moto.forgetCalls();
    expect(await ensure()).toEqual(first);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test.each<[string, object]>([
    [
      'a trigger of another function',
      { LambdaConfig: { PreTokenGeneration: 'arn:aws:lambda:x:1:function:y' } },
    ],
    ['a plan without the second version of the trigger', { UserPoolTier: 'LITE' }],
    ['open sign-up', { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } }],
    ['a missing tag', { UserPoolTags: { [ownerTag]: 'acme' } }],
  ])('%s is repaired with one call, after which nothing differs', async (_what, drift) => {
    const { userPoolId } = await ensure();
    const before = await describePool(userPoolId);
    await cognito().send(
      new UpdateUserPoolCommand({
        UserPoolId: userPoolId,
        AutoVerifiedAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        UserPoolTags: testDeployment.tags,
        UserPoolTier: 'ESSENTIALS',
        ...(before?.LambdaConfig && { LambdaConfig: before.LambdaConfig }),
        ...drift,
      }),
    );
    moto.forgetCalls();

    await ensure();
    expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider UpdateUserPool']);
    moto.forgetCalls();
    await ensure();
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a tag that is no longer configured goes, and one that somebody set or changed stays', async () => {
    await makeRegistry(moto.lookingClients);
    const tags = { ...testDeployment.tags, cost: 'ml', stage: 'one' };
    const { userPoolId } = await ensure({ deployment: { ...testDeployment, tags } });
    // The run that set them has failed; the registry knows them all the same.
    await writeLatestRun(
      moto.lookingClients,
      stackNames.table,
      'acme',
      {
        executionArn: 'arn:failed',
        stateMachine: 'kubeflow-eks-provision',
        lockedAt: '2026-01-01T00:00:00Z',
        tags: { cost: ['ml'], stage: ['one'], owner: ['us'] },
      },
      new Date(),
    );
    const before = await describePool(userPoolId);
    await cognito().send(
      new UpdateUserPoolCommand({
        ...(before?.LambdaConfig && { LambdaConfig: before.LambdaConfig }),
        UserPoolId: userPoolId,
        AutoVerifiedAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        UserPoolTier: 'ESSENTIALS',
        UserPoolTags: { ...tags, stage: 'theirs', owner: 'them', 'their-tag': 'stays' },
      }),
    );
    moto.forgetCalls();

    await ensure();
    expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider UntagResource']);
    expect((await describePool(userPoolId))?.UserPoolTags).toEqual({
      ...testDeployment.tags,
      stage: 'theirs',
      owner: 'them',
      'their-tag': 'stays',
    });
    moto.forgetCalls();
    await ensure();
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a repair keeps what others have set', async () => {
    await makeRegistry(moto.lookingClients);
    const { userPoolId } = await ensure();
    await cognito().send(
      new UpdateUserPoolCommand({
        UserPoolId: userPoolId,
        UserPoolTier: 'PLUS',
        UserPoolTags: { ...testDeployment.tags, 'their-tag': 'stays' },
        LambdaConfig: { PostAuthentication: 'arn:aws:lambda:eu-central-1:123456789012:function:audit' },
        Policies: { PasswordPolicy: { MinimumLength: 20, TemporaryPasswordValidityDays: 3 } },
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 3 },
      }),
    );
    await ensure();
    const found = await describePool(userPoolId);
    expect(found).toMatchObject({
      UserPoolTier: 'PLUS',
      UserPoolTags: { ...testDeployment.tags, 'their-tag': 'stays' },
      LambdaConfig: {
        PostAuthentication: 'arn:aws:lambda:eu-central-1:123456789012:function:audit',
        PreTokenGeneration: triggerArn,
      },
      Policies: { PasswordPolicy: { MinimumLength: 20, TemporaryPasswordValidityDays: 3 } },
    });
    // Cognito refuses a request with this setting beside its successor.
    expect(found?.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
  });

  test('one of an older release, with aliases, is used, and gets a missing groups attribute', async () => {
    const { id } = await createUserPool(
      moto.lookingClients,
      'acme',
      {
        AliasAttributes: ['preferred_username', 'email'],
        UsernameConfiguration: { CaseSensitive: false },
        AutoVerifiedAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        UserPoolTier: 'ESSENTIALS',
        LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: triggerArn, LambdaVersion: 'V2_0' } },
      },
      testDeployment.tags,
    );
    expect(await ensure()).toMatchObject({ userPoolId: id });
    expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider AddCustomAttributes']);
  });

  test.each([{}, { [ownerTag]: 'zeta' }])(
    'a pool of our name with the tags %j is a conflict, left alone',
    async (tags) => {
      const { id } = await createUserPool(moto.lookingClients, 'acme', {}, tags);
      const before = await describePool(id);
      await expect(ensure()).rejects.toMatchObject({
        name: 'ResourceConflict',
        message: expect.stringContaining(id) as string,
      });
      expect(await remove()).toEqual({
        deleted: [],
        left: [{ what: `the user pool acme (${id})`, why: notOurs }],
      });
      expect(moto.mutatingCalls()).toEqual([]);
      expect(await describePool(id)).toEqual(before);
    },
  );

  test.each([
    ['case-sensitive names', {}],
    [
      'e-mail addresses as names',
      { UsernameAttributes: ['email' as const], UsernameConfiguration: { CaseSensitive: false } },
    ],
  ])('one of ours that was made with %s cannot be repaired, and is left alone', async (_what, settings) => {
    await createUserPool(moto.lookingClients, 'acme', settings, testDeployment.tags);
    await expect(ensure()).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('after a create whose answer was lost the oldest pool is used, and both are deleted in the end', async () => {
    const { userPoolId } = await ensure();
    await createUserPool(moto.lookingClients, 'acme', {}, testDeployment.tags);
    await createUserPool(moto.lookingClients, 'other', {}, testDeployment.tags);
    expect((await ensure()).userPoolId).toBe(userPoolId);
    expect((await remove()).deleted).toHaveLength(2);
    expect(await names()).toEqual(['other']);
  });

  test('is found among more pools than one page holds', async () => {
    for (let index = 0; index < 61; index += 1) {
      await createUserPool(moto.lookingClients, `other-${index}`, {}, {});
    }
    const { userPoolId } = await ensure();
    moto.forgetCalls();
    expect((await ensure()).userPoolId).toBe(userPoolId);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('is deleted with its users, once', async () => {
    const { userPoolId } = await ensure();
    await cognito().send(new AdminCreateUserCommand({ UserPoolId: userPoolId, Username: 'alice' }));
    expect(await remove()).toEqual({ deleted: [userPoolId] });
    moto.forgetCalls();
    expect(await remove()).toEqual({ deleted: [] });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a domain that somebody has given it goes first', async () => {
    const { userPoolId } = await ensure();
    await cognito().send(new CreateUserPoolDomainCommand({ UserPoolId: userPoolId, Domain: 'by-hand' }));
    await expect(remove()).rejects.toMatchObject({ name: 'DeletionPending' });
    expect(await remove()).toEqual({ deleted: [userPoolId] });
  });

  test('one that somebody has protected is not deleted', async () => {
    const { userPoolId } = await ensure();
    await cognito().send(
      new UpdateUserPoolCommand({
        UserPoolId: userPoolId,
        UserPoolTags: testDeployment.tags,
        DeletionProtection: 'ACTIVE',
      }),
    );
    moto.forgetCalls();
    await expect(remove()).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(moto.mutatingCalls()).toEqual([]);
  });
});
