import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { ownerTag, stackNames } from '../../core/naming';
import { directories } from '../../core/saml/directory-kinds';
import { task } from '../../tasks/registry/load-registration';
import { useMoto } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';
import { makeRegistry, registryEnvironment as environment } from '../support/registry';
import { testContext, testDeployment as deployment } from '../support/task-context';

describe('load-registration', () => {
  const moto = useMoto({ functions: ['load-registration'] });
  let network: TestNetwork;
  beforeEach(async () => {
    await makeRegistry(moto.lookingClients);
    network = await makeNetwork(moto.lookingClients);
  });
  const load = (input: unknown) => task.run({ input }, testContext(moto, { environment }));

  const makePool = async (owner?: string) => {
    const { UserPool } = await moto.lookingClients.get(CognitoIdentityProviderClient).send(
      new CreateUserPoolCommand({
        PoolName: 'acme',
        ...(owner !== undefined && { UserPoolTags: { [ownerTag]: owner } }),
      }),
    );
    return { userPoolId: UserPool?.Id ?? '', userPoolArn: UserPool?.Arn ?? '' };
  };
  const makeZone = async (Name: string) => {
    const { HostedZone } = await moto.lookingClients
      .get(Route53Client)
      .send(new CreateHostedZoneCommand({ Name, CallerReference: Name }));
    return (HostedZone?.Id ?? '').replace('/hostedzone/', '');
  };
  const configuration = () => ({
    region: 'eu-central-1',
    account_id: '123456789012',
    vpc_id: network.vpcId,
    kms_key_arn: 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555',
    eks_name: 'acme',
    route53_domain: 'example.com',
    adfs_url: 'adfs.example.com',
  });

  const found = {
    vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
    subnets: { private: [{ id: 'subnet-1', az: 'a' }], public: [] },
    hostedZone: { id: 'Z1', name: 'example.com' },
  };
  const registered = {
    eks_name: 'acme',
    kubeflow_domain: 'kubeflow.example.com',
    auth_base_domain: 'auth.example.com',
    cognito_domain: 'cognito.auth.example.com',
    adfs_url: 'adfs.example.com',
    lambda_concurrency_enabled: false,
    lambda_profile_concurrency: 10,
    access: {},
  };
  const register = (identity = {}) =>
    writeItem(moto.lookingClients, stackNames.table, registryKey.registration('acme'), {
      deployment,
      configuration: registered,
      found: { ...found, warnings: [] },
      cluster: {},
      identity,
      ingress: {},
    });

  test('a registered deployment is what its registration says, with the pool that is there', async () => {
    await register();
    const pool = await makePool('acme');
    moto.forgetCalls();

    expect(await load({ deployment: 'acme' })).toEqual({
      // A row of an older release means ADFS.
      configuration: {
        ...registered,
        identity_provider: { kind: 'adfs', claims: directories.adfs.claims },
      },
      deployment,
      found,
      identity: pool,
    });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a pool that is gone is known by its registration', async () => {
    const identity = {
      userPoolId: 'eu-central-1_gone',
      userPoolArn: 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_gone',
    };
    await register(identity);
    expect(await load({ deployment: 'acme' })).toMatchObject({ identity });
  });

  test('a pool of the same name that is not ours is none', async () => {
    await register();
    await makePool('other');
    await makePool();
    expect(await load({ deployment: 'acme' })).toMatchObject({ identity: {} });
    expect((await load({ deployment: 'acme' })).identity.userPoolId).toBeUndefined();
  });

  test('one that is not registered is named by its configuration', async () => {
    await expect(load({ deployment: 'acme' })).rejects.toMatchObject({
      name: 'DeploymentMissing',
      message: expect.stringContaining('start destroy with its configuration') as string,
    });

    const zone = await makeZone('example.com');
    const loaded = await load(configuration());

    expect(loaded.deployment).toMatchObject({
      name: 'acme',
      region: 'eu-central-1',
      accountId: '123456789012',
    });
    expect(loaded.deployment.tags[ownerTag]).toBe('acme');
    expect(loaded.configuration).toMatchObject({ cognito_domain: 'cognito.auth.example.com' });
    expect(loaded.found.hostedZone).toEqual({ id: zone, name: 'example.com' });
    expect(loaded.found.vpc.id).toBe(network.vpcId);
    expect(loaded.found.subnets.private.length).toBeGreaterThan(0);
    expect(loaded.found.subnets.public.length).toBeGreaterThan(0);
  });

  test('a registration that lacks what destroy needs is named, and what to do instead', async () => {
    await writeItem(moto.lookingClients, stackNames.table, registryKey.registration('acme'), {
      deployment,
      configuration: registered,
      found: { vpc: found.vpc, subnets: found.subnets },
    });
    await expect(load({ deployment: 'acme' })).rejects.toMatchObject({
      name: 'RegistrationUnreadable',
      kind: 'user',
      message: expect.stringMatching(/found\.hostedZone.*start destroy with its configuration/) as string,
    });
  });

  test('what the account no longer has is no obstacle: there is nothing of ours in it', async () => {
    expect((await load(configuration())).found.hostedZone).toEqual({ id: '', name: '' });
    await makeZone('example.com');
    const { found: rest } = await load({ ...configuration(), vpc_id: 'vpc-0123456789abcdef0' });
    expect(rest.vpc).toEqual({ id: 'vpc-0123456789abcdef0', cidr: '' });
    expect(rest.subnets).toEqual({ private: [], public: [] });
  });

  test('a configuration of another region is refused: nothing of it would be found here', async () => {
    const elsewhere = {
      ...configuration(),
      region: 'us-west-2',
      kms_key_arn: configuration().kms_key_arn.replace('eu-central-1', 'us-west-2'),
    };
    await expect(load(elsewhere)).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  });

  test('an input that is neither a name nor a configuration is refused', async () => {
    await expect(load({})).rejects.toMatchObject({ name: 'InvalidConfiguration' });
    await expect(load({ deployment: 7 })).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  });
});
