import { DescribeAccessPointsCommand, DescribeFileSystemPolicyCommand, EFSClient } from '@aws-sdk/client-efs';
import { findMadeFileSystem, listMountTargets } from '../../adapters/aws/file-systems';
import { sharedClassName } from '../../builds/shared-volumes/shared-volumes';
import { deploymentNames } from '../../core/naming';
import type { KubeObject } from '../../local/kubernetes/kube-client';
import { waitFor } from '../../local/processes/wait-for';
import { makePlan, notLeft } from '../support/plan';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';

/*
 * Shared volumes on a file system that is made, and claims that the driver of EFS and external-provisioner themselves serve: with
 * the rights of the add-on's service account in the cluster, and of AWS' policy for it at the region's EFS.
 */

const configuration = {
  ...seedConfiguration,
  nodegroup_max_size: 2,
  nodegroup_desired_size: 2,
  kubeflow: { components: [] },
  shared_volumes: {},
};
const name = seedConfiguration.eks_name;
/**
 * ARNs of access points that are there. The provisioner asks for the deletion of a volume a second time while it takes its finalizer
 * away; what is gone has no tag by which AWS' policy would allow it.
 */
const seen: string[] = [];
const region = useRegion(configuration, { provoked: seen });
const efs = (): EFSClient => region().clients.get(EFSClient);
const namespace = 'default';
const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;

interface Claim extends KubeObject {
  spec: { volumeName?: string };
  status?: { phase?: string };
}
interface Volume extends KubeObject {
  spec: { csi: { driver: string; volumeHandle: string }; accessModes: string[]; storageClassName: string };
}

async function run(workflow: 'provision' | 'resync' | 'destroy', input: object): Promise<string> {
  const { start, finish } = region();
  const { execution } = await finish(await start(workflow, input));
  expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  return execution.output ?? '';
}

const found = async () => {
  const made = await findMadeFileSystem(region().clients, deploymentNames.fileSystem(name));
  if (made === undefined) throw new Error('there is no file system');
  return made;
};
async function accessPoints() {
  const command = new DescribeAccessPointsCommand({ FileSystemId: (await found()).id });
  const { AccessPoints: points = [] } = await efs().send(command);
  seen.push(...points.flatMap(({ AccessPointArn: arn }) => arn ?? []));
  return points;
}

async function claim(of: string): Promise<void> {
  await clusterOf(region()).client.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: of, namespace },
    spec: {
      storageClassName: sharedClassName,
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '5Gi' } },
    },
  });
}
const bound = (of: string): Promise<Claim> =>
  waitFor(
    async () => {
      const object = await clusterOf(region()).client.get<Claim>(`${claims}/${of}`);
      return object.status?.phase === 'Bound' ? object : undefined;
    },
    // The two programs may have to be built.
    { what: `the claim ${of} to be bound`, timeoutMs: 600_000, intervalMs: 200 },
  );

test('a provisioning makes the file system, which nodes of each zone can mount over TLS', async () => {
  await run('provision', region().document);
  const made = await found();
  expect(made).toMatchObject({ state: 'available', throughput: { mode: 'elastic' } });
  const targets = await listMountTargets(region().clients, made.id);
  expect(targets.map(({ state }) => state)).toEqual(['available', 'available']);
  const { Policy: policy } = await efs().send(new DescribeFileSystemPolicyCommand({ FileSystemId: made.id }));
  expect(policy).toContain('aws:SecureTransport');
  expect(notLeft((await makePlan(region(), region().document)).plan)).toEqual({});
}, 900_000);

test('a claim is bound by the real driver, to an access point with its tag, and the volume goes with it', async () => {
  await claim('data');
  const { spec } = await bound('data');
  const { client } = clusterOf(region());
  const volume = await client.get<Volume>(`/api/v1/persistentvolumes/${spec.volumeName ?? ''}`);
  const [point, ...others] = await accessPoints();
  expect(others).toEqual([]);
  expect(volume.spec).toMatchObject({
    csi: {
      driver: 'efs.csi.aws.com',
      volumeHandle: `${(await found()).id}::${point?.AccessPointId ?? ''}`,
    },
    accessModes: ['ReadWriteMany'],
    storageClassName: sharedClassName,
  });
  expect(point).toMatchObject({
    ClientToken: spec.volumeName,
    RootDirectory: { Path: `/${spec.volumeName ?? ''}`, CreationInfo: { Permissions: '700' } },
    Tags: [{ Key: 'efs.csi.aws.com/cluster', Value: 'true' }],
  });
  const asked = region().region.access.usedActions();
  const role = [...asked.keys()].find((each) => asked.get(each)?.has('elasticfilesystem:CreateAccessPoint'));
  expect([...(asked.get(role ?? '') ?? [])].sort()).toEqual([
    'elasticfilesystem:CreateAccessPoint',
    'elasticfilesystem:DescribeAccessPoints',
    'elasticfilesystem:TagResource',
  ]);
  await claim('scratch');
  await bound('scratch');
  expect(await accessPoints()).toHaveLength(2);
  await client.remove(`${claims}/scratch`);
  await waitFor(async () => (await accessPoints()).length === 1, {
    what: 'the access point of a volume that went to go',
    timeoutMs: 60_000,
  });
}, 900_000);

test('a re-sync leaves it as it is, and a change is planned, made, and refused where EFS could not', async () => {
  await run('resync', { deployment: name });
  const with30 = { ...region().document, shared_volumes: { infrequent_access_after_days: 30 } };
  const { plan, writes } = await makePlan(region(), with30);
  expect(writes).toEqual([]);
  const planned = Object.values(notLeft(plan)).flatMap(({ changes = [] }) => changes.map(({ what }) => what));
  expect(planned).toEqual([
    'the file system of shared volumes: when its files move',
    `registration of the deployment ${name}`,
  ]);
  await run('provision', with30);
  const key = String(region().document['kms_key_arn']).replace(
    /[^/]+$/,
    '99999999-2222-3333-4444-555555555555',
  );
  const { plan: refused } = await makePlan(region(), {
    ...region().document,
    shared_volumes: { kms_key_arn: key },
  });
  expect(JSON.stringify(refused)).toContain('`shared_volumes.kms_key_arn` of');
  expect((await bound('data')).metadata.name).toBe('data');
}, 900_000);

test('a destroy takes volumes, mount targets and the cluster, and names the file system that it leaves', async () => {
  const { id } = await found();
  const output = await run('destroy', { deployment: name });
  expect(output).toMatch(new RegExp(`the file system ${id}.*a directory for each`));
  expect(await accessPoints()).toEqual([]);
  expect(await listMountTargets(region().clients, id)).toEqual([]);
  expect(region().region.clusters.all()).toEqual([]);
}, 900_000);

test('a deployment of the name finds it again', async () => {
  const { id } = await found();
  await run('provision', region().document);
  expect((await found()).id).toBe(id);
  await claim('again');
  await bound('again');
}, 900_000);
