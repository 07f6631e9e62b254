import type { ControlPlane } from '../kubernetes/control-plane';
import { startCertificateStatus } from '../kubernetes/stand-ins/certificate-status';
import { startLoadBalancerController } from '../kubernetes/stand-ins/load-balancer-controller';
import { startProfileController } from '../kubernetes/stand-ins/profile-controller';
import { startWebhookPolicies } from '../kubernetes/stand-ins/webhook-policies';
import { startWorkloadStatus } from '../kubernetes/stand-ins/workload-status';
import type { RegionClients } from './account/clients';
import { deprovisionLoadBalancer, provisionLoadBalancer } from './account/load-balancers';
import type { Logs } from './logs';
import type { Company } from './services/clusters';

/** What the EBS CSI add-on makes where its `defaultStorageClass` is on. Its volumes have nowhere to be here. */
const defaultStorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'ebs-csi-default-sc',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'ebs.csi.aws.com',
  volumeBindingMode: 'WaitForFirstConsumer',
};

/**
 * Starts what works in a cluster beside its control plane. Without nodes no container runs, so stand-ins do what the
 * controllers of an installation would: make a profile's objects, report workloads as ready, make load balancers.
 */
export async function accompany(
  { client, clusterName }: ControlPlane,
  { clients, logs }: { clients: RegionClients; logs: Logs },
): Promise<Company> {
  const options = {
    client,
    onLine: (line: string) => {
      logs.write(`kubernetes/${clusterName}-stand-ins`, line);
    },
  };
  await client.apply(defaultStorageClass);
  const workloads = startWorkloadStatus(options);
  const companions = [
    startProfileController(options),
    workloads,
    startCertificateStatus(options),
    startWebhookPolicies(options),
    startLoadBalancerController({
      ...options,
      provision: (ingress) => provisionLoadBalancer(clients, clusterName, ingress),
      deprovision: (ingress) => deprovisionLoadBalancer(clients, clusterName, ingress),
    }),
  ];
  return { companions, workloads };
}
