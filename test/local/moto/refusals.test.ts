import {
  ACMClient,
  RequestCertificateCommand,
  type RequestCertificateCommandInput,
} from '@aws-sdk/client-acm';
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import {
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { makeSamlMetadata } from '../../support/saml-metadata';
import { useMoto } from '../../support/moto';
import { makeNetwork } from '../../support/network';

describe('what AWS refuses and moto alone takes', () => {
  const moto = useMoto();
  const cognito = () => moto.lookingClients.get(CognitoIdentityProviderClient);
  const makePool = async () => {
    const { UserPool } = await cognito().send(new CreateUserPoolCommand({ PoolName: 'acme' }));
    return UserPool?.Id ?? '';
  };

  test.each<[string, RequestCertificateCommandInput, string]>([
    ['a first name of 65 characters', { DomainName: `${'a'.repeat(57)}.example` }, 'ValidationException'],
    [
      'an ampersand in a tag',
      { DomainName: 'a.example', Tags: [{ Key: 'cost', Value: 'R&D' }] },
      'InvalidTagException',
    ],
    [
      'parentheses in a tag',
      { DomainName: 'a.example', Tags: [{ Key: 'team (ml)', Value: 'x' }] },
      'InvalidTagException',
    ],
  ])('ACM: %s', async (_, input, name) => {
    const request = moto.lookingClients.get(ACMClient).send(new RequestCertificateCommand(input));
    await expect(request).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  test('ACM takes 64 characters and the tags that it may', async () => {
    const input = {
      DomainName: `${'a'.repeat(56)}.example`,
      Tags: [{ Key: 'Größe', Value: 'a b_.:/=+-@1' }],
    };
    const { CertificateArn } = await moto.lookingClients
      .get(ACMClient)
      .send(new RequestCertificateCommand(input));
    expect(CertificateArn).toBeDefined();
  });

  const makeDomain = async (Domain: string) =>
    cognito().send(
      new CreateUserPoolDomainCommand({
        UserPoolId: await makePool(),
        Domain,
        CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a' },
      }),
    );

  test('Cognito: a domain of 64 characters', async () => {
    await expect(makeDomain(`${'a'.repeat(56)}.example`)).rejects.toThrow(/less than or equal to 63/);
  });

  test('Cognito: a custom domain whose parent one step up does not resolve', async () => {
    const route53 = moto.lookingClients.get(Route53Client);
    const { HostedZone: zone } = await route53.send(
      new CreateHostedZoneCommand({ Name: 'acme.example', CallerReference: 'a' }),
    );
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone?.Id,
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: {
                Name: 'auth.acme.example',
                Type: 'A',
                TTL: 60,
                ResourceRecords: [{ Value: '127.0.0.1' }],
              },
            },
          ],
        },
      }),
    );
    await expect(makeDomain('login.sso.auth.acme.example')).rejects.toThrow(
      /not able to resolve the root domain/,
    );
    await expect(makeDomain('login.acme.example')).rejects.toThrow(/not able to resolve the root domain/);
    await expect(makeDomain('login.auth.acme.example')).resolves.toBeDefined();
    // Answered by somebody else's servers.
    await expect(makeDomain('login.auth.other.example')).resolves.toBeDefined();
  });

  test('Cognito: metadata without the HTTP-Redirect binding', async () => {
    const metadata = await makeSamlMetadata();
    const make = async (MetadataFile: string) =>
      cognito().send(
        new CreateIdentityProviderCommand({
          UserPoolId: await makePool(),
          ProviderName: 'ADFS',
          ProviderType: 'SAML',
          ProviderDetails: { MetadataFile },
        }),
      );
    await expect(make(metadata.replace('HTTP-Redirect', 'HTTP-POST'))).rejects.toThrow(
      'No SingleSignOn Http redirect binding location found in metadata',
    );
    await expect(make(metadata)).resolves.toBeDefined();
  });

  describe('EC2: a tag key that is named twice', () => {
    const ec2 = () => moto.lookingClients.get(EC2Client);
    const once = [
      { Key: 'Name', Value: 'a' },
      { Key: 'name', Value: 'b' },
    ];
    const twice = [...once, { Key: 'Name', Value: 'b' }];
    const refusal = "Duplicate tag key 'Name' specified.";

    test.each<TagSpecification['ResourceType']>(['instance', 'volume', 'network-interface'])(
      'in what a launch template gives to each %s',
      async (ResourceType) => {
        const make = (name: string, Tags: typeof once) =>
          ec2().send(
            new CreateLaunchTemplateCommand({
              LaunchTemplateName: `${name}-${String(ResourceType)}`,
              LaunchTemplateData: { TagSpecifications: [{ ResourceType, Tags }] },
            }),
          );
        await expect(make('twice', twice)).rejects.toThrow(refusal);
        await expect(make('once', once)).resolves.toBeDefined();
      },
    );

    test('when something is made with tags, or gets them', async () => {
      const make = (GroupName: string, Tags: typeof once) =>
        ec2().send(
          new CreateSecurityGroupCommand({
            GroupName,
            Description: 'a',
            TagSpecifications: [{ ResourceType: 'security-group', Tags }],
          }),
        );
      await expect(make('twice', twice)).rejects.toThrow(refusal);
      const { GroupId = '' } = await make('once', once);
      const tag = (Tags: typeof once) => ec2().send(new CreateTagsCommand({ Resources: [GroupId], Tags }));
      await expect(tag(twice)).rejects.toThrow(refusal);
      await expect(tag(once)).resolves.toBeDefined();
    });
  });

  test('EC2: a security group to which a rule of another refers, or that a database has, is not deleted', async () => {
    const { vpcId, subnets } = await makeNetwork(moto.lookingClients);
    const ec2 = moto.lookingClients.get(EC2Client);
    const make = async (GroupName: string): Promise<string> => {
      const group = { GroupName, Description: 'a', VpcId: vpcId };
      return (await ec2.send(new CreateSecurityGroupCommand(group))).GroupId ?? '';
    };
    const remove = async (GroupId: string) => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    const needed = { name: 'DependencyViolation' };
    const [cluster, door] = [await make('cluster'), await make('door')];
    const rule = {
      IpProtocol: 'tcp',
      FromPort: 3306,
      ToPort: 3306,
      UserIdGroupPairs: [{ GroupId: cluster }],
    };
    const rules = { GroupId: door, IpPermissions: [rule] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rules));
    await expect(remove(cluster)).rejects.toMatchObject(needed);
    await ec2.send(new RevokeSecurityGroupIngressCommand(rules));
    await remove(cluster);

    const rds = moto.lookingClients.get(RDSClient);
    await rds.send(
      new CreateDBSubnetGroupCommand({
        ...{ DBSubnetGroupName: 'd', DBSubnetGroupDescription: 'x' },
        SubnetIds: subnets.private.map(({ id }) => id),
      }),
    );
    await rds.send(
      new CreateDBInstanceCommand({
        ...{ DBInstanceIdentifier: 'd', DBInstanceClass: 'db.t4g.medium', Engine: 'mysql' },
        ...{ AllocatedStorage: 20, MasterUsername: 'kubeflow', MasterUserPassword: 'long-enough' },
        ...{ DBSubnetGroupName: 'd', VpcSecurityGroupIds: [door] },
      }),
    );
    await expect(remove(door)).rejects.toMatchObject(needed);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'd', SkipFinalSnapshot: true }));
    await remove(door);
  });
});
