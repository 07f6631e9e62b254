import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildConfiguration } from '../../core/configuration';
import { namesWebAcl } from '../../core/load-balancer-annotations';
import { deploymentTags } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import { loadBalancerController } from '../../core/versions';
import { mirroredName } from '../kubernetes/image-mirror';
import { readIngressAnnotations } from '../kubernetes/ingress-annotations';
import type { Kubectl } from '../kubernetes/kubectl';
import type { Network } from '../../core/handover/found';
import type { Say } from '../support/say';
import { downloadVerified, type Get } from '../tools/download';
import { loadBalancerServiceAccount } from '../cluster/cluster-config';
import {
  ensureRelease,
  newRelease,
  planRelease,
  type HelmAccess,
  type HelmRelease,
} from '../kubernetes/helm-release';

const { name: release } = loadBalancerController;
const { namespace } = loadBalancerServiceAccount;

/** The image that the chart names, without its version. */
export const controllerImage = 'public.ecr.aws/eks/aws-load-balancer-controller';

/**
 * Values of the chart aws-load-balancer-controller 3.5.
 *
 * @param hadWebAcl whether the ingress names a web ACL, or that it is to have none any more
 */
export function chartValues(
  configuration: BuildConfiguration,
  found: Network,
  hadWebAcl = false,
): Record<string, unknown> {
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
    // Only while this is on does it take a web ACL away.
    enableWafv2: hadWebAcl || configuration.kubeflow.ingress_waf_acl_arn !== undefined,
    // Would turn every Service of type LoadBalancer of the cluster into one of its own.
    enableServiceMutatorWebhook: false,
  };
}

interface ControllerOptions extends HelmAccess {
  configuration: BuildConfiguration;
  found: Network;
  kubectl: Pick<Kubectl, 'get'>;
}

/** What {@link ensureLoadBalancerController} makes in a new cluster. */
export const newController: PlannedChange = newRelease(loadBalancerController);

async function releaseOf({ configuration, found, kubectl }: ControllerOptions): Promise<HelmRelease> {
  const { version } = loadBalancerController;
  const hadWebAcl = namesWebAcl(await readIngressAnnotations(kubectl));
  return { name: release, version, namespace, values: chartValues(configuration, found, hadWebAcl) };
}

/** The change that {@link ensureLoadBalancerController} would make, if any. Reads only. */
export async function planLoadBalancerController(
  options: ControllerOptions,
): Promise<PlannedChange | undefined> {
  return planRelease(await releaseOf(options), options);
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
  await ensureRelease(await releaseOf(options), { ...options, download });
}
