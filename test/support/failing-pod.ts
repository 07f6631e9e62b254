import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { createAuthority } from '../../local/region/network/authority';

/** A pod that does not get ready, as a node would report it. */
export interface FailingPod {
  namespace: string;
  name: string;
  container: string;
  reason: string;
  message: string;
  /** What its container has written. */
  log: string;
}

/**
 * Puts a pod, its event and its node into a cluster of the local region, where no container runs. The node's kubelet is
 * a server of the test that has the container's log: `kubectl logs` goes through the API server to it.
 *
 * @returns stops the kubelet; the objects stay
 */
export async function putFailingPod(cluster: ControlPlane, pod: FailingPod): Promise<() => Promise<void>> {
  const { namespace, name, container, reason, message, log } = pod;
  const kubelet = createServer(await (await createAuthority()).certify('node'), (request, response) => {
    const path = request.url?.split('?')[0];
    response.statusCode = path === `/containerLogs/${namespace}/${name}/${container}` ? 200 : 404;
    response.end(response.statusCode === 200 ? log : 'not a log of this node');
  });
  await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
  const { port } = kubelet.address() as AddressInfo;
  const apply = async (object: object, ...more: string[]): Promise<void> => {
    const args = ['apply', '--server-side', '--field-manager=test', '--filename', '-', ...more];
    await cluster.kubectl(args, { input: JSON.stringify(object) });
  };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'failing-node' } };
  const podObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      nodeName: node.metadata.name,
      automountServiceAccountToken: false,
      containers: [{ name: container, image: 'stand-in.invalid/image:local' }],
    },
  };
  await apply(node);
  await apply(
    {
      ...node,
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: port } },
      },
    },
    '--subresource=status',
  );
  await apply(podObject);
  const waiting = { waiting: { reason, message } };
  const status = { name: container, ready: false, restartCount: 3, state: waiting, image: '', imageID: '' };
  await apply(
    { ...podObject, status: { phase: 'Pending', containerStatuses: [status] } },
    '--subresource=status',
  );
  await apply({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.1`, namespace },
    involvedObject: { kind: 'Pod', namespace, name },
    type: 'Warning',
    reason: 'Failed',
    message,
  });
  return async () => {
    kubelet.closeAllConnections();
    await new Promise((resolve) => kubelet.close(resolve));
  };
}
