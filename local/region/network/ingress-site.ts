import type { KubeClient, KubeObject } from '../../kubernetes/kube-client';
import { applicationLoadBalancer, type Target } from './application-load-balancer';
import type { Site } from './network';

interface Ingress extends KubeObject {
  spec: { rules?: { host?: string }[] };
}

const prefix = 'alb.ingress.kubernetes.io/';

/** The load balancer that the Ingresses of a cluster ask for, as they ask for it. */
export async function ingressSite(client: KubeClient, targets: readonly Target[]): Promise<Site> {
  const ingresses = await client.list<Ingress>('/apis/networking.k8s.io/v1/ingresses');
  const attributes = ingresses
    .map(({ metadata }) => metadata.annotations?.[`${prefix}load-balancer-attributes`] ?? '')
    .join(',')
    .split(',');
  const hosts = ingresses.flatMap(({ spec }) => spec.rules ?? []).map(({ host }) => host?.toLowerCase());
  return applicationLoadBalancer({
    targets,
    hosts: hosts.includes(undefined) ? [] : hosts.filter((host) => host !== undefined),
    dropsInvalidHeaders: attributes.includes('routing.http.drop_invalid_header_fields.enabled=true'),
  });
}
