import { runsOn } from '../../../core/nodes/image-platforms';
import type { KubeClient, KubeObject } from '../kube-client';
import { startController } from '../stand-ins/controller';
import { includes, type StandIn, type StandInOptions } from '../stand-ins/stand-in';
import { machineLabel } from './registered-node';

export interface ImagePulls extends StandIn {
  /**
   * Lets the images of a workload not be had, or be had again. What runs already is started again, without its image.
   *
   * @param workload as kubectl writes it: deployment/NAME
   */
  readonly setReady: (namespace: string, workload: string, ready: boolean) => void;
}

interface Pod extends KubeObject {
  spec: { nodeName?: string; containers: { name: string; image: string }[] };
  status?: { phase?: string; containerStatuses?: unknown };
}

const collection = '/api/v1/pods';
const identity = { user: 'local:image-pulls', groups: ['system:masters'] };
/** kwok's stages of pods wait for it (`pod-stages.yaml`). */
const pulled = { 'local-region/images': 'pulled' } as const;

/**
 * Stands in for what a node's container runtime says of images: it has them where they are published for the node's
 * architecture. What is done with them afterwards, kwok plays.
 */
export function startImagePulls(options: StandInOptions): ImagePulls {
  const broken = new Set<string>();
  const controller = startController<typeof collection>({
    ...options,
    name: 'image-pulls',
    identity,
    collections: [collection],
    reconcile: async (object, { path, client, say }) => {
      const pod = object as Pod;
      const { nodeName } = pod.spec;
      if (nodeName === undefined || pod.metadata.deletionTimestamp !== undefined) return;
      if (pod.status?.phase !== 'Pending' && pod.status?.phase !== 'Running') return;
      const isBroken = broken.has(workloadOf(pod));
      const isPulled = includes(pod.metadata.annotations ?? {}, pulled);
      if (isPulled && isBroken) {
        // A container that runs keeps its image; the one that comes after it does not get it.
        await client.remove(path);
        return;
      }
      if (isPulled) return;
      const node = await client.find(`/api/v1/nodes/${nodeName}`);
      // Somebody else's node, such as one that a test plays.
      if (node?.metadata.labels?.[machineLabel] === undefined) return;
      const missing = isBroken ? imagesOf(pod)[0] : missingOn(node, pod);
      if (missing === undefined) {
        await patch(client, path, { metadata: { annotations: pulled } });
        return;
      }
      const architecture = architectureOf(node);
      const status = failedPull(
        pod,
        missing,
        isBroken ? 'not found' : `no match for platform linux/${architecture}`,
      );
      if (includes(pod.status, status)) return;
      await patch(client, `${path}/status`, { status });
      say(`${pod.metadata.namespace ?? ''}/${pod.metadata.name}: ${missing} cannot be pulled on ${nodeName}`);
    },
  });
  return {
    ...controller,
    setReady: (namespace, workload, ready) => {
      const key = `${namespace}/${workload.toLowerCase()}`;
      if (ready) broken.delete(key);
      else broken.add(key);
      controller.lookAtAll(collection);
    },
  };
}

async function patch(client: KubeClient, path: string, body: object): Promise<void> {
  await client.json({ path, method: 'PATCH', contentType: 'application/merge-patch+json', body });
}

/** Deployments own their pods through a ReplicaSet, whose name ends in a hash that the pod has as a label. */
function workloadOf({ metadata }: Pod): string {
  const { namespace = '', labels, name } = metadata;
  const owner = (metadata as { ownerReferences?: { kind: string; name: string }[] }).ownerReferences?.[0];
  if (owner === undefined) return `${namespace}/pod/${name}`;
  const hash = labels?.['pod-template-hash'];
  if (owner.kind !== 'ReplicaSet' || hash === undefined) {
    return `${namespace}/${owner.kind.toLowerCase()}/${owner.name}`;
  }
  return `${namespace}/deployment/${owner.name.slice(0, -hash.length - 1)}`;
}

function imagesOf({ spec }: Pod): string[] {
  return spec.containers.map(({ image }) => image);
}

function architectureOf(node: KubeObject): 'amd64' | 'arm64' {
  return node.metadata.labels?.['kubernetes.io/arch'] === 'arm64' ? 'arm64' : 'amd64';
}

function missingOn(node: KubeObject, pod: Pod): string | undefined {
  return imagesOf(pod).find((image) => !runsOn(image, architectureOf(node)));
}

/** As a kubelet reports an image that it goes on asking for. */
function failedPull({ spec }: Pod, missing: string, why: string): object {
  return {
    phase: 'Pending',
    containerStatuses: spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: false,
      restartCount: 0,
      state: {
        waiting:
          image === missing
            ? { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ${why}` }
            : { reason: 'ContainerCreating' },
      },
    })),
  };
}
