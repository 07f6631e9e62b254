import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createSamlProvider, describeProvider } from '../../adapters/aws/cognito-provider';
import { createUserPool } from '../../adapters/aws/cognito-user-pool';
import { completeIdentityProvider } from '../../core/configuration/identity-provider';
import { unknownMetadata } from '../../core/handover/registered-configuration';
import { task as checkSaml } from '../../tasks/saml-provider/check-saml';
import { task as deleteSamlProvider } from '../../tasks/saml-provider/delete-saml-provider';
import {
  attributeMapping as mappingOf,
  directories,
  type Claims,
  type DirectoryKind,
} from '../../core/saml/directory-kinds';
import { task as ensureSamlProvider } from '../../tasks/saml-provider/ensure-saml-provider';
import { answeringClients, awsException } from '../support/answering-clients';
import { useMoto } from '../support/moto';
import { makeSamlMetadata } from '../support/saml-metadata';
import { testContext, testDeployment } from '../support/task-context';

const url = 'https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml';
const identityProvider = { ...completeIdentityProvider({}), host: 'adfs.example.com' };
const attributeMapping = mappingOf('adfs', identityProvider.claims);
const day = 86_400_000;
const inDays = (count: number) => new Date(Date.now() + count * day + day / 2);

describe('the SAML provider', () => {
  const moto = useMoto();
  let userPoolId = '';
  beforeEach(async () => {
    userPoolId = (await createUserPool(moto.lookingClients, 'acme', {}, testDeployment.tags)).id;
  });
  const ensure = (samlMetadata: object) =>
    ensureSamlProvider.run(
      { deployment: testDeployment, userPoolId, samlMetadata, identityProvider },
      testContext(moto),
    );
  const found = () => describeProvider(moto.lookingClients, userPoolId, 'ADFS');

  test('by URL: Cognito is told where the metadata is', async () => {
    expect(await ensure({ url })).toEqual({ providerName: 'ADFS' });
    expect(await found()).toEqual({
      name: 'ADFS',
      type: 'SAML',
      details: { MetadataURL: url },
      attributeMapping,
    });
  });

  describe('whose metadata is not known, as in a plan by name', () => {
    const plan = async () => {
      const context = testContext(moto, { readOnly: true });
      const result = await ensureSamlProvider.run(
        { deployment: testDeployment, userPoolId, samlMetadata: unknownMetadata, identityProvider },
        context,
      );
      return { result, changes: context.changes };
    };

    test('is as it should be where it has any of its own', async () => {
      await ensure({ inline: await makeSamlMetadata() });
      expect(await plan()).toEqual({ result: { providerName: 'ADFS' }, changes: [] });
    });

    test('is another where it has an address, and is missed where it is gone', async () => {
      expect((await plan()).changes).toEqual([
        { action: 'create', what: `SAML provider ADFS of ${userPoolId}` },
      ]);
      await ensure({ url });
      expect((await plan()).changes).toEqual([
        { action: 'change', what: `SAML provider ADFS of ${userPoolId}: metadata` },
      ]);
    });

    test('is for a plan alone', async () => {
      await ensure({ url });
      moto.forgetCalls();
      await expect(ensure(unknownMetadata)).rejects.toMatchObject({ name: 'InvalidTaskInput' });
      expect(moto.calls).toEqual([]);
    });
  });

  test.each<[DirectoryKind, Partial<Claims>, object]>([
    [
      'entra',
      {},
      {
        email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
        'custom:groups': 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
        'custom:groups_link': 'http://schemas.microsoft.com/claims/groups.link',
      },
    ],
    ['okta', { groups: 'teams' }, { email: 'email', 'custom:groups': 'teams' }],
    ['keycloak', {}, { email: 'email', 'custom:groups': 'groups' }],
    ['saml', { email: 'mail', groups: 'memberOf' }, { email: 'mail', 'custom:groups': 'memberOf' }],
  ])(
    'of kind %s: has its name and its claims, and a second run changes nothing',
    async (kind, claims, mapping) => {
      const other = completeIdentityProvider({ identity_provider: { kind, claims } });
      const run = () =>
        ensureSamlProvider.run(
          { deployment: testDeployment, userPoolId, samlMetadata: { url }, identityProvider: other },
          testContext(moto),
        );
      const { providerName } = directories[kind];
      expect(await run()).toEqual({ providerName });
      const made = await describeProvider(moto.lookingClients, userPoolId, providerName);
      expect(made?.attributeMapping).toEqual({ email_verified: 'email_verified', ...mapping });
      moto.forgetCalls();
      await run();
      expect(moto.mutatingCalls()).toEqual([]);
      expect(await deleteSamlProvider.run({ deployment: testDeployment }, testContext(moto))).toEqual({
        deleted: [`${userPoolId}/${providerName}`],
      });
    },
  );

  test('inline: Cognito is given the document', async () => {
    const inline = await makeSamlMetadata();
    await ensure({ inline });
    expect((await found())?.details).toEqual({ MetadataFile: inline });
  });

  test.each(['url', 'inline'])('a second run makes no mutating call (%s)', async (kind) => {
    const samlMetadata = kind === 'url' ? { url } : { inline: await makeSamlMetadata() };
    await ensure(samlMetadata);
    moto.forgetCalls();
    await ensure(samlMetadata);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a document in another layout is the same document', async () => {
    const inline = await makeSamlMetadata();
    await ensure({ inline });
    moto.forgetCalls();
    await ensure({ inline: inline.replaceAll('><', '>\r\n<') });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('new metadata replaces the old, also of the other kind, and options stay', async () => {
    const [first, second] = [await makeSamlMetadata(), await makeSamlMetadata()];
    await ensure({ inline: first });
    await moto.lookingClients.get(CognitoIdentityProviderClient).send(
      new UpdateIdentityProviderCommand({
        UserPoolId: userPoolId,
        ProviderName: 'ADFS',
        ProviderDetails: {
          MetadataFile: first,
          IDPSignout: 'true',
          SSORedirectBindingURI: 'https://adfs.example.com/adfs/ls/',
          ActiveEncryptionCertificate: 'MIIC',
        },
      }),
    );
    for (const [samlMetadata, details] of [
      [{ inline: second }, { MetadataFile: second }],
      [{ url }, { MetadataURL: url }],
    ] as const) {
      moto.forgetCalls();
      await ensure(samlMetadata);
      expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider UpdateIdentityProvider']);
      expect((await found())?.details).toEqual({ ...details, IDPSignout: 'true' });
    }
  });

  test('a mapping that was changed is repaired, one that was added stays', async () => {
    await ensure({ url });
    await moto.lookingClients.get(CognitoIdentityProviderClient).send(
      new UpdateIdentityProviderCommand({
        UserPoolId: userPoolId,
        ProviderName: 'ADFS',
        AttributeMapping: { ...attributeMapping, 'custom:groups': 'elsewhere', name: 'urn:name' },
      }),
    );
    moto.forgetCalls();
    await ensure({ url });
    expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider UpdateIdentityProvider']);
    expect((await found())?.attributeMapping).toEqual({ ...attributeMapping, name: 'urn:name' });
  });

  test.each([
    ['expired', async () => makeSamlMetadata(inDays(-2)), /expired, the last one 2 days ago/],
    ['no metadata', () => Promise.resolve('<html/>'), /IDPSSODescriptor/],
  ])('metadata that is %s is refused before anything is touched', async (_what, make, reason) => {
    await expect(ensure({ inline: await make() })).rejects.toMatchObject({
      name: 'SamlMetadataUnusable',
      message: expect.stringMatching(reason) as string,
    });
    expect(moto.calls).toEqual([]);
  });

  test('a provider of another kind is a conflict', async () => {
    await moto.lookingClients.get(CognitoIdentityProviderClient).send(
      new CreateIdentityProviderCommand({
        UserPoolId: userPoolId,
        ProviderName: 'ADFS',
        ProviderType: 'OIDC',
        ProviderDetails: { client_id: 'x' },
      }),
    );
    await expect(ensure({ url })).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('that Cognito cannot fetch the metadata is the user’s to mend', async () => {
    const { clients } = answeringClients({
      DescribeUserPool: { UserPool: { Id: userPoolId, UserPoolTags: testDeployment.tags } },
      DescribeIdentityProvider: awsException('ResourceNotFoundException', 'no such provider'),
      CreateIdentityProvider: awsException(
        'InvalidParameterException',
        `Error retrieving metadata from ${url}`,
      ),
    });
    await expect(
      ensureSamlProvider.run(
        { deployment: testDeployment, userPoolId, samlMetadata: { url }, identityProvider },
        testContext(moto, { clients }),
      ),
    ).rejects.toMatchObject({ name: 'SamlMetadataUnusable' });
  });

  test('is deleted from our pool alone, once', async () => {
    const foreign = (await createUserPool(moto.lookingClients, 'acme', {}, {})).id;
    await ensure({ url });
    await createSamlProvider(moto.lookingClients, foreign, {
      name: 'ADFS',
      details: { MetadataURL: url },
      attributeMapping,
    });
    const remove = () => deleteSamlProvider.run({ deployment: testDeployment }, testContext(moto));
    expect(await remove()).toEqual({ deleted: [`${userPoolId}/ADFS`] });
    expect(await describeProvider(moto.lookingClients, foreign, 'ADFS')).toBeDefined();
    moto.forgetCalls();
    expect(await remove()).toEqual({ deleted: [] });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  describe('checked', () => {
    let server: Server;
    let body = '';
    let status = 200;
    beforeAll(async () => {
      server = createServer((_request, response) => response.writeHead(status).end(body));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata.xml`;
    const check = (input: object = {}) =>
      checkSaml.run({ deployment: testDeployment, userPoolId, ...input }, testContext(moto));
    const provide = (ProviderDetails: Record<string, string>) =>
      moto.lookingClients.get(CognitoIdentityProviderClient).send(
        new CreateIdentityProviderCommand({
          UserPoolId: userPoolId,
          ProviderName: 'ADFS',
          ProviderType: 'SAML',
          ProviderDetails,
        }),
      );

    test.each([
      [400, 'valid'],
      [29, 'expiring'],
      [-2, 'expired'],
    ])('%d days before the expiry: %s', async (count, expected) => {
      await provide({ MetadataFile: await makeSamlMetadata(inDays(count)) });
      expect(await check()).toMatchObject({
        providerName: 'ADFS',
        source: 'inline',
        status: expected,
        daysLeft: count,
        certificates: [{ daysLeft: count, notAfter: expect.any(String) as string }],
      });
      expect(moto.mutatingCalls()).toEqual([]);
    });

    test('metadata by URL is read again', async () => {
      await provide({ MetadataURL: address() });
      status = 200;
      body = await makeSamlMetadata(inDays(3));
      expect(await check()).toMatchObject({ source: 'url', status: 'expiring', daysLeft: 3 });
    });

    test('a directory that does not answer, or answers with an error, is worth another try', async () => {
      await provide({ MetadataURL: address() });
      status = 503;
      await expect(check()).rejects.toMatchObject({ name: 'DirectoryUnreachable' });
    });

    test('a document is compared with what the directory publishes, where that can be read', async () => {
      await provide({ MetadataFile: await makeSamlMetadata(inDays(400)) });
      const fetching = jest.spyOn(globalThis, 'fetch');
      try {
        fetching.mockResolvedValueOnce(new Response(await makeSamlMetadata(inDays(800))));
        expect(await check({ identityProvider })).toMatchObject({ status: 'rolled-over' });
        fetching.mockRejectedValueOnce(new TypeError('fetch failed'));
        expect(await check({ identityProvider })).toMatchObject({ status: 'valid' });
        expect(fetching.mock.calls.map(([asked]) => asked)).toEqual([url, url]);
      } finally {
        fetching.mockRestore();
      }
    });

    test('a pool without the provider is reported', async () => {
      await expect(check()).rejects.toMatchObject({ name: 'UserPoolMissing' });
    });
  });
});
