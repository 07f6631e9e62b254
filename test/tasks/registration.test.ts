import {
  listRegistrations,
  readPoolRegistration,
  readRegistration,
  registryKey,
  writeRecord,
} from '../../adapters/aws/registry';
import { ownerTag, stackNames } from '../../core/naming';
import { kubeflowDistribution } from '../../core/versions';
import { directories } from '../../core/saml/directory-kinds';
import {
  lambdaConfiguration,
  type LambdaConfiguration,
} from '../../local/region/overlays/lambda-configuration';
import { task as register } from '../../tasks/registry/register-deployment';
import { task as setConcurrency } from '../../tasks/user-pool/set-concurrency';
import { task as unregister } from '../../tasks/registry/unregister-deployment';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { testContext, testDeployment } from '../support/task-context';

const functionName = 'kubeflow-eks-profile-manager';
const environment = {
  ...registryEnvironment,
  PROFILE_MANAGER_ALIAS_ARN: `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}:live`,
};
const table = stackNames.table;

const registrationOf = (name: string, poolId: string, concurrency?: number) => ({
  deployment: { ...testDeployment, name, tags: { [ownerTag]: name } },
  configuration: {
    eks_name: name,
    route53_domain: 'example.com',
    adfs_url: 'adfs.example.com',
    lambda_concurrency_enabled: concurrency !== undefined,
    lambda_profile_concurrency: concurrency ?? 10,
    access: { default_role: 'edit', group_prefix: 'AWS-' },
  },
  found: {
    vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
    subnets: { private: [], public: [] },
    hostedZone: { id: 'Z1', name: 'example.com' },
  },
  cluster: { name, endpoint: 'https://api.example.com', certificateAuthority: 'UEVN', arn: 'arn:aws:eks' },
  identity: { userPoolId: poolId, clientId: 'c1', secretArn: 'arn:aws:secretsmanager:x', certificates: [] },
  ingress: { hostname: 'alb.example.com', hostedZoneId: 'Z2' },
});

