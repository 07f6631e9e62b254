import type { BuildConfiguration } from '../../../core/configuration';
import { ingress as ingressName, managedByLabel } from '../../../core/naming';
import type { Network } from '../../../core/handover/found';
import type { KubernetesObject } from '../../kubernetes/objects';
import { frontDoorAnnotations } from './front-door-annotations';

const labels = { [managedByLabel.key]: managedByLabel.value };
const gateway = { matchLabels: { app: 'istio-ingressgateway' } };

/** How long a browser remembers to come by TLS alone. */
const yearSeconds = 31_536_000;

/** Ports of a pod of Istio's gateway: requests, and health. */
const gatewayPorts = { requests: 8080, health: 15021 } as const;

/**
 * The load balancer: it ends TLS with the deployment's certificate and hands everything to Istio's gateway, which asks
 * oauth2-proxy. It decides nothing about users itself.
 *
 * @param certificateArn in the cluster's region
 * @param before the annotations of the ingress that is there: what they switched on is switched off by name
 */
export function ingress(
  configuration: BuildConfiguration,
  found: Network,
  certificateArn: string,
  before: Readonly<Record<string, string>> = {},
): KubernetesObject {
  const { ingress_scheme: scheme, ingress_cidrs: inbound } = configuration.kubeflow;
  const subnets = loadBalancerSubnets(configuration, found);
  const prefix = 'alb.ingress.kubernetes.io/';
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...ingressName,
      labels,
      annotations: {
        [`${prefix}scheme`]: scheme,
        [`${prefix}target-type`]: 'ip',
        [`${prefix}subnets`]: subnets.map(({ id }) => id).join(','),
        [`${prefix}listen-ports`]: JSON.stringify([{ HTTP: 80 }, { HTTPS: 443 }]),
        // Who types the name alone may be sent to port 80 by the browser.
        [`${prefix}ssl-redirect`]: '443',
        [`${prefix}listener-attributes.HTTPS-443`]: `routing.http.response.strict_transport_security.header_value=max-age=${yearSeconds}`,
        ...(inbound !== undefined && { [`${prefix}inbound-cidrs`]: inbound.join(',') }),
        [`${prefix}certificate-arn`]: certificateArn,
        [`${prefix}ssl-policy`]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        [`${prefix}healthcheck-path`]: '/healthz/ready',
        [`${prefix}healthcheck-port`]: String(gatewayPorts.health),
        ...frontDoorAnnotations(configuration.kubeflow, before),
      },
    },
    spec: {
      ingressClassName: 'alb',
      rules: [
        {
          host: configuration.kubeflow_domain,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'istio-ingressgateway', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  };
}

/**
 * Where the load balancer stands: one subnet for each availability zone, since the controller gives up on two in one
 * zone (`FailedBuildModel`, its `pkg/networking/subnet_resolver.go`). Of several the one with the largest range, which
 * has most room for the load balancer's own addresses; of equal ones the first, so that the choice stays.
 */
export function loadBalancerSubnets(
  { kubeflow }: Pick<BuildConfiguration, 'kubeflow'>,
  { subnets }: Pick<Network, 'subnets'>,
): Network['subnets']['public'] {
  const candidates = kubeflow.ingress_scheme === 'internal' ? subnets.private : subnets.public;
  const chosen = new Map<string, (typeof candidates)[number]>();
  for (const subnet of candidates) {
    const other = chosen.get(subnet.az);
    if (other === undefined || prefixLength(subnet.cidr) < prefixLength(other.cidr))
      chosen.set(subnet.az, subnet);
  }
  return [...chosen.values()];
}

/** The shorter, the more addresses; of a range that is not known, the least. */
function prefixLength(cidr: string | undefined): number {
  const length = Number(cidr?.split('/')[1]);
  return Number.isInteger(length) ? length : 33;
}

/**
 * Lets the load balancer reach Istio's gateway: with IP targets its requests come from addresses of its subnets, and the
 * base admits only pods of the same namespace. The subnets' own ranges, since they may lie in any of the VPC's.
 */
export function loadBalancerPolicy(
  configuration: Pick<BuildConfiguration, 'kubeflow'>,
  found: Network,
): KubernetesObject {
  const ranges = new Set(loadBalancerSubnets(configuration, found).map(({ cidr }) => cidr ?? found.vpc.cidr));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'kubeflow-eks-load-balancer', namespace: ingressName.namespace, labels },
    spec: {
      podSelector: gateway,
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [...ranges].sort().map((cidr) => ({ ipBlock: { cidr } })),
          ports: Object.values(gatewayPorts).map((port) => ({ protocol: 'TCP', port })),
        },
      ],
    },
  };
}
