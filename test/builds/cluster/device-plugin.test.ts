import { changeCommand } from '../../../builds/cluster/eksctl';
import { renderCluster } from '../../../builds/cluster/cluster-config';
import {
  devicePlugin,
  devicePluginImage,
  ensureDevicePlugin,
  planDevicePlugin,
} from '../../../builds/cluster/device-plugin';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { configurationWith, found } from '../support';

const gpus = { gpu_node_group: { worker_type: 'g5.xlarge', min_size: 0, max_size: 2, desired_size: 1 } };
const registry = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror';

describe('the device plugin for GPUs', () => {
  let there: KubernetesObject[];
  let removed: number;
  beforeEach(() => {
    there = [];
    removed = 0;
  });
  const kubectl = {
    get: () => Promise.resolve([...there]),
    apply: (objects: readonly KubernetesObject[]) => {
      there = [...objects];
      return Promise.resolve();
    },
    remove: () => {
      there = [];
      removed += 1;
      return Promise.resolve();
    },
  };
  const ensure = (more: object) =>
    ensureDevicePlugin(kubectl, configurationWith({ ...more }), () => undefined);

  test('is not left to eksctl, which takes its image from one registry alone', () => {
    const config = renderCluster(configurationWith(gpus), found, []);
    for (const group of config.managedNodeGroups) {
      expect(changeCommand({ kind: 'create node group', group }, config).args).toContain(
        '--install-nvidia-plugin=false',
      );
    }
  });

  test('stands on nodes of the GPU group alone, which have its label and its taint', () => {
    const plugin = JSON.stringify(devicePlugin({}));
    const group = renderCluster(configurationWith(gpus), found, []).managedNodeGroups[1];
    for (const [label, value] of Object.entries(group?.labels ?? {})) {
      expect(plugin).toContain(`"nodeSelector":{"${label}":"${value}"}`);
    }
    expect(plugin).toContain(`"key":"${group?.taints?.[0]?.key ?? 'none'}"`);
  });

  test('comes from the registry that has copies, where one is configured', async () => {
    await ensure(gpus);
    expect(JSON.stringify(there)).toContain(`"image":"${devicePluginImage}"`);
    await ensure({ ...gpus, image_registry: registry });
    expect(JSON.stringify(there)).toContain(`"image":"${registry}/${devicePluginImage}"`);
  });

  test('is made, left alone, and taken away with its group', async () => {
    expect(await planDevicePlugin(undefined, configurationWith())).toBeUndefined();
    expect(await planDevicePlugin(undefined, configurationWith(gpus))).toMatchObject({ action: 'create' });
    await ensure(gpus);
    expect(await planDevicePlugin(kubectl, configurationWith(gpus))).toBeUndefined();
    await ensure({});
    expect([removed, there]).toEqual([1, []]);
    await ensure({});
    expect(removed).toBe(1);
  });
});