describe('the registration of a deployment', () => {
  const moto = useMoto();
  beforeEach(() => makeRegistry(moto.lookingClients));
  const run = (input: unknown) => register.run(input, testContext(moto, { environment }));

  test('holds everything for resync and destroy, and for the profile manager its pool', async () => {
    const input = registrationOf('acme', 'eu-central-1_Ab12');

    expect(await run(input)).toEqual({ registered: true });

    const stored = await readRegistration(moto.lookingClients, table, 'acme');
    expect(stored?.row).toEqual({
      ...input,
      schemaVersion: 1,
      configuration: {
        ...input.configuration,
        auth_base_domain: 'auth.example.com',
        cognito_domain: 'cognito.auth.example.com',
        kubeflow_domain: 'kubeflow.example.com',
        // A configuration of an older release means ADFS.
        identity_provider: { kind: 'adfs', claims: directories.adfs.claims },
      },
      kubeflow: { version: kubeflowDistribution.version, source: kubeflowDistribution.git.commit },
    });
    expect(await readPoolRegistration(moto.lookingClients, table, 'eu-central-1_Ab12')).toEqual({
      deployment: 'acme',
      cluster: {
        name: 'acme',
        endpoint: 'https://api.example.com',
        certificateAuthority: 'UEVN',
        region: 'eu-central-1',
      },
      rules: { default_role: 'edit', group_prefix: 'AWS-' },
    });
  });

  test('a second run makes no mutating call; a changed one writes what changed', async () => {
    const input = registrationOf('acme', 'eu-central-1_Ab12');
    await run(input);
    moto.forgetCalls();
    await run(input);
    expect(moto.mutatingCalls()).toEqual([]);

    await run({ ...input, ingress: { hostname: 'other.example.com', hostedZoneId: 'Z2' } });
    expect(moto.mutatingCalls()).toEqual(['DynamoDB PutItem']);
  });

  test('a pool that is registered for another deployment is a conflict', async () => {
    await run(registrationOf('acme', 'eu-central-1_Ab12'));
    moto.forgetCalls();

    await expect(run(registrationOf('globex', 'eu-central-1_Ab12'))).rejects.toMatchObject({
      name: 'ResourceConflict',
      message: expect.stringContaining('acme') as string,
    });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('all registrations are listed by name, and nothing else', async () => {
    await run(registrationOf('globex', 'eu-central-1_B'));
    await run(registrationOf('acme', 'eu-central-1_A'));

    const found = await listRegistrations(moto.lookingClients, table);
    expect(found.map(({ name }) => name)).toEqual(['acme', 'globex']);
  });

  test('is removed with that of its pool, once, and those of others stay', async () => {
    await run(registrationOf('globex', 'eu-central-1_B'));
    const { deployment } = registrationOf('acme', 'eu-central-1_A');
    await run(registrationOf('acme', 'eu-central-1_A'));

    await writeRecord(
      moto.lookingClients,
      table,
      registryKey.resync('acme'),
      { status: 'failed' },
      new Date(),
    );

    const remove = () => unregister.run({ deployment }, testContext(moto, { environment }));
    expect(await remove()).toEqual({
      unregistered: ['pool eu-central-1_A', 'resync acme', 'deployment acme'],
    });
    expect(await readPoolRegistration(moto.lookingClients, table, 'eu-central-1_A')).toBeUndefined();
    expect(await listRegistrations(moto.lookingClients, table)).toHaveLength(1);
    expect(await readPoolRegistration(moto.lookingClients, table, 'eu-central-1_B')).toBeDefined();

    moto.forgetCalls();
    expect(await remove()).toEqual({ unregistered: [] });
    expect(moto.mutatingCalls()).toEqual([]);
  });
});

describe('set-concurrency', () => {
  let lambda: LambdaConfiguration;
  const moto = useMoto({
    functions: ['set-concurrency', 'register-deployment'],
    services: () => {
      lambda = lambdaConfiguration({
        accountId: '123456789012',
        functionExists: (name) => name === functionName,
      });
      return { lambda: [lambda.handler] };
    },
  });
  beforeEach(() => makeRegistry(moto.lookingClients));
  const add = (...registration: Parameters<typeof registrationOf>) =>
    register.run(registrationOf(...registration), testContext(moto, { environment }));
  const run = () => setConcurrency.run({ deployment: testDeployment }, testContext(moto, { environment }));

  test('keeps as many instances warm as the most demanding deployment asks for', async () => {
    await add('acme', 'eu-central-1_A', 5);
    await add('globex', 'eu-central-1_B', 20);
    await add('initech', 'eu-central-1_C');

    await expect(run()).rejects.toMatchObject({ name: 'ConcurrencyNotReady' });
    expect(await run()).toEqual({ provisioned: 20 });
    expect(lambda.provisioned(functionName, 'live')).toBe(20);

    moto.forgetCalls();
    expect(await run()).toEqual({ provisioned: 20 });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('keeps none warm when none is asked for any more', async () => {
    await add('acme', 'eu-central-1_A', 5);
    await expect(run()).rejects.toMatchObject({ name: 'ConcurrencyNotReady' });
    await add('acme', 'eu-central-1_A');

    moto.forgetCalls();
    expect(await run()).toEqual({ provisioned: 0 });
    expect(moto.mutatingCalls()).toEqual(['Lambda DeleteProvisionedConcurrencyConfig']);
    moto.forgetCalls();
    expect(await run()).toEqual({ provisioned: 0 });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('more than the account can give is refused at once, as a quota', async () => {
    await add('acme', 'eu-central-1_A', 901);
    await expect(run()).rejects.toMatchObject({
      name: 'QuotaExceeded',
      message: expect.stringMatching(
        /below its minimum value of \[100\].*lambda_profile_concurrency/,
      ) as string,
    });
    expect(lambda.provisioned(functionName, 'live')).toBe(0);
  });

  test('what Lambda could not provide is taken back, so that a retry asks again', async () => {
    await add('acme', 'eu-central-1_A', 900);
    await expect(run()).rejects.toMatchObject({ name: 'ConcurrencyNotReady' });
    lambda.failAllocation(functionName, 'live', 'Maximum concurrency reached');

    await expect(run()).rejects.toMatchObject({
      name: 'QuotaExceeded',
      message: expect.stringContaining('Maximum concurrency reached') as string,
    });
    expect(lambda.provisioned(functionName, 'live')).toBe(0);
    await expect(run()).rejects.toMatchObject({ name: 'ConcurrencyNotReady' });
    expect(await run()).toEqual({ provisioned: 900 });
  });
});
