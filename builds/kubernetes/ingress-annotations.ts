import { ingress } from '../../core/naming';
import type { Kubectl } from './kubectl';

/**
 * The annotations of Kubeflow's ingress as they are in the cluster; none where it is not there. What an earlier
 * installation switched on at the load balancer can be seen from them.
 */
export async function readIngressAnnotations(
  kubectl: Pick<Kubectl, 'get'>,
): Promise<Readonly<Record<string, string>>> {
  const [found] = await kubectl.get([
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: ingress },
  ]);
  return found?.metadata.annotations ?? {};
}
