import { ingress } from './naming';

const prefix = 'alb.ingress.kubernetes.io/';

/**
 * Annotations of Kubeflow's ingress that switch something on at its load balancer and are read again: leaving one out
 * leaves the load balancer as it is (AWS Load Balancer Controller 3.5, annotations guide).
 */
export const loadBalancerAnnotations = {
  /** ARN of a web ACL, or {@link noWebAcl}. */
  webAcl: `${prefix}wafv2-acl-arn`,
  /** `name=value` with commas between. */
  attributes: `${prefix}load-balancer-attributes`,
} as const;

/** Takes the association away, whatever web ACL it is with. */
export const noWebAcl = 'none';

/** Whether the ingress names a web ACL, or says that there is to be none any more. */
export function namesWebAcl(annotations: Readonly<Record<string, string>>): boolean {
  return annotations[loadBalancerAnnotations.webAcl] !== undefined;
}

const short = (name: string): string => name.replace(/[^a-zA-Z0-9]/g, '').slice(0, 8);

/**
 * ELB's name for the load balancers of Kubeflow's ingress, with a wildcard for their random ends: the controller calls them
 * `k8s-<namespace>-<name>-<digest>` (version 3.5, pkg/ingress/model_build_load_balancer.go).
 */
export const ingressBalancers = `loadbalancer/app/k8s-${short(ingress.namespace)}-${short(ingress.name)}-*`;

/** The attributes that an annotation sets, by their names. */
export function attributesOf(annotation: string | undefined): ReadonlyMap<string, string> {
  const pairs = (annotation ?? '').split(',').filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
}
