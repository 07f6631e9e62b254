import { CreateClusterCommand, DeleteClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { ownerTag } from '../../core/naming';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { accessEntries, type AccessEntries } from '../../local/region/overlays/eks-access-entries';
import type { ServiceHandler } from '../../local/region/gateway/gateway';
import { createAccessEntry, deleteAccessEntry } from '../../adapters/aws/eks-access-entries';
import { task as awaitGone } from '../../tasks/cluster/await-cluster-gone';
import { task as describeCluster } from '../../tasks/cluster/describe-cluster';
import { task as grant } from '../../tasks/cluster/grant-cluster-access';
import { task as revoke } from '../../tasks/cluster/revoke-cluster-access';
import { useMoto } from '../support/moto';
import { testContext, testDeployment as deployment } from '../support/task-context';

const profileManager = 'arn:aws:iam::123456789012:role/kubeflow-eks-profile-manager-eu-central-1';
const observer = 'arn:aws:iam::123456789012:role/kubeflow-eks-await-ingress-eu-central-1';
const wanted = [
  { principalArn: profileManager, kubernetesGroups: ['kubeflow-eks:profile-manager'] },
  { principalArn: observer, kubernetesGroups: ['kubeflow-eks:observer'] },
];

describe('the cluster', () => {
  let entries: AccessEntries;
  let status: string | undefined;
  const moto = useMoto({
    services: () => {
      status = undefined;
      entries = accessEntries('123456789012');
      return { eks: [entries.handler, inStatus] };
    },
  });
  /** A cluster that is on its way, which moto's never is. */
  const inStatus: ServiceHandler = (_, http) =>
    Promise.resolve(
      status === undefined || http.method !== 'GET'
        ? undefined
        : {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ cluster: { name: 'acme', status, tags: { [ownerTag]: 'acme' } } }),
          },
    );
  const make = (tags: Record<string, string> = deployment.tags) =>
    moto.lookingClients.get(EKSClient).send(
      new CreateClusterCommand({
        name: 'acme',
        roleArn: 'arn:aws:iam::123456789012:role/acme_kubeflow_Cluster',
        version: '1.35',
        resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
        tags,
      }),
    );
  const remove = () => moto.lookingClients.get(EKSClient).send(new DeleteClusterCommand({ name: 'acme' }));

  describe('when it is described', () => {
    const run = () => describeCluster.run({ deployment }, testContext(moto));

    test('shows where its API server is, and nothing is changed', async () => {
      await make();

      expect(await run()).toMatchObject({
        name: 'acme',
        status: 'ACTIVE',
        version: '1.35',
        endpoint: expect.stringMatching(/^https:/) as string,
        certificateAuthority: expect.stringMatching(/./) as string,
      });
      expect(moto.mutatingCalls()).toEqual([]);
    });

    test.each(['CREATING', 'UPDATING', 'PENDING'])('and is %s, it is awaited', async (now) => {
      status = now;
      await expect(run()).rejects.toMatchObject({ name: 'ClusterNotActive' });
    });

    test.each(['FAILED', 'DELETING'])('and is %s, the step fails', async (now) => {
      status = now;
      await expect(run()).rejects.toMatchObject({ name: 'ClusterFailed' });
    });

    test('and is not there, the step fails', async () => {
      await expect(run()).rejects.toMatchObject({ name: 'ClusterFailed' });
    });

    test('and is not ours, that is a conflict', async () => {
      await make({ team: 'others' });
      await expect(run()).rejects.toMatchObject({
        name: 'ResourceConflict',
        message: expect.stringContaining('does not carry our tag') as string,
      });
    });
  });

  describe('when it was deleted', () => {
    const run = () => awaitGone.run({ deployment }, testContext(moto));

    test('is gone', async () => {
      await make();
      await remove();
      expect(await run()).toEqual({ gone: true });
    });

    test.each(['DELETING', 'ACTIVE'])('and is still %s, it is awaited', async (now) => {
      status = now;
      await expect(run()).rejects.toMatchObject({ name: 'DeletionPending' });
    });

    test('and could not be deleted, the step fails', async () => {
      status = 'FAILED';
      await expect(run()).rejects.toMatchObject({ name: 'ClusterFailed' });
    });

    test("and another's has the name since, ours is gone", async () => {
      await make({ [ownerTag]: 'globex' });
      expect(await run()).toEqual({ gone: true });
    });
  });

  describe('gives access', () => {
    beforeEach(() => make());
    const run = (given: object[] = wanted) =>
      grant.run({ deployment, clusterName: 'acme', entries: given }, testContext(moto));

    test('to the roles of the functions, by Kubernetes groups, with our tag', async () => {
      expect(await run()).toEqual({ entries: wanted });

      expect(entries.list('acme')).toMatchObject([
        { ...wanted[0], type: 'STANDARD', tags: { [ownerTag]: 'acme' } },
        { ...wanted[1], tags: { [ownerTag]: 'acme' } },
      ]);
    });

    test('once: a second run makes no mutating call', async () => {
      await run();
      moto.forgetCalls();
      await run();
      expect(moto.mutatingCalls()).toEqual([]);
    });

    test('with other groups, the entry is corrected', async () => {
      await run();
      moto.forgetCalls();

      await run([
        { principalArn: observer, kubernetesGroups: ['kubeflow-eks:b', 'kubeflow-eks:a'], username: 'me' },
      ]);

      expect(moto.mutatingCalls()).toEqual(['EKS UpdateAccessEntry']);
      expect(entries.list('acme')[1]).toMatchObject({
        kubernetesGroups: ['kubeflow-eks:b', 'kubeflow-eks:a'],
        username: 'me',
      });
      moto.forgetCalls();
      await run([{ principalArn: observer, kubernetesGroups: ['kubeflow-eks:a', 'kubeflow-eks:b'] }]);
      expect(moto.mutatingCalls()).toEqual([]);
    });

    test('again where the role was re-created since: EKS keeps the id of the former one', async () => {
      const iam = moto.lookingClients.get(IAMClient);
      const RoleName = profileManager.slice(profileManager.lastIndexOf('/') + 1);
      const role = { RoleName, AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' };
      await iam.send(new CreateRoleCommand(role));
      await run();
      moto.forgetCalls();
      await run();
      expect(moto.mutatingCalls()).toEqual([]);

      await iam.send(new DeleteRoleCommand({ RoleName }));
      await iam.send(new CreateRoleCommand(role));
      await run();

      expect(moto.mutatingCalls()).toEqual(['EKS DeleteAccessEntry', 'EKS CreateAccessEntry']);
      expect(entries.list('acme').find(({ principalArn }) => principalArn === profileManager)).toMatchObject({
        ...wanted[0],
        tags: { [ownerTag]: 'acme' },
      });
    });

    test('but an entry that somebody else made for such a role is a conflict', async () => {
      await createAccessEntry(
        moto.lookingClients,
        'acme',
        { principalArn: profileManager, kubernetesGroups: ['admins'] },
        {},
      );

      await expect(run()).rejects.toMatchObject({ name: 'ResourceConflict' });
      expect(moto.mutatingCalls()).toEqual([]);
      expect(entries.list('acme')).toHaveLength(1);
    });

    test('and one that is gone already, as after an answer that was lost, is taken away', async () => {
      await run([wanted[0] ?? {}]);
      await deleteAccessEntry(moto.lookingClients, 'acme', profileManager);
      await deleteAccessEntry(moto.lookingClients, 'acme', profileManager);
      expect(entries.list('acme')).toEqual([]);
    });

    test('and takes it away again: ours alone', async () => {
      await run([wanted[0] ?? {}]);
      await createAccessEntry(
        moto.lookingClients,
        'acme',
        { principalArn: observer, kubernetesGroups: ['admins'] },
        {},
      );
      const input = { deployment, clusterName: 'acme', entries: wanted };

      expect(await revoke.run(input, testContext(moto))).toEqual({ revoked: [profileManager] });
      expect(entries.list('acme').map(({ principalArn }) => principalArn)).toEqual([observer]);

      moto.forgetCalls();
      expect(await revoke.run(input, testContext(moto))).toEqual({ revoked: [] });
      expect(moto.mutatingCalls()).toEqual([]);
    });
  });
});
