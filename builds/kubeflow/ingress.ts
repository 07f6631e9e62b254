import type { Configuration } from '../../core/configuration';
import { deploymentTags, ingress, managedByLabel } from '../../core/naming';
import type { Found, Identity } from '../support/input';
import type { KubernetesObject } from './kubernetes-objects';

const labels = { [managedByLabel.key]: managedByLabel.value };

/** Ports of Istio's ingress gateway: its HTTP port, and its own health. */
const gateway = { http: 8080, status: 15021 } as const;

/**
 * The way in: an ALB that ends TLS and hands everything to Istio's ingress gateway (AWS Load Balancer Controller,
 * "Ingress annotations"), and the policies that let it reach the gateway's pods.
 */
export function ingressObjects(
  configuration: Configuration,
  identity: Identity,
  found: Found,
): KubernetesObject[] {
  const { eks_name: name, env, tags, kubeflow, kubeflow_domain: host } = configuration;
  const annotation = (key: string): string => `alb.ingress.kubernetes.io/${key}`;
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: ingress.name,
        namespace: ingress.namespace,
        labels,
        annotations: {
          [annotation('scheme')]: kubeflow.ingress_scheme,
          [annotation('target-type')]: 'ip',
          [annotation('listen-ports')]: '[{"HTTPS":443}]',
          [annotation('certificate-arn')]: identity.certificateArn,
          [annotation('ssl-policy')]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
          [annotation('healthcheck-path')]: '/healthz/ready',
          [annotation('healthcheck-port')]: String(gateway.status),
          [annotation('load-balancer-attributes')]:
            'routing.http.drop_invalid_header_fields.enabled=true,idle_timeout.timeout_seconds=300',
          [annotation('tags')]: Object.entries(deploymentTags(name, env, tags))
            .map(([key, value]) => `${key}=${value}`)
            .join(','),
        },
      },
      spec: {
        ingressClassName: 'alb',
        rules: [
          {
            host,
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
    },
    {
      // The distribution admits traffic of the namespace itself only; an ALB comes from the VPC.
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'allow-load-balancer', namespace: ingress.namespace, labels },
      spec: {
        podSelector: { matchLabels: { app: 'istio-ingressgateway' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [{ ipBlock: { cidr: found.vpc.cidr } }],
            ports: [gateway.http, gateway.status].map((port) => ({ protocol: 'TCP', port })),
          },
        ],
      },
    },
  ];
}
