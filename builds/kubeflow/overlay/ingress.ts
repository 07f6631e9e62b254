import type { Configuration } from '../../../core/configuration';
import { ingress as ingressName, managedByLabel } from '../../../core/naming';
import type { Found } from '../../support/input';
import type { KubernetesObject } from '../../kubernetes/objects';

const labels = { [managedByLabel.key]: managedByLabel.value };
const gateway = { matchLabels: { app: 'istio-ingressgateway' } };

/** Ports of a pod of Istio's gateway: requests, and health. */
const gatewayPorts = { requests: 8080, health: 15021 } as const;

/**
 * The load balancer: it ends TLS with the deployment's certificate and hands everything to Istio's gateway, which asks
 * oauth2-proxy. It decides nothing about users itself.
 *
 * @param certificateArn in the cluster's region
 */
export function ingress(
  configuration: Configuration,
  found: Found,
  certificateArn: string,
): KubernetesObject {
  const scheme = configuration.kubeflow.ingress_scheme;
  const subnets = scheme === 'internal' ? found.subnets.private : found.subnets.public;
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
        [`${prefix}listen-ports`]: JSON.stringify([{ HTTPS: 443 }]),
        [`${prefix}certificate-arn`]: certificateArn,
        [`${prefix}ssl-policy`]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        [`${prefix}healthcheck-path`]: '/healthz/ready',
        [`${prefix}healthcheck-port`]: String(gatewayPorts.health),
        // A header with a line break in its name or value could pass for another one behind the load balancer.
        [`${prefix}load-balancer-attributes`]: 'routing.http.drop_invalid_header_fields.enabled=true',
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
 * Lets the load balancer reach Istio's gateway: with IP targets its requests come from addresses of the VPC, and the
 * base admits only pods of the same namespace.
 */
export function loadBalancerPolicy(found: Found): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'kubeflow-eks-load-balancer', namespace: ingressName.namespace, labels },
    spec: {
      podSelector: gateway,
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ ipBlock: { cidr: found.vpc.cidr } }],
          ports: Object.values(gatewayPorts).map((port) => ({ protocol: 'TCP', port })),
        },
      ],
    },
  };
}
