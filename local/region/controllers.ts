import { join } from 'node:path';
import { describeInstanceShape } from '../../adapters/aws/instance-shapes';
import type { ControlPlane } from '../kubernetes/control-plane';
import { startCertificateStatus } from '../kubernetes/stand-ins/certificate-status';
import {
  settingsOfDeployment,
  startLoadBalancerController,
} from '../kubernetes/stand-ins/load-balancer-controller';
import { startModelRoutes } from '../kubernetes/stand-ins/model-routes';
import { startProfileController } from '../kubernetes/stand-ins/profile-controller';
import { startWebhookPolicies } from '../kubernetes/stand-ins/webhook-policies';
import { startImagePulls } from '../kubernetes/nodes/image-pulls';
import { startDevicePlugins } from '../kubernetes/nodes/device-plugins';
import { startMachines } from '../kubernetes/nodes/machines';
import { startNodes } from '../kubernetes/nodes/node-groups';
import { startVolumeProvisioner } from '../kubernetes/nodes/volume-provisioner';
import type { RegionClients } from './account/clients';
import { machinesOf } from './account/joining-machines';
import { nodeGroupsOf } from './account/node-groups';
import { deprovisionLoadBalancer, provisionLoadBalancer } from './account/load-balancers';
import { makeVolume, removeVolume } from './account/volumes';
import type { Progress } from '../processes/progress';
import type { CredentialStore } from '../sts/credentials';
import type { Logs } from './logs';
import { startAutoscaler } from './services/autoscalers';
import type { Controllers } from './services/clusters';
import { startEfsDriver } from './services/efs-drivers';

export interface ControllersOptions {
  /** Folder of the region. */
  dir: string;
  clients: RegionClients;
  credentials: CredentialStore;
  /** The gateway. */
  endpoint: () => string;
  logs: Logs;
  region: string;
  onProgress: Progress;
}

/**
 * Starts what works in a cluster beside its control plane. Its node groups' machines join it, and kwok plays what runs on
 * them; but no container runs, so stand-ins do what the controllers of an installation would: make a profile's objects,
 * issue certificates, make volumes and load balancers. Karpenter and the driver of EFS run themselves.
 */
export function startControllers(cluster: ControlPlane, settings: ControllersOptions): Controllers {
  const { dir, clients, logs, region } = settings;
  const { client, clusterName } = cluster;
  const options = {
    client,
    onLine: (line: string) => {
      logs.write(`kubernetes/${clusterName}-stand-ins`, line);
    },
  };
  const programs = {
    ...settings,
    onLine: (component: string, line: string) => {
      logs.write(`kubernetes/${component}`, line);
    },
  };
  const nodes = startNodes({ ...options, region, nodeGroups: () => nodeGroupsOf(clients, clusterName) });
  const workloads = startImagePulls(options);
  const machines = startMachines({ ...options, machines: () => machinesOf(clients, clusterName) });
  const all = {
    profiles: startProfileController(options),
    nodes,
    machines,
    workloads,
    devices: startDevicePlugins({
      ...options,
      gpusOf: async (type) => (await describeInstanceShape(clients.ec2, type))?.gpus ?? 0,
    }),
    autoscaler: startAutoscaler(cluster, { ...programs, dir: join(dir, 'karpenter') }),
    efsDriver: startEfsDriver(cluster, { ...programs, dir: join(dir, 'efs-driver') }),
    volumes: startVolumeProvisioner({
      ...options,
      make: (volume) => makeVolume(clients, clusterName, volume),
      remove: (id) => removeVolume(clients, id),
    }),
    certificates: startCertificateStatus(options),
    webhooks: startWebhookPolicies(options),
    models: startModelRoutes(options),
    loadBalancers: startLoadBalancerController({
      ...options,
      settings: () => settingsOfDeployment(client),
      provision: (ingress, settings, backends) => provisionLoadBalancer(clients, settings, ingress, backends),
      deprovision: (ingress, settings) => deprovisionLoadBalancer(clients, settings, ingress),
    }),
  };
  return { all, workloads, nodes, machines };
}
