import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateKeyPairCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  type CreateKeyCommandInput,
} from '@aws-sdk/client-kms';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { openNameServer, type NameServer } from '../../local/region/network/name-server';
import { findSubnets } from '../../adapters/aws/ec2-network';
import { changeRecords } from '../../adapters/aws/route53';
import { companionOf } from '../../core/dns/dns-record';
import { ownerTag, stackNames } from '../../core/naming';
import {
  clusterVersions,
  instanceMetadataDefaults,
  accountQuotas,
  serviceQuotas,
} from '../../local/region/overlays/account-facts';
import { lambdaConfiguration } from '../../local/region/overlays/lambda-configuration';
import { checkEndpoint, type EndpointSettings } from '../../tasks/preflight/endpoint';
import { freePort } from '../../local/processes/free-port';
import { task } from '../../tasks/preflight/check-prerequisites';
import { createUserPool } from '../../adapters/aws/cognito-user-pool';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { makeLogBucket, makeWebAcl } from '../support/front-door-fixtures';
import { useMoto } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';
import { makeSamlMetadata } from '../support/saml-metadata';
import { testContext, testDeployment as deployment } from '../support/task-context';

describe('check-prerequisites', () => {
  let showsTags = false;
  let quotas = accountQuotas;
  let environment: Record<string, string>;
  const moto = useMoto({
    functions: ['check-prerequisites'],
    services: () => ({
      eks: [clusterVersions],
      ec2: [instanceMetadataDefaults(() => showsTags)],
      servicequotas: [serviceQuotas(() => quotas)],
      lambda: [
        lambdaConfiguration({
          accountId: '123456789012',
          functionExists: () => true,
          concurrentExecutions: 1000,
        }).handler,
      ],
    }),
  });
  let metadata: string;
  let network: TestNetwork;
  let configuration: Record<string, unknown>;
  let zoneId: string;
  const servers: Server[] = [];
  let nameServer: NameServer | undefined;
  let roles = 0;

  beforeAll(async () => {
    metadata = await makeSamlMetadata();
  });
  beforeEach(async () => {
    showsTags = false;
    quotas = accountQuotas;
    environment = { ...registryEnvironment };
    network = await makeNetwork(moto.lookingClients);
    await makeRegistry(moto.lookingClients);
    zoneId = await makeZone('example.com');
    await moto.lookingClients.get(EC2Client).send(new CreateKeyPairCommand({ KeyName: 'ops' }));
    configuration = {
      vpc_id: network.vpcId,
      iam_role_prefix: 'kubeflow',
      iam_policy_prefix: 'kubeflow',
      kms_key_arn: await makeKey(),
      ssh_key_name: 'ops',
      route53_domain: 'example.com',
      auth_base_domain: 'auth.example.com',
      cognito_domain: 'cognito.auth.example.com',
      kubeflow_domain: 'kubeflow.example.com',
      cert_alt_names: ['*.example.com', 'kubeflow.example.com'],
      saml_metadata: { inline: metadata },
      kubeflow: { ingress_scheme: 'internet-facing', components: ['pipelines'] },
      account_id: '123456789012',
      cpu_worker_type: 'm5.large',
      nodegroup_desired_size: 4,
      kubernetes_version: '1.35',
      endpoint_access: { public: true, private: true, public_cidrs: ['0.0.0.0/0'] },
      admin_role_arns: [],
      lambda_concurrency_enabled: false,
      lambda_profile_concurrency: 10,
      access: { namespaces: {} },
    };
  });
  afterAll(() => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function makeZone(name: string, isPrivate = false): Promise<string> {
    const { HostedZone } = await moto.lookingClients.get(Route53Client).send(
      new CreateHostedZoneCommand({
        Name: name,
        CallerReference: `${name}-${Math.random()}`,
        HostedZoneConfig: { PrivateZone: isPrivate },
        ...(isPrivate ? { VPC: { VPCId: network.vpcId, VPCRegion: 'eu-central-1' } } : {}),
      }),
    );
    return HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
  }
  const roleOf = (role_arn: string) => ({ access: { namespaces: { 'team-a': { role_arn } } } });
  /** A role that a service may have. */
  async function makeTeamRole(Service: string): Promise<string> {
    const { Role } = await moto.lookingClients.get(IAMClient).send(
      new CreateRoleCommand({
        RoleName: `team-${(roles += 1).toString()}`,
        Path: '/kubeflow-teams/',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service },
            Action: ['sts:AssumeRole', 'sts:TagSession'],
          },
        }),
      }),
    );
    return Role?.Arn ?? '';
  }
  async function makeKey(input: CreateKeyCommandInput = {}): Promise<string> {
    const { KeyMetadata } = await moto.lookingClients.get(KMSClient).send(new CreateKeyCommand(input));
    return KeyMetadata?.Arn ?? '';
  }
  const useForVolumes = (arn: string) =>
    moto.lookingClients.get(EC2Client).send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: arn }));
  /** A stand-in for ADFS. */
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/FederationMetadata.xml`;
  }
  const bucket = {
    Bucket: 'acme-mirror',
    CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' as const },
  };
  const archived = (url: string) => ({
    ingress_scheme: 'internet-facing',
    components: ['pipelines'],
    source: { archive: { url, sha256: '0'.repeat(64) } },
  });
  async function serveNames(): Promise<string> {
    nameServer = await openNameServer(moto.lookingClients.get(Route53Client));
    return nameServer.address;
  }
  const run = (change: object = {}) =>
    task.run(
      { deployment, configuration: { ...configuration, ...change } },
      testContext(moto, { environment }),
    );
  const refusal = async (change: object = {}): Promise<{ name: string; message: string }> => {
    try {
      await run(change);
    } catch (error) {
      return error as Error;
    }
    throw new Error('it was not refused');
  };
  /** Nothing is changed, whatever the outcome. */
  afterEach(async () => {
    await nameServer?.close();
    nameServer = undefined;
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('finds the VPC, private and public subnets by their routes, and the hosted zone', async () => {
    expect(await run()).toEqual({
      vpc: { id: network.vpcId, cidr: '10.7.0.0/16' },
      subnets: network.subnets,
      hostedZone: { id: zoneId, name: 'example.com' },
      samlMetadata: { inline: true },
      warnings: [],
    });
  });

  test('nodes with public addresses are welcome where the subnets give them, and only those that do not are named', async () => {
    const [first, second] = network.subnets.public.map(({ id }) => id);
    const give = (SubnetId: string | undefined) =>
      moto.lookingClients
        .get(EC2Client)
        .send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    await give(first);
    const { message } = await refusal({ associate_public_ip_address: true });
    expect(message).toContain(second);
    expect(message).not.toContain(first);

    await give(second);
    const { subnets } = await run({ associate_public_ip_address: true });
    expect(subnets).toEqual(network.subnets);
  });

  test('takes the zone of the longest name, and no private one', async () => {
    const nearer = await makeZone('ml.example.com');
    await makeZone('a.ml.example.com', true);

    const found = await run({
      route53_domain: 'a.ml.example.com',
      auth_base_domain: 'auth.a.ml.example.com',
      cognito_domain: 'cognito.auth.a.ml.example.com',
      kubeflow_domain: 'kubeflow.a.ml.example.com',
      cert_alt_names: [],
    });
    expect(found.hostedZone).toEqual({ id: nearer, name: 'ml.example.com' });
  });

  test('a zone that the world is told of is taken, and one of which nothing can be found out, with a warning', async () => {
    environment['CLUSTER_VPC'] = 'none';
    environment['DNS_SERVER'] = await serveNames();
    expect((await run()).warnings).toEqual([]);
    await nameServer?.close();
    nameServer = undefined;
    expect((await run()).warnings).toEqual([expect.stringMatching(/example\.com .* could not be looked up/)]);
  });

  test('an account that may run no builds is warned of, and one of which nobody knows is not', async () => {
    quotas = { ...accountQuotas, 'L-5ED1D25B': 0 };
    expect((await run()).warnings).toEqual([
      expect.stringMatching(/may run 0 builds .* ARM\/Small .* eu-central-1, .*--quota-code L-5ED1D25B/),
    ]);
    quotas = { 'L-1216C47A': 256 };
    expect((await run()).warnings).toEqual([]);
  });

  test('EC2 is asked once for all instance types', async () => {
    configuration['gpu_node_group'] = { worker_type: 'g5.xlarge', desired_size: 1 };
    await run();
    expect(moto.calls.filter(({ operation }) => operation === 'DescribeInstanceTypes')).toHaveLength(1);
  });

  test('an archive that is there, and what the options name, are taken', async () => {
    const s3 = moto.lookingClients.get(S3Client);
    await s3.send(new CreateBucketCommand(bucket));
    await s3.send(new PutObjectCommand({ Bucket: 'acme-mirror', Key: 'kubeflow.tar.gz', Body: 'x' }));
    Object.assign(environment, {
      HOSTED_ZONES: `ZX,${zoneId}`,
      CLUSTER_KEYS: '*',
      ARCHIVE_BUCKETS: 'acme-mirror',
    });
    expect((await run({ kubeflow: archived('s3://acme-mirror/kubeflow.tar.gz') })).hostedZone.id).toBe(
      zoneId,
    );
  });

  it('warns of a key of volumes that is the account’s own, whose policy it does not read', async () => {
    const arn = await makeKey();
    await useForVolumes(arn);
    expect((await run()).warnings).toEqual([
      expect.stringMatching(
        new RegExp(`${arn}, .* is the account's own: .* AWSServiceRoleForAutoScaling .* EBS driver`),
      ),
    ]);
  });

  test('a web ACL and a bucket for access logs that are there are taken, each with one call', async () => {
    const webAcl = await makeWebAcl(moto.lookingClients.get(WAFV2Client));
    await moto.lookingClients.get(S3Client).send(new CreateBucketCommand(bucket));
    const kubeflow = {
      ...(configuration['kubeflow'] as object),
      ingress_waf_acl_arn: webAcl,
      ingress_access_logs: { bucket: 'acme-mirror' },
    };
    expect((await run({ kubeflow })).warnings).toEqual([]);
    const asked = (): string[] =>
      moto.calls
        .map(({ operation }) => operation)
        .filter((operation) => /WebACL|BucketLocation|location/.test(operation));
    expect(asked()).toHaveLength(2);
    await run();
    expect(asked()).toHaveLength(2);
  });

  test('of two zones of one name, the configured one is taken; unconfigured, that is ambiguous', async () => {
    const second = await makeZone('example.com');

    const { name, message } = await refusal();
    expect(name).toBe('HostedZoneAmbiguous');
    expect(message).toContain(zoneId);
    expect(message).toContain(second);
    expect((await run({ hosted_zone_id: second })).hostedZone.id).toBe(second);
  });

  test.each<[string, () => Promise<object>, string, RegExp]>([
    [
      'a VPC that is not there',
      () => Promise.resolve({ vpc_id: 'vpc-0123456789abcdef0' }),
      'VpcMissing',
      /vpc-0123456789abcdef0/,
    ],
    [
      'a subnet of another VPC',
      async () => {
        const other = await makeNetwork(moto.lookingClients);
        const [first, second] = other.subnets.private.map(({ id }) => id);
        return { subnets: { private: [first, second], public: network.subnets.public.map(({ id }) => id) } };
      },
      'SubnetsMissing',
      /is not in the VPC/,
    ],
    [
      'a VPC with private subnets in one zone only',
      async () => ({ vpc_id: (await makeNetwork(moto.lookingClients, { private: ['a', 'a'] })).vpcId }),
      'SubnetsMissing',
      /private subnets in one availability zone/,
    ],
    [
      'an internet-facing ingress without public subnets',
      async () => ({ vpc_id: (await makeNetwork(moto.lookingClients, { public: [] })).vpcId }),
      'SubnetsMissing',
      /public subnets in no availability zone.*ingress_scheme/,
    ],
    [
      'a private subnet given for a public one',
      () =>
        Promise.resolve({
          subnets: {
            private: network.subnets.private.map(({ id }) => id),
            public: network.subnets.private.map(({ id }) => id),
          },
        }),
      'SubnetsMissing',
      /no route to an internet gateway/,
    ],
    [
      'nodes with public addresses in subnets that give none',
      () => Promise.resolve({ associate_public_ip_address: true }),
      'SubnetsMissing',
      /the public subnets subnet-\w+, subnet-\w+ give no public address.*--map-public-ip-on-launch/,
    ],
    [
      'nodes with public addresses where no subnet is public',
      async () => ({
        vpc_id: (await makeNetwork(moto.lookingClients, { public: [] })).vpcId,
        associate_public_ip_address: true,
        kubeflow: { ingress_scheme: 'internal', components: [] },
      }),
      'SubnetsMissing',
      /no public subnets.*`associate_public_ip_address` to false/,
    ],
    [
      'a private subnet that is named and has no way out',
      async () => {
        const closed = await makeNetwork(moto.lookingClients, { isolated: ['a', 'b'] });
        const all = await findSubnets(moto.lookingClients, closed.vpcId);
        return {
          vpc_id: closed.vpcId,
          subnets: {
            private: all.filter(({ hasWayOut }) => !hasWayOut).map(({ id }) => id),
            public: closed.subnets.public.map(({ id }) => id),
          },
        };
      },
      'SubnetsMissing',
      /have no default route.*never join/,
    ],
    [
      'a public subnet that is named for nodes',
      () =>
        Promise.resolve({
          subnets: {
            private: network.subnets.public.map(({ id }) => id),
            public: network.subnets.public.map(({ id }) => id),
          },
        }),
      'SubnetsMissing',
      /lead to an internet gateway and give no public address/,
    ],
    [
      'a VPC that has nothing but closed subnets',
      async () => ({
        vpc_id: (await makeNetwork(moto.lookingClients, { private: ['a'], isolated: ['b'] })).vpcId,
      }),
      'SubnetsMissing',
      /one availability zone.*not counting subnet-\w+ in eu-central-1b without a default route/,
    ],
    [
      'a VPC that gives no host names',
      async () => ({ vpc_id: (await makeNetwork(moto.lookingClients, { dns: false })).vpcId }),
      'VpcUnusable',
      /has not enableDnsHostnames.*--enable-dns-hostnames/,
    ],
    [
      'an instance type that is none',
      () => Promise.resolve({ cpu_worker_type: 'm5.largee' }),
      'NodeTypeUnusable',
      /`cpu_worker_type` is m5\.largee, which is no instance type of eu-central-1/,
    ],
    [
      'Arm nodes under Pipelines',
      () => Promise.resolve({ cpu_worker_type: 'm6g.large' }),
      'NodeTypeUnusable',
      /whose architecture is arm64/,
    ],
    [
      'a GPU group without GPUs',
      () => Promise.resolve({ gpu_node_group: { worker_type: 'm5.large' } }),
      'NodeTypeUnusable',
      /`gpu_node_group\.worker_type` is m5\.large, which has no GPU/,
    ],
    [
      'a Kubernetes of which EKS makes no clusters',
      () => Promise.resolve({ kubernetes_version: '1.99' }),
      'KubernetesVersionUnavailable',
      /Kubernetes 1\.99; it has 1\.36, 1\.35, 1\.34/,
    ],
    [
      'an administrator that is not there',
      () => Promise.resolve({ admin_role_arns: ['arn:aws:iam::123456789012:role/absent'] }),
      'IamResourceMissing',
      /there is no role arn:aws:iam::123456789012:role\/absent/,
    ],
    [
      'a role of a namespace that is not there',
      () => Promise.resolve(roleOf('arn:aws:iam::123456789012:role/kubeflow-teams/absent')),
      'IamResourceMissing',
      /there is no role arn:aws:iam::123456789012:role\/kubeflow-teams\/absent.*access\.namespaces/,
    ],
    [
      'a role of a namespace that lets no pod have it',
      async () => roleOf(await makeTeamRole('ec2.amazonaws.com')),
      'IamResourceMissing',
      /does not let pods\.eks\.amazonaws\.com do sts:AssumeRole and sts:TagSession/,
    ],
    [
      'a role of a namespace whose path no option of the stack names',
      async () => {
        environment['NAMESPACE_ROLE_PATHS'] = '/others/,/kubeflow-team/';
        return roleOf(await makeTeamRole('pods.eks.amazonaws.com'));
      },
      'AccessDenied',
      /may not use the role arn:aws:iam::123456789012:role\/kubeflow-teams\/team-\w+ .*namespaceRolePaths/,
    ],
    [
      'a boundary that is not there',
      () => Promise.resolve({ permissions_boundary_arn: 'arn:aws:iam::123456789012:policy/absent' }),
      'IamResourceMissing',
      /there is no policy/,
    ],
    [
      'more warm instances than the account can have',
      () => Promise.resolve({ lambda_concurrency_enabled: true, lambda_profile_concurrency: 901 }),
      'QuotaExceeded',
      /`lambda_profile_concurrency` is 901, and of the account's 1000 .* 900 can be kept warm/,
    ],
    [
      'more processors than the account may run',
      () => {
        quotas = { 'L-1216C47A': 5 };
        return Promise.resolve({});
      },
      'QuotaExceeded',
      /4 × m5\.large need 8 virtual processors, and the account may run 5 of Standard .*L-1216C47A/,
    ],
    [
      'GPUs of which a new account has none',
      () => {
        quotas = { 'L-1216C47A': 64, 'L-DB2E81BA': 0 };
        return Promise.resolve({ gpu_node_group: { worker_type: 'g5.xlarge', desired_size: 1 } });
      },
      'QuotaExceeded',
      /1 × g5\.xlarge need 4 virtual processors, and the account may run 0 of G and VT/,
    ],
    [
      'a key that no option of the stack names',
      () => {
        environment['CLUSTER_KEYS'] = 'arn:aws:kms:eu-central-1:123456789012:key/another';
        return Promise.resolve({});
      },
      'AccessDenied',
      /may not use the key arn:aws:kms:.*clusterKeyArns/,
    ],
    [
      'a hosted zone that no option of the stack names',
      () => {
        environment['HOSTED_ZONES'] = 'ZANOTHER1,ZANOTHER2';
        return Promise.resolve({});
      },
      'AccessDenied',
      /may not use the hosted zone \w+, which its option hostedZoneIds/,
    ],
    [
      'an archive in a bucket that no option of the stack names',
      () => {
        environment['ARCHIVE_BUCKETS'] = 'none';
        return Promise.resolve({ kubeflow: archived('s3://acme-mirror/kubeflow.tar.gz') });
      },
      'AccessDenied',
      /may not use the bucket acme-mirror .*archiveBuckets/,
    ],
    [
      'an archive that is not there',
      async () => {
        await moto.lookingClients.get(S3Client).send(new CreateBucketCommand(bucket));
        return { kubeflow: archived('s3://acme-mirror/absent.tar.gz') };
      },
      'InvalidConfiguration',
      /`kubeflow\.source\.archive\.url` is s3:\/\/acme-mirror\/absent\.tar\.gz, which answers 404/,
    ],
    [
      'a web ACL that is not there',
      async () => ({
        kubeflow: {
          ...(configuration['kubeflow'] as object),
          ingress_waf_acl_arn: `${await makeWebAcl(moto.lookingClients.get(WAFV2Client))}0`,
        },
      }),
      'WebAclMissing',
      /there is no web ACL arn:aws:wafv2:eu-central-1:/,
    ],
    [
      'a bucket for access logs that is not there',
      () =>
        Promise.resolve({
          kubeflow: {
            ...(configuration['kubeflow'] as object),
            ingress_access_logs: { bucket: 'acme-mirror' },
          },
        }),
      'LogBucketUnusable',
      /the bucket acme-mirror does not exist; expected one in eu-central-1/,
    ],
    [
      'a bucket for access logs in another region',
      async () => {
        await makeLogBucket(moto.lookingClients.get(S3Client, 'us-west-2'), 'acme-mirror', {
          region: 'us-west-2',
        });
        return {
          kubeflow: {
            ...(configuration['kubeflow'] as object),
            ingress_access_logs: { bucket: 'acme-mirror' },
          },
        };
      },
      'LogBucketUnusable',
      /the bucket acme-mirror is in us-west-2/,
    ],
    [
      'a zone below another, which nobody delegated',
      async () => {
        await makeZone('ml.example.com');
        environment['CLUSTER_VPC'] = 'none';
        environment['DNS_SERVER'] = await serveNames();
        return {
          route53_domain: 'ml.example.com',
          auth_base_domain: 'auth.ml.example.com',
          cognito_domain: 'cognito.auth.ml.example.com',
          kubeflow_domain: 'kubeflow.ml.example.com',
          cert_alt_names: [],
        };
      },
      'HostedZoneMissing',
      /told no name servers for ml\.example\.com, and the hosted zone \w+ is on ns-/,
    ],
    [
      'an account whose instances show their tags',
      () => {
        showsTags = true;
        return Promise.resolve({});
      },
      'AccountUnsuitable',
      /modify-instance-metadata-defaults/,
    ],
    [
      'a KMS key that is not there',
      () =>
        Promise.resolve({
          kms_key_arn: 'arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000',
        }),
      'KmsKeyUnusable',
      /is not in eu-central-1/,
    ],
    [
      'a KMS key that is disabled',
      async () => {
        const arn = await makeKey();
        await moto.lookingClients
          .get(KMSClient)
          .send(new DisableKeyCommand({ KeyId: arn.slice(arn.lastIndexOf('/') + 1) }));
        return { kms_key_arn: arn };
      },
      'KmsKeyUnusable',
      /is Disabled/,
    ],
    [
      'a key of volumes that is disabled',
      async () => {
        const arn = await makeKey();
        await useForVolumes(arn);
        await moto.lookingClients
          .get(KMSClient)
          .send(new DisableKeyCommand({ KeyId: arn.slice(arn.lastIndexOf('/') + 1) }));
        return {};
      },
      'KmsKeyUnusable',
      /has EBS encrypt volumes in eu-central-1, is Disabled; expected Enabled/,
    ],
    [
      'an asymmetric KMS key',
      async () => ({ kms_key_arn: await makeKey({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }) }),
      'KmsKeyUnusable',
      /RSA_2048/,
    ],
    [
      'a key pair that is not there',
      () => Promise.resolve({ ssh_key_name: 'absent' }),
      'KeyPairMissing',
      /absent/,
    ],
    [
      'a domain without a hosted zone',
      () => Promise.resolve({ route53_domain: 'example.org' }),
      'HostedZoneMissing',
      /its public zones: example\.com/,
    ],
    [
      'a zone id that is not there',
      () => Promise.resolve({ hosted_zone_id: 'ZABSENT' }),
      'HostedZoneMissing',
      /ZABSENT/,
    ],
    [
      'a private zone by its id',
      async () => ({ hosted_zone_id: await makeZone('example.com', true) }),
      'HostedZoneMissing',
      /is private/,
    ],
    [
      'a name outside of the zone',
      () => Promise.resolve({ cert_alt_names: ['kubeflow.example.org'] }),
      'HostedZoneMissing',
      /kubeflow\.example\.org is not in the hosted zone example\.com/,
    ],
    [
      'a name that the zone gives to servers of another account',
      async () => {
        await moto.lookingClients.get(Route53Client).send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: zoneId,
            ChangeBatch: {
              Changes: [
                {
                  Action: 'CREATE',
                  ResourceRecordSet: {
                    Name: 'auth.example.com',
                    Type: 'NS',
                    TTL: 300,
                    ResourceRecords: [{ Value: 'ns-1.awsdns-00.com.' }],
                  },
                },
              ],
            },
          }),
        );
        return {};
      },
      'HostedZoneMissing',
      /gives auth\.example\.com to other name servers.*cognito\.auth\.example\.com/s,
    ],
    [
      'a name for which another zone answers',
      async () => {
        await makeZone('auth.example.com');
        return {};
      },
      'HostedZoneAmbiguous',
      /cognito\.auth\.example\.com is answered by the hosted zone auth\.example\.com/,
    ],
    [
      'metadata that is no XML',
      () => Promise.resolve({ saml_metadata: { inline: '{"not": "xml"}' } }),
      'SamlMetadataUnusable',
      /cannot be used/,
    ],
    [
      'metadata whose certificate has expired',
      async () => ({
        saml_metadata: { inline: await makeSamlMetadata(new Date(Date.now() - 10 * 86_400_000)) },
      }),
      'SamlMetadataUnusable',
      /has expired/,
    ],
    [
      'metadata that is not found',
      async () => ({ saml_metadata: { url: await serve((_, response) => response.writeHead(404).end()) } }),
      'SamlMetadataUnusable',
      /answered 404/,
    ],
    [
      'metadata without end',
      async () => ({
        saml_metadata: {
          url: await serve((_, response) => {
            const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
            response.on('close', () => {
              clearInterval(timer);
            });
          }),
        },
      }),
      'SamlMetadataUnusable',
      /longer than/,
    ],
    [
      'a directory that fails',
      async () => ({ saml_metadata: { url: await serve((_, response) => response.writeHead(503).end()) } }),
      'DirectoryUnreachable',
      /answered 503/,
    ],
    [
      'a directory that is not there',
      async () => ({ saml_metadata: { url: `http://127.0.0.1:${await freePort()}/metadata` } }),
      'DirectoryUnreachable',
      /could not be fetched \(ECONNREFUSED\)/,
    ],
  ])('%s is refused', async (_, change, name, message) => {
    const error = await refusal(await change());
    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
  });

  test('everything that is missing comes in one message, named after the first', async () => {
    const { name, message } = await refusal({
      vpc_id: 'vpc-0123456789abcdef0',
      ssh_key_name: 'absent',
      route53_domain: 'example.org',
      saml_metadata: { url: `http://127.0.0.1:${await freePort()}/metadata` },
    });

    expect(name).toBe('VpcMissing');
    expect(message).toMatch(/^4 things stand in the way; nothing was touched/);
    for (const part of [
      '1. VpcMissing',
      '2. KeyPairMissing',
      '3. HostedZoneMissing',
      '4. DirectoryUnreachable',
    ])
      expect(message).toContain(part);
  });

  test('subnets without a way out are passed over where others do, and are welcome where a mirror is named', async () => {
    const { vpcId, subnets } = await makeNetwork(moto.lookingClients, { isolated: ['a', 'b'] });
    expect((await run({ vpc_id: vpcId })).subnets.private.map(({ id }) => id)).toEqual(
      subnets.private.map(({ id }) => id),
    );
    const mirrored = await run({ vpc_id: vpcId, image_registry: 'registry.acme.example' });
    expect(mirrored.subnets.private).toHaveLength(4);
  });

  test('a version that the cluster already has is not asked for, and administrators that are there are welcome', async () => {
    await moto.lookingClients.get(EKSClient).send(
      new CreateClusterCommand({
        name: 'acme',
        version: '1.31',
        roleArn: 'arn:aws:iam::123456789012:role/kubeflow_kubeflow_Cluster_acme_eu-central-1',
        resourcesVpcConfig: { subnetIds: ['subnet-1'] },
        tags: { [ownerTag]: 'acme' },
      }),
    );
    await moto.lookingClients
      .get(IAMClient)
      .send(new CreateRoleCommand({ RoleName: 'platform', AssumeRolePolicyDocument: '{}' }));
    const admin_role_arns = ['arn:aws:iam::123456789012:role/platform'];
    await expect(run({ kubernetes_version: '1.31', admin_role_arns })).resolves.toBeDefined();
    environment['NAMESPACE_ROLE_PATHS'] = '/kubeflow-teams/';
    const ofATeam = roleOf(await makeTeamRole('pods.eks.amazonaws.com'));
    await expect(run({ kubernetes_version: '1.31', ...ofATeam })).resolves.toBeDefined();
    const { name, message } = await refusal({ kubernetes_version: '1.29' });
    // It is a step back as well, which is said first.
    expect(name).toBe('ChangeRefused');
    expect(message).toContain('EKS makes no clusters of Kubernetes 1.29; it has ');
  });

  test('an endpoint that the stack itself could not reach is refused, by where the stack stands', () => {
    const closed = { public: false, private: true, public_cidrs: [] };
    const narrow = { public: true, private: true, public_cidrs: ['203.0.113.0/24'] };
    const outside = (access: EndpointSettings) =>
      checkEndpoint(access, undefined).map(({ message }) => message);
    expect(outside(closed)).toEqual([expect.stringMatching(/stand in no VPC.*every login would be refused/)]);
    expect(outside(narrow)).toEqual([
      expect.stringMatching(/`endpoint_access.public_cidrs` is 203\.0\.113\.0\/24/),
    ]);
    expect(outside({ ...narrow, public_cidrs: ['203.0.113.0/24', '0.0.0.0/0'] })).toEqual([]);
    expect(checkEndpoint(closed, 'vpc-1')).toEqual([]);
    expect(checkEndpoint({ ...closed, private: false }, 'vpc-1')).toMatchObject([
      { name: 'EndpointUnreachable' },
    ]);
  });

  test('an internal ingress needs no public subnets', async () => {
    const { vpcId } = await makeNetwork(moto.lookingClients, { public: [] });
    expect(
      await run({ vpc_id: vpcId, kubeflow: { ingress_scheme: 'internal', components: [] } }),
    ).toMatchObject({
      subnets: { public: [] },
    });
  });

  test('metadata is fetched, and an operator is warned of a certificate that expires soon', async () => {
    const soon = await makeSamlMetadata(new Date(Date.now() + 10.5 * 86_400_000));
    const url = await serve((_, response) => response.end(soon));

    expect(await run({ saml_metadata: { url } })).toMatchObject({
      samlMetadata: { url },
      warnings: [expect.stringContaining('expires in 10 days')],
    });
  });

  test("somebody else's cluster of the same name is a conflict", async () => {
    await moto.lookingClients.get(EKSClient).send(
      new CreateClusterCommand({
        name: 'acme',
        roleArn: 'arn:aws:iam::123456789012:role/x',
        resourcesVpcConfig: { subnetIds: ['subnet-1'] },
      }),
    );
    expect(await refusal()).toMatchObject({ name: 'ResourceConflict' });
  });

  test('a domain that another deployment has in the zone is refused before anything is made, an own one is not', async () => {
    const alias = { name: 'kubeflow.example.com', type: 'A' } as const;
    const take = async (mark: string, action: 'CREATE' | 'DELETE') =>
      changeRecords(
        moto.lookingClients,
        zoneId,
        [
          { action, record: companionOf(alias, [mark]) },
          { action, record: { ...alias, ttl: 60, values: ['192.0.2.1'] } },
        ],
        'a test',
      );
    await take('acme/us-west-2', 'CREATE');
    expect(await refusal()).toMatchObject({
      name: 'ResourceConflict',
      message: expect.stringMatching(
        /kubeflow\.example\.com is of acme\/us-west-2.*kubeflow_domain/,
      ) as string,
    });
    await take('acme/us-west-2', 'DELETE');
    await take('acme/eu-central-1', 'CREATE');
    await expect(run()).resolves.toBeDefined();
  });

  test('a change that cannot be had to a registered deployment is refused, all of them in one answer', async () => {
    const before = { ...configuration, kubeflow: { installer: 'kustomize', ingress_scheme: 'internal' } };
    await writeItem(moto.lookingClients, stackNames.table, registryKey.registration('acme'), {
      deployment,
      configuration: before,
      found: { ...(await run()), hostedZone: { id: 'ZFORMER', name: 'example.com' } },
      ...{ cluster: {}, identity: {}, ingress: {} },
    });
    const other = (await makeNetwork(moto.lookingClients)).vpcId;
    const { name, message } = await refusal({
      vpc_id: other,
      iam_role_prefix: 'ml',
      cognito_domain: 'login.auth.example.com',
    });
    expect(name).toBe('ChangeRefused');
    for (const path of [
      'vpc_id',
      'iam_role_prefix',
      'cognito_domain',
      'hosted_zone_id',
      'kubeflow.ingress_scheme',
    ])
      expect(message).toContain(`ChangeRefused: \`${path}\``);
    expect(message).not.toContain('`kms_key_arn`');
    expect(message).toContain(`it is ${network.vpcId}`);
  });

  test('without a registration the living cluster and the pool say what cannot change', async () => {
    const private_ = network.subnets.private.map(({ id }) => id);
    await moto.lookingClients.get(EKSClient).send(
      new CreateClusterCommand({
        name: 'acme',
        version: '1.36',
        roleArn: 'arn:aws:iam::123456789012:role/ml_kubeflow_Cluster_acme_eu-central-1',
        encryptionConfig: [{ provider: { keyArn: 'arn:aws:kms:former' } }],
        resourcesVpcConfig: { subnetIds: private_ },
        tags: deployment.tags,
      }),
    );
    await createUserPool(moto.lookingClients, 'acme', {}, deployment.tags);
    const { name, message } = await refusal({ kubernetes_version: '1.35' });
    expect(name).toBe('ChangeRefused');
    expect(message).toMatch(/`kms_key_arn` of acme cannot become .*: it is arn:aws:kms:former/);
    expect(message).toMatch(/`kubernetes_version` of acme cannot become 1\.35: it is 1\.36/);
    expect(message).toMatch(/`iam_role_prefix`.*ml_kubeflow_Cluster_acme_eu-central-1/);
  });
});
