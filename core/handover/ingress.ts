import { z } from 'zod';

/** The load balancer of Kubeflow's ingress: the workflows' variable `$ingress`. */
export const ingressSchema = z.object({
  hostname: z.string(),
  /** Hosted zone of the load balancer's name, for alias records. */
  hostedZoneId: z.string(),
  loadBalancerArn: z.string(),
});
