import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { writeLock } from '../../adapters/aws/registry-lock';
import { stackNames } from '../../core/naming';
import { task } from '../../tasks/resync/list-deployments';
import { registryEnvironment as environment } from '../support/registry';
import { testContext, testDeployment } from '../support/task-context';
import { startExecution, useWorkflows, waiting } from '../support/workflows';

describe('list-deployments', () => {
  const moto = useWorkflows(['list-deployments']);

  const cluster = { name: 'acme', endpoint: 'https://api.example.com', certificateAuthority: 'UEVN' };
  const register = (name: string) =>
    writeItem(moto.lookingClients, stackNames.table, registryKey.registration(name), {
      deployment: { ...testDeployment, name },
      configuration: {
        route53_domain: `${name}.example.com`,
        kubeflow_domain: `kubeflow.${name}.example.com`,
        auth_base_domain: `auth.${name}.example.com`,
        adfs_url: 'adfs.example.com',
        access: { default_role: 'edit' },
      },
      found: {
        hostedZone: { id: 'Z1', name: 'example.com' },
        vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
        subnets: { private: [], public: [] },
      },
      cluster: { ...cluster, arn: 'arn:aws:eks:x', version: '1.35' },
      identity: { userPoolId: `eu-central-1_${name}`, clientId: 'c1' },
      ingress: {},
    });
  const lock = async (name: string, executionArn: string) => {
    const held = { executionArn, stateMachine: 'kubeflow-eks-destroy', acquiredAt: new Date().toISOString() };
    expect(await writeLock(moto.lookingClients, stackNames.table, name, held, undefined)).toBe(true);
  };
  const list = (name: string | null) => task.run({ name }, testContext(moto, { environment }));

  test('of every registered deployment gives just what a resync works from', async () => {
    await register('acme');
    await register('beta');

    const { deployments, busy } = await list(null);

    expect(busy).toEqual([]);
    expect(deployments.map(({ deployment }) => deployment.name)).toEqual(['acme', 'beta']);
    expect(deployments[0]).toEqual({
      deployment: testDeployment,
      userPoolId: 'eu-central-1_acme',
      watchedVersion: null,
      hostedZoneId: 'Z1',
      kubeflowDomain: 'kubeflow.acme.example.com',
      authBaseDomain: 'auth.acme.example.com',
      cognitoDomain: 'cognito.auth.acme.example.com',
      clientId: 'c1',
      identityProvider: { kind: 'adfs', host: 'adfs.example.com' },
      cluster,
    });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('gives the one that is named', async () => {
    await register('acme');
    await register('beta');
    expect((await list('beta')).deployments.map(({ deployment }) => deployment.name)).toEqual(['beta']);
  });

  test('names those that there are where the named one is not', async () => {
    await register('acme');
    await expect(list('acne')).rejects.toMatchObject({
      name: 'DeploymentMissing',
      message: expect.stringContaining('no deployment acne is registered here; registered: acme') as string,
    });
  });

  test('gives nothing where nothing is registered', async () => {
    expect(await list(null)).toEqual({ deployments: [], busy: [], unreadable: [] });
  });

  test('reads a row of an older release, and tells of one that it cannot read without stopping at it', async () => {
    await register('acme');
    const older = {
      deployment: { ...testDeployment, name: 'older' },
      configuration: { route53_domain: 'older.example.com', adfs_url: 'adfs.example.com' },
      found: {
        vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
        subnets: { private: [], public: [] },
        hostedZone: { id: 'Z1', name: 'example.com' },
      },
      cluster,
      identity: { userPoolId: 'eu-central-1_older' },
    };
    const write = (name: string, row: object) =>
      writeItem(moto.lookingClients, stackNames.table, registryKey.registration(name), row);
    await write('older', older);
    await write('broken', { ...older, found: { vpc: older.found.vpc } });
    await write('empty', {});

    const { deployments, unreadable } = await list(null);

    expect(deployments.map(({ deployment }) => deployment.name)).toEqual(['acme', 'older']);
    expect(deployments[1]).toMatchObject({
      kubeflowDomain: 'kubeflow.older.example.com',
      authBaseDomain: 'auth.older.example.com',
      cognitoDomain: 'cognito.auth.older.example.com',
      clientId: null,
    });
    expect(unreadable).toEqual([
      {
        deployment: 'broken',
        status: 'failed',
        reason: expect.stringMatching(
          /^RegistrationUnreadable: the registration of broken .*found\.subnets.*Provision broken again/,
        ) as string,
      },
      expect.objectContaining({ deployment: 'empty', status: 'failed' }) as object,
    ]);
  });

  test('passes over one that another execution works on, and not one whose lock is a leftover', async () => {
    for (const name of ['busy', 'free', 'stale']) await register(name);
    await lock('busy', await startExecution(moto.lookingClients, 'running', waiting));
    const stopped = await startExecution(moto.lookingClients, 'stopped', waiting);
    await moto.lookingClients.get(SFNClient).send(new StopExecutionCommand({ executionArn: stopped }));
    await lock('stale', stopped);

    const { deployments, busy } = await list(null);

    expect(busy).toEqual(['busy']);
    expect(deployments.map(({ deployment }) => deployment.name)).toEqual(['free', 'stale']);
  });
});
