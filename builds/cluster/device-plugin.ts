import type { BuildConfiguration } from '../../core/configuration';
import type { PlannedChange } from '../../core/plan';
import { mirroredName } from '../kubernetes/image-mirror';
import type { Kubectl } from '../kubernetes/kubectl';
import type { KubernetesObject } from '../kubernetes/objects';
import type { Say } from '../support/say';
import { nodeGroupLabel } from './node-groups';

/** The image with which eksctl 0.230 would install the plugin itself, from NVIDIA's registry and from no other. */
export const devicePluginImage = 'nvcr.io/nvidia/k8s-device-plugin:v0.19.3';

/** eksctl's name, so that a plugin which it installed is this one. */
const identity = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'nvidia-device-plugin-daemonset', namespace: 'kube-system' },
} as const;

const labels = { name: 'nvidia-device-plugin-ds' } as const;
const socketFolder = '/var/lib/kubelet/device-plugins';

/** What tells Kubernetes how many GPUs a node has, on the nodes of the GPU group and of the GPU pool. */
export function devicePlugin({
  image_registry: registry,
}: Pick<BuildConfiguration, 'image_registry'>): KubernetesObject {
  return {
    ...identity,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: 'system-node-critical',
          tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
          nodeSelector: { [nodeGroupLabel]: 'gpu' },
          containers: [
            {
              name: 'nvidia-device-plugin-ctr',
              image: registry === undefined ? devicePluginImage : mirroredName(devicePluginImage, registry),
              env: [{ name: 'FAIL_ON_INIT_ERROR', value: 'false' }],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              volumeMounts: [{ name: 'sockets', mountPath: socketFolder }],
            },
          ],
          volumes: [{ name: 'sockets', hostPath: { path: socketFolder, type: 'Directory' } }],
        },
      },
    },
  };
}

/**
 * What {@link ensureDevicePlugin} would do. Reads only.
 *
 * @param kubectl none where there is no cluster yet
 */
export async function planDevicePlugin(
  kubectl: Pick<Kubectl, 'get'> | undefined,
  configuration: Pick<BuildConfiguration, 'gpu_node_group' | 'autoscaling' | 'image_registry'>,
): Promise<PlannedChange | undefined> {
  const [found] = (await kubectl?.get([identity])) ?? [];
  const what = 'the device plugin of NVIDIA';
  if (configuration.gpu_node_group === undefined && configuration.autoscaling?.gpu === undefined)
    return found === undefined ? undefined : { action: 'remove', what };
  if (found === undefined) return { action: 'create', what };
  return imageOf(found) === imageOf(devicePlugin(configuration)) ? undefined : { action: 'change', what };
}

/** Installs the plugin where there is a GPU group or pool, and takes it away where there is none any more. */
export async function ensureDevicePlugin(
  kubectl: Pick<Kubectl, 'get' | 'apply' | 'remove'>,
  configuration: Pick<BuildConfiguration, 'gpu_node_group' | 'autoscaling' | 'image_registry'>,
  say: Say,
): Promise<void> {
  const change = await planDevicePlugin(kubectl, configuration);
  if (change === undefined) return;
  say(`${change.action} ${change.what}`);
  if (change.action === 'remove') await kubectl.remove([identity], 300);
  else await kubectl.apply([devicePlugin(configuration)]);
}

function imageOf(daemonSet: KubernetesObject): string | undefined {
  const spec = daemonSet['spec'] as
    { template?: { spec?: { containers?: { image?: string }[] } } } | undefined;
  return spec?.template?.spec?.containers?.[0]?.image;
}
