import { renderAddons } from '../../../builds/cluster/addons';
import {
  ensureSharedVolumes,
  planSharedVolumes,
  sharedClass,
} from '../../../builds/shared-volumes/shared-volumes';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { configurationWith } from '../support';

const one = { shared_volumes: { file_system_id: 'fs-0123456789abcdef0' } };
const other = { shared_volumes: { file_system_id: 'fs-89abcdef' } };
const named = (configuration: object) =>
  renderAddons(configurationWith({ ...configuration })).map(({ name }) => name);

test('the driver is an add-on where shared volumes are configured, and nothing is added without them', () => {
  expect(named(one)).toEqual([...named({}), 'aws-efs-csi-driver']);
  const driver = renderAddons(configurationWith(one)).at(-1);
  expect(driver?.podIdentityAssociations).toEqual([
    {
      namespace: 'kube-system',
      serviceAccountName: 'efs-csi-controller-sa',
      permissionPolicyARNs: ['arn:aws:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy'],
    },
  ]);
});

describe('the class of shared volumes', () => {
  let there: KubernetesObject[];
  let said: string[];
  let changes: string[];
  beforeEach(() => {
    there = [];
    said = [];
    changes = [];
  });
  const kubectl = {
    list: () => Promise.resolve([...there]),
    apply: (objects: readonly KubernetesObject[]) => {
      changes.push('apply');
      // Kubernetes changes no parameter of a class that is there (API reference, StorageClass).
      if (there.length > 0) throw new Error('updates to parameters are forbidden.');
      there = [...objects];
      return Promise.resolve();
    },
    remove: () => {
      changes.push('remove');
      there = [];
      return Promise.resolve();
    },
  };
  const settingsOf = ({ madeId, ...settings }: { madeId?: string; shared_volumes?: object }) => ({
    ...configurationWith({ ...settings }),
    madeId,
  });
  const ensure = (settings: object) =>
    ensureSharedVolumes(kubectl, settingsOf(settings), (text) => said.push(text));

  test('is made once, exchanged for another file system, and taken away, each as the plan says', async () => {
    for (const [settings, what, done] of [
      [{}, undefined, []],
      [one, 'create the storage class kubeflow-eks-efs for the file system fs-0123456789abcdef0', ['apply']],
      [one, undefined, []],
      [
        other,
        'change the storage class kubeflow-eks-efs for the file system fs-89abcdef; volumes of it stay',
        ['remove', 'apply'],
      ],
      [{}, 'remove the storage class kubeflow-eks-efs; volumes of it stay', ['remove']],
      [{}, undefined, []],
    ] as [object, string | undefined, string[]][]) {
      said = [];
      changes = [];
      const planned = await planSharedVolumes(kubectl, settingsOf(settings));
      expect(planned && `${planned.change.action} ${planned.change.what}`).toBe(what);
      expect(changes).toEqual([]);
      await ensure(settings);
      expect(said).toEqual(what === undefined ? [] : [what]);
      expect(changes).toEqual(done);
    }
  });

  test("somebody else's of the name is a conflict where ours is wanted, and is left alone where it is not", async () => {
    const { labels: _ours, ...metadata } = sharedClass('fs-89abcdef').metadata;
    there = [{ ...sharedClass('fs-89abcdef'), metadata }];
    await expect(ensure(one)).rejects.toMatchObject({ name: 'ResourceConflict' });
    await ensure({});
    expect(changes).toEqual([]);
  });

  test('is for the file system that is made, before it is there as well', async () => {
    const made = { shared_volumes: {} };
    expect((await planSharedVolumes(kubectl, settingsOf(made)))?.change.what).toBe(
      'the storage class kubeflow-eks-efs for the file system that is made',
    );
    await ensure({ ...made, madeId: 'fs-89abcdef' });
    expect(there).toMatchObject([{ parameters: { fileSystemId: 'fs-89abcdef' } }]);
  });

  test('is none before there is a cluster, and is planned for', async () => {
    expect((await planSharedVolumes(undefined, settingsOf(one)))?.change.action).toBe('create');
  });
});
