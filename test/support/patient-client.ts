import { createKubernetesClient, type KubernetesClient } from '../../adapters/kubernetes/client';
import { patientClient } from '../../builds/kubernetes/cluster-objects';
import type { ControlPlane } from '../../local/kubernetes/control-plane';

/** An administrator's client of the kind that the builds have. Close it. */
export function patientClientOf({ endpoint, caPem, adminToken }: ControlPlane): KubernetesClient {
  return createKubernetesClient({
    ...{ endpoint, caPem, ...patientClient },
    token: () => Promise.resolve(adminToken),
  });
}
