import type { KubernetesObject } from '../../kubernetes/objects';

interface Variable {
  name: string;
  value?: string;
}

/**
 * What is reached without a proxy: the cluster's own names, the ranges that EKS gives Services (one of two, by the VPC's
 * ranges; EKS user guide, "View networking requirements"), and the VPC, where the API server's endpoint is.
 */
function noProxy(vpcCidr: string): string {
  return ['localhost', '127.0.0.1', '.svc', '.cluster.local', '10.100.0.0/16', '172.20.0.0/16', vpcCidr].join(
    ',',
  );
}

/** The variables by which Go's programs ask a proxy for what is outside; none without a proxy. */
export function proxyEnvironment(proxy: string | undefined, vpcCidr: string): Variable[] {
  return proxy === undefined
    ? []
    : [
        { name: 'HTTPS_PROXY', value: proxy },
        { name: 'NO_PROXY', value: noProxy(vpcCidr) },
      ];
}

/** A Deployment whose containers ask a proxy for what is outside. */
export function withProxy(
  deployment: KubernetesObject,
  proxy: string | undefined,
  vpcCidr: string,
): KubernetesObject {
  const copy = structuredClone(deployment);
  const { spec } = copy as unknown as {
    spec: { template: { spec: { containers: { env?: Variable[] }[] } } };
  };
  const variables = proxyEnvironment(proxy, vpcCidr);
  if (variables.length > 0)
    for (const container of spec.template.spec.containers)
      container.env = [...(container.env ?? []), ...variables];
  return copy;
}
