import { ACMClient, DeleteCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  UntagResourceCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  UpdateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type ChangeAction,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { isSamePolicy } from '../../../core/same-policy';
import { useMoto } from '../../support/moto';

const certificateArn = (id: string) => `arn:aws:acm:us-east-1:123456789012:certificate/${id}`;

describe('what AWS does and moto alone does not', () => {
  const moto = useMoto();
  const cognito = () => moto.lookingClients.get(CognitoIdentityProviderClient);
  const makePool = async () => {
    const { UserPool } = await cognito().send(
      new CreateUserPoolCommand({
        PoolName: 'acme',
        AliasAttributes: ['email'],
        UsernameConfiguration: { CaseSensitive: false },
      }),
    );
    return UserPool?.Id ?? '';
  };

  test('a certificate that was deleted is still what its token asks for', async () => {
    const acm = moto.lookingClients.get(ACMClient);
    const request = async () => {
      const command = new RequestCertificateCommand({ DomainName: 'a.example', IdempotencyToken: 'acme' });
      return (await acm.send(command)).CertificateArn;
    };
    const first = await request();
    expect(await request()).toBe(first);
    await acm.send(new DeleteCertificateCommand({ CertificateArn: first }));
    expect(await request()).toBe(first);
  });

  test('a tag is taken off a user pool, and the others stay', async () => {
    const { UserPool: made } = await cognito().send(
      new CreateUserPoolCommand({ PoolName: 'acme', UserPoolTags: { team: 'ml', cost: 'x' } }),
    );
    await cognito().send(new UntagResourceCommand({ ResourceArn: made?.Arn, TagKeys: ['cost', 'none'] }));
    const { UserPool } = await cognito().send(new DescribeUserPoolCommand({ UserPoolId: made?.Id }));
    expect(UserPool?.UserPoolTags).toEqual({ team: 'ml' });
  });

  test('an update of a user pool keeps what cannot be changed', async () => {
    const id = await makePool();
    await cognito().send(new UpdateUserPoolCommand({ UserPoolId: id, UserPoolTier: 'PLUS' }));

    const { UserPool } = await cognito().send(new DescribeUserPoolCommand({ UserPoolId: id }));
    expect(UserPool).toMatchObject({
      AliasAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      UserPoolTier: 'PLUS',
    });
  });

  test('an update of an app client resets what it is not sent', async () => {
    const id = await makePool();
    const { UserPoolClient: made } = await cognito().send(
      new CreateUserPoolClientCommand({
        UserPoolId: id,
        ClientName: 'acme',
        CallbackURLs: ['https://a.example/'],
      }),
    );
    const { UserPoolClient: updated } = await cognito().send(
      new UpdateUserPoolClientCommand({ UserPoolId: id, ClientId: made?.ClientId, RefreshTokenValidity: 7 }),
    );
    expect(updated).toMatchObject({ ClientName: 'acme', RefreshTokenValidity: 7 });
    expect(updated?.CallbackURLs).toBeUndefined();
  });

  test('a second provider of a name is refused', async () => {
    const create = new CreateIdentityProviderCommand({
      UserPoolId: await makePool(),
      ProviderName: 'ADFS',
      ProviderType: 'SAML',
      ProviderDetails: { MetadataURL: 'https://adfs.example.com/metadata.xml' },
    });
    await cognito().send(create);
    await expect(cognito().send(create)).rejects.toMatchObject({ name: 'DuplicateProviderException' });
  });

  test('a custom domain tells its set-up, keeps its distribution, and has one pool', async () => {
    const pool = await makePool();
    const settings = { UserPoolId: pool, Domain: 'login.example.com', ManagedLoginVersion: 1 };
    const create = new CreateUserPoolDomainCommand({
      ...settings,
      CustomDomainConfig: { CertificateArn: certificateArn('one') },
    });
    const { CloudFrontDomain } = await cognito().send(create);
    await cognito().send(
      new UpdateUserPoolDomainCommand({
        ...settings,
        ManagedLoginVersion: 2,
        CustomDomainConfig: { CertificateArn: certificateArn('two') },
      }),
    );

    const { DomainDescription } = await cognito().send(
      new DescribeUserPoolDomainCommand({ Domain: settings.Domain }),
    );
    expect(DomainDescription).toMatchObject({
      UserPoolId: pool,
      CloudFrontDistribution: CloudFrontDomain,
      CustomDomainConfig: { CertificateArn: certificateArn('two') },
      ManagedLoginVersion: 2,
    });
    const { UserPool } = await cognito().send(new DescribeUserPoolCommand({ UserPoolId: pool }));
    expect(UserPool).toMatchObject({ CustomDomain: settings.Domain });
    await expect(cognito().send(create)).rejects.toMatchObject({ name: 'InvalidParameterException' });

    const elsewhere = moto.lookingClients.get(CognitoIdentityProviderClient, 'us-west-2');
    const { UserPool: second } = await elsewhere.send(new CreateUserPoolCommand({ PoolName: 'second' }));
    const again = new CreateUserPoolDomainCommand({
      ...settings,
      UserPoolId: second?.Id,
      CustomDomainConfig: { CertificateArn: certificateArn('one') },
    });
    await expect(elsewhere.send(again)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('a user pool with a domain is not deleted', async () => {
    const pool = await makePool();
    await cognito().send(new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: 'prefix' }));
    await expect(cognito().send(new DeleteUserPoolCommand({ UserPoolId: pool }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await cognito().send(new DeleteUserPoolDomainCommand({ UserPoolId: pool, Domain: 'prefix' }));
    await cognito().send(new DeleteUserPoolCommand({ UserPoolId: pool }));
  });

  describe('records', () => {
    const record = (address: string): ResourceRecordSet => ({
      Name: 'a.example.com',
      Type: 'A',
      TTL: 60,
      ResourceRecords: [{ Value: address }],
    });
    const makeZone = async () => {
      const { HostedZone } = await moto.lookingClients
        .get(Route53Client)
        .send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'test' }));
      const id = HostedZone?.Id ?? '';
      return (...changes: [ChangeAction, ResourceRecordSet][]) =>
        moto.lookingClients.get(Route53Client).send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: id,
            ChangeBatch: {
              Changes: changes.map(([Action, ResourceRecordSet]) => ({ Action, ResourceRecordSet })),
            },
          }),
        );
    };

    test('can be made again after they were deleted, also beside a record that sorts later', async () => {
      const change = await makeZone();
      await change(
        ['CREATE', record('192.0.2.1')],
        ['CREATE', { ...record('192.0.2.2'), Name: 'b.example.com' }],
      );
      await change(['DELETE', record('192.0.2.1')]);
      await change(['CREATE', record('192.0.2.1')]);
      await change(['DELETE', record('192.0.2.1')], ['CREATE', record('192.0.2.3')]);
    });

    test('are not made twice, nor deleted with other content or when they are not there', async () => {
      const change = await makeZone();
      const refused = { name: 'InvalidChangeBatch' };
      await expect(change(['DELETE', record('192.0.2.1')])).rejects.toMatchObject(refused);
      await change(['CREATE', record('192.0.2.1')]);
      await expect(change(['CREATE', record('192.0.2.9')])).rejects.toMatchObject(refused);
      await expect(change(['DELETE', record('192.0.2.9')])).rejects.toMatchObject(refused);
    });
  });

  test('the policy of a bucket comes back with lists in another order, and of one entry as the entry', async () => {
    const s3 = moto.lookingClients.get(S3Client);
    const Bucket = 'written-otherwise';
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    const statement = {
      ...{ Effect: 'Deny', Principal: '*', Action: ['s3:*'] },
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    };
    const policy = { Version: '2012-10-17', Statement: [statement] };
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    const found: unknown = JSON.parse(Policy);
    expect(found).toEqual({
      ...policy,
      Statement: [{ ...statement, Action: 's3:*', Resource: [...statement.Resource].reverse() }],
    });
    expect(isSamePolicy(found, policy)).toBe(true);
  });
});
