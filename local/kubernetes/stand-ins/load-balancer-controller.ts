import type { KubeObject } from '../client';
import { Informer } from './informer';
import { describeError, speaker, type StandIn, type StandInOptions } from './stand-in';
import { WorkQueue } from './work-queue';

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

const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const IDENTITY = {
  user: 'system:serviceaccount:kube-system:aws-load-balancer-controller',
  groups: ['system:masters'],
};
const CLASS = 'alb';
/** Of an Ingress without a group, in the AWS Load Balancer Controller. */
export const FINALIZER = 'ingress.k8s.aws/resources';

/**
 * Stands in for the AWS Load Balancer Controller. What a load balancer is, the region says (`provision`); this takes
 * care of what Kubernetes sees of it: the finalizer, which holds a deleted Ingress until its load balancer is gone,
 * and the host name in the status.
 */
export function startLoadBalancerController(options: LoadBalancerOptions): StandIn {
  const { client: admin, onLine, provision, deprovision } = options;
  const say = speaker('load-balancer-controller', onLine);
  const stopping = new AbortController();
  const { signal } = stopping;
  const client = admin.as(IDENTITY, 'load-balancer-controller (stand-in)');

  const queue = new WorkQueue({
    signal,
    reconcile: async (key) => reconcile(key),
    onError: (key, error) => {
      say(`ingress ${key}: ${describeError(error)}; trying again`);
    },
  });
  const informer = new Informer(
    client,
    INGRESSES,
    ({ metadata }) => {
      queue.add(`${metadata.namespace ?? ''}/${metadata.name}`);
    },
    (error) => {
      say(describeError(error));
    },
  );

  async function reconcile(key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const ingress = informer.get(name, namespace) as Ingress | undefined;
    if (ingress === undefined) return;
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}`;
    const finalizers = ingress.metadata.finalizers ?? [];
    const held = finalizers.includes(FINALIZER);
    if (ingress.metadata.deletionTimestamp !== undefined || !isOurs(ingress)) {
      if (!held) return;
      await deprovision(ingress);
      await setFinalizers(
        path,
        ingress,
        finalizers.filter((one) => one !== FINALIZER),
      );
      say(`ingress ${key}: its load balancer is gone`);
      return;
    }
    // The finalizer comes first, or a load balancer could be left behind. Its being there is an event.
    if (!held) return setFinalizers(path, ingress, [...finalizers, FINALIZER]);
    const hostname = await provision(ingress);
    if (ingress.status?.loadBalancer?.ingress?.[0]?.hostname === hostname) return;
    await patch(`${path}/status`, { status: { loadBalancer: { ingress: [{ hostname }] } } });
    say(`ingress ${key}: its load balancer is ${hostname}`);
  }

  async function setFinalizers(path: string, { metadata }: Ingress, finalizers: string[]): Promise<void> {
    await patch(path, { metadata: { finalizers, resourceVersion: metadata.resourceVersion } });
  }

  async function patch(path: string, body: object): Promise<void> {
    await client.json({ path, method: 'PATCH', contentType: 'application/merge-patch+json', body });
  }

  const running = informer.run(signal);
  return {
    ready: informer.synced,
    stop: async () => {
      stopping.abort();
      await running;
      client.close();
    },
  };
}

function isOurs({ metadata, spec }: Ingress): boolean {
  return (spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class']) === CLASS;
}
