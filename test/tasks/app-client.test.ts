import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  UpdateUserPoolClientCommand,
  type UpdateUserPoolClientCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Logger } from '@aws-lambda-powertools/logger';
import { deleteAppClient, describeAppClient, findAppClients } from '../../adapters/aws/cognito-client';
import { createUserPool } from '../../adapters/aws/cognito-user-pool';
import { createSecret, describeSecret, readSecret, writeSecret } from '../../adapters/aws/secrets-manager';
import { notOurs } from '../../core/handover/left';
import { ownerTag } from '../../core/naming';
import { task as deleteAppClientTask } from '../../tasks/app-client/delete-app-client';
import { task as ensureAppClient } from '../../tasks/app-client/ensure-app-client';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { useMoto } from '../support/moto';
import { testContext, testDeployment } from '../support/task-context';

const secretName = 'kubeflow-eks/acme/oauth2-proxy';

interface Stored {
  clientId: string;
  clientSecret: string;
  cookieSecret: string;
}

describe('the app client', () => {
  const moto = useMoto();
  let userPoolId = '';
  beforeEach(async () => {
    userPoolId = (await createUserPool(moto.lookingClients, 'acme', {}, testDeployment.tags)).id;
  });
  const ensure = (input: object = {}, options: Parameters<typeof testContext>[1] = {}) =>
    ensureAppClient.run(
      {
        deployment: testDeployment,
        userPoolId,
        kubeflowDomain: 'kubeflow.example.com',
        providerName: 'ADFS',
        ...input,
      },
      testContext(moto, options),
    );
  const remove = () => deleteAppClientTask.run({ deployment: testDeployment }, testContext(moto));
  const clientOf = async (id: string) => {
    const client = await describeAppClient(moto.lookingClients, userPoolId, id);
    if (!client) throw new Error(`there is no app client ${id}`);
    return client;
  };
  const stored = async (arn: string = secretName) =>
    JSON.parse((await readSecret(moto.lookingClients, arn)) ?? '{}') as Stored;

  test('lets the directory’s users in by code, and nobody by any other way', async () => {
    const { clientId } = await ensure();
    const { description } = await clientOf(clientId);
    expect(description).toMatchObject({
      ClientName: 'acme',
      SupportedIdentityProviders: ['ADFS'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['email', 'openid'],
      CallbackURLs: ['https://kubeflow.example.com/oauth2/callback'],
      LogoutURLs: ['https://kubeflow.example.com/'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      // No longer: until then a session goes on whatever has changed in the directory.
      RefreshTokenValidity: 60,
      AccessTokenValidity: 15,
      IdTokenValidity: 15,
      TokenValidityUnits: { RefreshToken: 'minutes', AccessToken: 'minutes', IdToken: 'minutes' },
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    });
    // Else the trigger's event might lack the groups, which would take all access away.
    expect([...(description.ReadAttributes ?? [])].sort()).toEqual([
      'custom:groups',
      'email',
      'email_verified',
    ]);
    expect(description.WriteAttributes).toBeUndefined();
  });

  test('its secret goes to Secrets Manager with a key for the cookie, and nowhere else', async () => {
    const written: string[] = [];
    const logger = new Logger({ logLevel: 'DEBUG', serviceName: 'test' });
    for (const method of ['debug', 'info', 'warn', 'error'] as const) {
      jest.spyOn(logger, method).mockImplementation((...args: unknown[]) => {
        written.push(JSON.stringify(args));
      });
    }
    const result = await ensure({}, { logger });

    const secret = await describeSecret(moto.lookingClients, secretName);
    expect(secret).toMatchObject({ arn: result.secretArn, tags: testDeployment.tags });
    const { clientId, clientSecret, cookieSecret } = await stored(result.secretArn);
    expect(clientId).toBe(result.clientId);
    expect(clientSecret).toBe((await clientOf(clientId)).secret);
    expect(Buffer.from(cookieSecret, 'base64url')).toHaveLength(32);
    expect(written.length).toBeGreaterThan(0);
    for (const value of [clientSecret, cookieSecret]) {
      expect(written.join()).not.toContain(value);
      expect(JSON.stringify(result)).not.toContain(value);
    }
  });

  test('a second run makes no mutating call and keeps the secret as it is', async () => {
    const first = await ensure();
    const before = await stored();
    moto.forgetCalls();
    expect(await ensure()).toEqual(first);
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await stored()).toEqual(before);
  });

  test('a changed domain is allowed beside the registered one, until that is retired', async () => {
    await makeRegistry(moto.lookingClients);
    const environment = registryEnvironment;
    const item = { deployment: testDeployment, configuration: { kubeflow_domain: 'kubeflow.example.com' } };
    const changed = { kubeflowDomain: 'ml.example.com' };
    await ensure({ keepFormerAddresses: true }, { environment });
    await writeItem(moto.lookingClients, 'kubeflow-eks-registry', registryKey.registration('acme'), item);

    const { clientId } = await ensure({ ...changed, keepFormerAddresses: true }, { environment });
    expect((await clientOf(clientId)).description.CallbackURLs?.sort()).toEqual([
      'https://kubeflow.example.com/oauth2/callback',
      'https://ml.example.com/oauth2/callback',
    ]);
    await ensure(changed, { environment });
    expect((await clientOf(clientId)).description.CallbackURLs).toEqual([
      'https://ml.example.com/oauth2/callback',
    ]);
  });

  test('the seed’s load balancer has another callback', async () => {
    const { clientId } = await ensure({ callbackPaths: ['/oauth2/callback', '/oauth2/idpresponse'] });
    expect((await clientOf(clientId)).description.CallbackURLs).toEqual([
      'https://kubeflow.example.com/oauth2/callback',
      'https://kubeflow.example.com/oauth2/idpresponse',
    ]);
  });

  test.each<[string, Partial<UpdateUserPoolClientCommandInput>]>([
    [
      'the scope by which a user could rewrite his groups',
      { AllowedOAuthScopes: ['email', 'openid', 'aws.cognito.signin.user.admin'] },
    ],
    [
      'a callback to another host',
      { CallbackURLs: ['https://kubeflow.example.com/oauth2/callback', 'https://evil.example.com/'] },
    ],
    ['a second provider', { SupportedIdentityProviders: ['ADFS', 'COGNITO'] }],
    ['password logins', { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }],
    ['the implicit flow', { AllowedOAuthFlows: ['code', 'implicit'] }],
    ['revocation turned off', { EnableTokenRevocation: false }],
    ['attributes that cannot be written', { WriteAttributes: ['email'] }],
    ['a lifetime of months', { RefreshTokenValidity: 90 }],
  ])('%s is taken back with one call, after which nothing differs', async (_what, drift) => {
    const { clientId } = await ensure();
    const { description } = await clientOf(clientId);
    const before = await stored();
    const { LastModifiedDate: _m, CreationDate: _c, UserPoolId: _p, ClientId: _i, ...settings } = description;
    await moto.lookingClients.get(CognitoIdentityProviderClient).send(
      new UpdateUserPoolClientCommand({
        ...settings,
        UserPoolId: userPoolId,
        ClientId: clientId,
        ...drift,
      }),
    );
    expect((await clientOf(clientId)).description).toMatchObject(drift);
    moto.forgetCalls();

    await ensure();
    expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider UpdateUserPoolClient']);
    expect((await clientOf(clientId)).description).toEqual(description);
    expect(await stored()).toEqual(before);
    moto.forgetCalls();
    await ensure();
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a repair keeps what others have set', async () => {
    const { clientId } = await ensure();
    const { ClientId: _i, UserPoolId: _p, ...settings } = (await clientOf(clientId)).description;
    await moto.lookingClients.get(CognitoIdentityProviderClient).send(
      new UpdateUserPoolClientCommand({
        ...settings,
        UserPoolId: userPoolId,
        ClientId: clientId,
        AuthSessionValidity: 15,
        DefaultRedirectURI: 'https://old.example.com/',
        CallbackURLs: ['https://old.example.com/'],
      }),
    );
    await ensure();
    const repaired = (await clientOf(clientId)).description;
    expect(repaired).toMatchObject({ AuthSessionValidity: 15, ClientName: 'acme' });
    // It would have to be one of the callbacks.
    expect(repaired.DefaultRedirectURI).toBeUndefined();
  });

  test('a client that was re-created is stored, and the cookie’s key stays', async () => {
    const first = await ensure();
    const before = await stored();
    await deleteAppClient(moto.lookingClients, userPoolId, first.clientId);
    moto.forgetCalls();
    const second = await ensure();
    expect(moto.mutatingCalls()).toEqual([
      'CognitoIdentityProvider CreateUserPoolClient',
      'SecretsManager PutSecretValue',
    ]);
    expect(second.secretArn).toBe(first.secretArn);
    const after = await stored();
    expect(after.clientId).toBe(second.clientId);
    expect(after.clientSecret).not.toBe(before.clientSecret);
    expect(after.cookieSecret).toBe(before.cookieSecret);
  });

  test.each(['', 'not JSON', '{"clientId":"other"}', '{"cookieSecret":"short"}', '[]'])(
    'a secret that holds %j is filled again',
    async (text) => {
      const { clientId, secretArn } = await ensure();
      await writeSecret(moto.lookingClients, secretArn, text === '' ? ' ' : text);
      await ensure();
      const after = await stored();
      expect(after.clientId).toBe(clientId);
      expect(Buffer.from(after.cookieSecret, 'base64url')).toHaveLength(32);
    },
  );

  test('the client that the secret names is the one, should there be two', async () => {
    const { clientId } = await ensure();
    for (let count = 0; count < 3; count += 1) {
      await moto.lookingClients.get(CognitoIdentityProviderClient).send(
        new CreateUserPoolClientCommand({
          UserPoolId: userPoolId,
          ClientName: 'acme',
          GenerateSecret: true,
        }),
      );
    }
    moto.forgetCalls();
    expect((await ensure()).clientId).toBe(clientId);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a deletion of the secret that somebody has scheduled is taken back', async () => {
    const first = await ensure();
    await moto.lookingClients
      .get(SecretsManagerClient)
      .send(new DeleteSecretCommand({ SecretId: first.secretArn }));
    moto.forgetCalls();
    expect(await ensure()).toEqual(first);
    expect(moto.mutatingCalls()).toEqual(['SecretsManager RestoreSecret']);
  });

  test('another’s secret of our name is a conflict, and no client is made', async () => {
    await createSecret(moto.lookingClients, secretName, 'theirs', '{}', { [ownerTag]: 'zeta' });
    await expect(ensure()).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await remove()).toEqual({
      deleted: [],
      left: [{ what: `the secret ${secretName}`, why: notOurs }],
    });
    expect(await readSecret(moto.lookingClients, secretName)).toBe('{}');
  });

  test('a public client of our name cannot be given a secret', async () => {
    await moto.lookingClients
      .get(CognitoIdentityProviderClient)
      .send(new CreateUserPoolClientCommand({ UserPoolId: userPoolId, ClientName: 'acme' }));
    await expect(ensure()).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('is deleted with its secret, at once and once; other clients of the pool stay', async () => {
    const { clientId, secretArn } = await ensure();
    await moto.lookingClients
      .get(CognitoIdentityProviderClient)
      .send(new CreateUserPoolClientCommand({ UserPoolId: userPoolId, ClientName: 'other' }));
    expect(await remove()).toEqual({ deleted: [clientId, secretArn] });
    expect(await describeSecret(moto.lookingClients, secretName)).toBeUndefined();
    expect(await findAppClients(moto.lookingClients, userPoolId, 'other')).toHaveLength(1);
    moto.forgetCalls();
    expect(await remove()).toEqual({ deleted: [] });
    expect(moto.mutatingCalls()).toEqual([]);
    // The name is free again.
    await ensure();
  });
});
