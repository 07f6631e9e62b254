import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildConfiguration } from '../../core/configuration';
import { deploymentTags } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import { loadBalancerController } from '../../core/versions';
import { mirroredName } from '../kubernetes/image-mirror';
import type { Network } from '../../core/handover/found';
import type { Say } from '../support/say';
import { downloadVerified, type Get } from '../tools/download';
import { loadBalancerServiceAccount } from './cluster-config';
import { ensureRelease, newRelease, planRelease, type HelmAccess, type HelmRelease } from './helm-release';

const { name: release } = loadBalancerController;
const { namespace } = loadBalancerServiceAccount;

/** The image that the chart names, without its version. */
export const controllerImage = 'public.ecr.aws/eks/aws-load-balancer-controller';

/** Values of the chart aws-load-balancer-controller 3.5. */
export function chartValues(configuration: BuildConfiguration, found: Network): Record<string, unknown> {
  const { image_registry: registry } = configuration;
  return {
    clusterName: configuration.eks_name,
    // Given, since pods cannot ask the instance metadata service behind its hop limit of one.
    region: configuration.region,
    vpcId: found.vpc.id,
    ...(registry !== undefined && { image: { repository: mirroredName(controllerImage, registry) } }),
    serviceAccount: { create: true, name: loadBalancerServiceAccount.name },
    // Everything that it makes carries our tag, so that destroy can tell it from others.
    defaultTags: deploymentTags(configuration),
    // What its identity may not do it should not try.
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    // Would turn every Service of type LoadBalancer of the cluster into one of its own.
    enableServiceMutatorWebhook: false,
  };
}

interface ControllerOptions extends HelmAccess {
  configuration: BuildConfiguration;
  found: Network;
}

/** What {@link ensureLoadBalancerController} makes in a new cluster. */
export const newController: PlannedChange = newRelease(loadBalancerController);

function releaseOf({ configuration, found }: ControllerOptions): HelmRelease {
  const { version } = loadBalancerController;
  return { name: release, version, namespace, values: chartValues(configuration, found) };
}

/** The change that {@link ensureLoadBalancerController} would make, if any. Reads only. */
export async function planLoadBalancerController(
  options: ControllerOptions,
): Promise<PlannedChange | undefined> {
  return planRelease(releaseOf(options), options);
}

/** Installs the controller, or upgrades it, unless it is there in the same version with the same values. */
export async function ensureLoadBalancerController(
  options: ControllerOptions & {
    get: Get;
    mirror?: string | undefined;
    /** Folder of charts that the build image brings; nothing is downloaded then. */
    charts?: string | undefined;
    say: Say;
  },
): Promise<void> {
  const { get, mirror, say } = options;
  const { version } = loadBalancerController;
  const download = async (folder: string): Promise<void> =>
    writeFile(
      join(folder, `${release}-${version}.tgz`),
      await downloadVerified(loadBalancerController.download('noarch'), { get, version, mirror, say }),
    );
  await ensureRelease(releaseOf(options), { ...options, download });
}
