import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { createUserPool } from '../../adapters/aws/cognito-user-pool';
import { writeItem, registryKey } from '../../adapters/aws/registry';
import { deploymentTags, ownerTag, stackNames } from '../../core/naming';
import { task as ensureAppClient } from '../../tasks/app-client/ensure-app-client';
import { task as grantClusterAccess } from '../../tasks/cluster/grant-cluster-access';
import { task as revokeClusterAccess } from '../../tasks/cluster/revoke-cluster-access';
import { task as ensureCustomDomain } from '../../tasks/custom-domain/ensure-custom-domain';
import { task as registerDeployment } from '../../tasks/registry/register-deployment';
import { task as unregisterDeployment } from '../../tasks/registry/unregister-deployment';
import { task as revokeTrigger } from '../../tasks/user-pool/revoke-trigger';
import { task as reconcileAccess } from '../../tasks/resync/reconcile-access';
import { task as ensureSamlProvider } from '../../tasks/saml-provider/ensure-saml-provider';
import { accessEntries } from '../../local/region/overlays/eks-access-entries';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { testContext, testDeployment } from '../support/task-context';
import { taskFiles } from '../support/task-files';

/**
 * Whoever may invoke a step's function, or forge an execution's input, for a deployment of his own, and names the pool or
 * the cluster of another: nothing happens there.
 */
const mine = testDeployment;
const victim = deploymentTags({ eks_name: 'victim', region: 'eu-central-1', env: 'prod', tags: {} });
const principalArn = 'arn:aws:iam::123456789012:role/kubeflow-eks-profile-manager';
const moto = useMoto({ services: () => ({ eks: [accessEntries('123456789012').handler] }) });
let theirPool = '';

beforeEach(async () => {
  theirPool = (await createUserPool(moto.lookingClients, 'victim', {}, victim)).id;
  await makeRegistry(moto.lookingClients);
  await moto.lookingClients.get(EKSClient).send(
    new CreateClusterCommand({
      name: 'victim',
      roleArn: 'arn:aws:iam::123456789012:role/victim_kubeflow_Cluster',
      version: '1.35',
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
      tags: victim,
    }),
  );
  await writeItem(moto.lookingClients, stackNames.table, registryKey.pool(theirPool), {
    deployment: 'victim',
    cluster: {},
    rules: {},
  });
  moto.forgetCalls();
});

const registration = (cluster: string, userPoolId: string) => ({
  deployment: mine,
  configuration: {
    eks_name: mine.name,
    route53_domain: 'example.com',
    adfs_url: 'adfs.example.com',
    lambda_concurrency_enabled: false,
    lambda_profile_concurrency: 10,
    access: {},
  },
  found: {
    vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
    subnets: { private: [], public: [] },
    hostedZone: { id: 'Z1', name: 'example.com' },
  },
  cluster: {
    name: cluster,
    endpoint: 'https://api.example.com',
    certificateAuthority: 'UEVN',
    arn: 'arn:aws:eks',
  },
  identity: { userPoolId, clientId: 'c1', secretArn: 'arn:aws:secretsmanager:x', certificates: [] },
  ingress: { hostname: 'alb.example.com', hostedZoneId: 'Z2' },
});

/** What each task that is given a pool or a cluster by its name or id does with another deployment's. */
const attacks: Readonly<Record<string, () => Promise<unknown>>> = {
  'ensure-app-client': () =>
    ensureAppClient.run(
      { deployment: mine, userPoolId: theirPool, kubeflowDomain: 'evil.example.com', providerName: 'ADFS' },
      testContext(moto),
    ),
  'ensure-saml-provider': () =>
    ensureSamlProvider.run(
      {
        deployment: mine,
        userPoolId: theirPool,
        samlMetadata: { url: 'https://evil.example.com/metadata.xml' },
      },
      testContext(moto),
    ),
  'ensure-custom-domain': () =>
    ensureCustomDomain.run(
      {
        deployment: mine,
        userPoolId: theirPool,
        domain: 'login.evil.example.com',
        certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
      },
      testContext(moto),
    ),
  'grant-cluster-access': () =>
    grantClusterAccess.run(
      {
        deployment: mine,
        clusterName: 'victim',
        entries: [{ principalArn, kubernetesGroups: ['kubeflow-eks:profile-manager'] }],
      },
      testContext(moto),
    ),
  'revoke-cluster-access': () =>
    revokeClusterAccess.run(
      { deployment: mine, clusterName: 'victim', entries: [{ principalArn }] },
      testContext(moto),
    ),
  'register-deployment with the pool': () =>
    registerDeployment.run(
      registration(mine.name, theirPool),
      testContext(moto, { environment: registryEnvironment }),
    ),
  'register-deployment with the cluster': () =>
    registerDeployment.run(
      registration('victim', 'eu-central-1_Mine'),
      testContext(moto, { environment: registryEnvironment }),
    ),
  'reconcile-access': () =>
    reconcileAccess.run(
      { deployment: mine, userPoolId: theirPool },
      testContext(moto, { environment: registryEnvironment }),
    ),
  'revoke-trigger': () =>
    revokeTrigger.run(
      {
        deployment: mine,
        userPoolArn: `arn:aws:cognito-idp:eu-central-1:123456789012:userpool/${theirPool}`,
      },
      testContext(moto, {
        environment: {
          PROFILE_MANAGER_ALIAS_ARN:
            'arn:aws:lambda:eu-central-1:123456789012:function:kubeflow-eks-profile-manager:live',
        },
      }),
    ),
  'unregister-deployment': async () => {
    const result = await unregisterDeployment.run(
      { deployment: mine, userPoolId: theirPool },
      testContext(moto, { environment: registryEnvironment }),
    );
    expect(result).toEqual({ unregistered: [] });
    throw Object.assign(new Error('it passed it over'), { name: 'ResourceConflict' });
  },
};

test.each(Object.keys(attacks))('%s has no effect on what is another deployment’s', async (name) => {
  await expect(attacks[name]?.()).rejects.toMatchObject({
    name: name === 'reconcile-access' ? 'DeploymentMissing' : 'ResourceConflict',
  });
  expect(moto.mutatingCalls()).toEqual([]);
});

test('no other task takes a pool or a cluster and changes something', () => {
  const takes = taskFiles()
    .filter(({ text }) =>
      /input: (z\.object\(\{(?:(?!output:)[\s\S])*?(userPoolId|userPoolArn|clusterName|cluster):|registrationSchema)/.test(
        text,
      ),
    )
    .filter(({ text }) =>
      /context\.(mutate|produce|keepBooks|record)\(|writeRecord\(|reconcileAll\(/.test(text),
    )
    .map(({ name }) => name);
  // The alias is the stack's own, and the pool's ARN is no more than whom it admits: the registry says to which cluster.
  const elsewhere = ['permit-trigger'];
  const attacked = [...new Set(Object.keys(attacks).map((name) => name.split(' ')[0]))];
  expect(takes.filter((name) => !elsewhere.includes(name)).sort()).toEqual(attacked.sort());
  expect(ownerTag in victim).toBe(true);
});
