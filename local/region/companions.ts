import type { ControlPlane } from '../kubernetes/control-plane';
import { startLoadBalancerController } from '../kubernetes/stand-ins/load-balancer-controller';
import { startProfileController } from '../kubernetes/stand-ins/profile-controller';
import { startWorkloadStatus } from '../kubernetes/stand-ins/workload-status';
import type { RegionClients } from './account/clients';
import { deprovisionLoadBalancer, provisionLoadBalancer } from './account/load-balancers';
import type { Logs } from './logs';
import type { Companion } from './services/clusters';

/**
 * Starts what works in a cluster beside its control plane. Without nodes no container runs, so stand-ins do what the
 * controllers of an installation would: make a profile's objects, report workloads as ready, make load balancers.
 */
export async function accompany(
  { client, clusterName }: ControlPlane,
  { clients, logs }: { clients: RegionClients; logs: Logs },
): Promise<Companion[]> {
  const options = {
    client,
    onLine: (line: string) => {
      logs.write(`kubernetes/${clusterName}-stand-ins`, line);
    },
  };
  return Promise.resolve([
    startProfileController(options),
    startWorkloadStatus(options),
    startLoadBalancerController({
      ...options,
      provision: (ingress) => provisionLoadBalancer(clients, clusterName, ingress),
      deprovision: (ingress) => deprovisionLoadBalancer(clients, clusterName, ingress),
    }),
  ]);
}
