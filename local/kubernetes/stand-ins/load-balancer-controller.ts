import { messageOf } from '../../../core/errors';
import type { KubeClient, KubeObject } from '../kube-client';
import { startController, type Place } from './controller';
import type { StandIn, StandInOptions } from './stand-in';

/** An Ingress as far as this controller reads it. */
export interface Ingress extends KubeObject {
  spec?: { ingressClassName?: string; [field: string]: unknown };
  status?: { loadBalancer?: { ingress?: { hostname?: string }[] } };
}

export interface LoadBalancerOptions extends StandInOptions {
  /** Makes the load balancer, or finds the one made before, and returns its DNS name. Tried again when it rejects. */
  provision: (ingress: Ingress) => Promise<string>;
  /** Removes it; must not mind that it is gone. Tried again when it rejects. */
  deprovision: (ingress: Ingress) => Promise<void>;
}

const standInIdentity = {
  user: 'system:serviceaccount:kube-system:aws-load-balancer-controller',
  groups: ['system:masters'],
};
const ingressClass = 'alb';
/** Of an Ingress without a group, in the AWS Load Balancer Controller. */
export const finalizer = 'ingress.k8s.aws/resources';

/**
 * Stands in for the AWS Load Balancer Controller. What a load balancer is, the region says (`provision`); this takes
 * care of what Kubernetes sees of it: the finalizer, which holds a deleted Ingress until its load balancer is gone,
 * and the host name in the status.
 */
export function startLoadBalancerController(options: LoadBalancerOptions): StandIn {
  const { provision, deprovision } = options;
  return startController({
    ...options,
    name: 'load-balancer-controller',
    identity: standInIdentity,
    collections: ['/apis/networking.k8s.io/v1/ingresses'],
    describe: (_collection, ingress) => nameOf(ingress),
    reconcile,
  });

  async function reconcile(ingress: Ingress, { path, client, say }: Place): Promise<void> {
    const patch = async (at: string, body: object): Promise<void> => {
      await client.json({ path: at, method: 'PATCH', contentType: 'application/merge-patch+json', body });
    };
    const setFinalizers = (wanted: string[]): Promise<void> =>
      patch(path, { metadata: { finalizers: wanted, resourceVersion: ingress.metadata.resourceVersion } });
    const finalizers = ingress.metadata.finalizers ?? [];
    const held = finalizers.includes(finalizer);
    if (ingress.metadata.deletionTimestamp !== undefined || !isOurs(ingress)) {
      if (!held) return;
      await deprovision(ingress);
      await setFinalizers(finalizers.filter((one) => one !== finalizer));
      say(`${nameOf(ingress)}: its load balancer is gone`);
      return;
    }
    // The finalizer comes first, or a load balancer could be left behind. Its being there is an event.
    if (!held) return setFinalizers([...finalizers, finalizer]);
    const hostname = await provision(ingress).catch(async (error: unknown) => {
      await emitEvent(client, ingress, error);
      throw error;
    });
    if (ingress.status?.loadBalancer?.ingress?.[0]?.hostname === hostname) return;
    await patch(`${path}/status`, { status: { loadBalancer: { ingress: [{ hostname }] } } });
    say(`${nameOf(ingress)}: its load balancer is ${hostname}`);
  }
}

/** What `kubectl describe ingress` shows where there can be no load balancer. */
async function emitEvent(
  client: KubeClient,
  { metadata, ...ingress }: Ingress,
  error: unknown,
): Promise<void> {
  const { namespace = '', name, uid } = metadata;
  await client.json({
    path: `/api/v1/namespaces/${namespace}/events`,
    method: 'POST',
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, namespace },
      involvedObject: { apiVersion: ingress.apiVersion, kind: ingress.kind, namespace, name, uid },
      reason: 'FailedBuildModel',
      message: `Failed build model due to ${messageOf(error)}`,
      type: 'Warning',
      source: { component: 'ingress' },
    },
  });
}

function nameOf({ metadata: { namespace = '', name } }: Ingress): string {
  return `ingress ${namespace}/${name}`;
}

function isOurs({ metadata, spec }: Ingress): boolean {
  return (spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class']) === ingressClass;
}
