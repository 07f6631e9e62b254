import { z } from 'zod';

/** Where a cluster's API server is: what it takes to talk to it. */
export const clusterAddressSchema = z.object({
  name: z.string(),
  endpoint: z.url(),
  /** Base64 of the PEM, as EKS gives it. */
  certificateAuthority: z.base64(),
});

/** An active cluster: the workflows' variable `$cluster`. */
export const clusterSchema = clusterAddressSchema.extend({
  arn: z.string(),
  /** Minor version of Kubernetes, such as `1.35`. */
  version: z.string(),
  /** Issuer of the tokens of its service accounts. */
  oidcIssuer: z.string().optional(),
  securityGroupId: z.string().optional(),
  status: z.literal('ACTIVE'),
});

/** What a build gets of it in the variable `CLUSTER`. */
export const buildClusterSchema = clusterSchema.pick({
  name: true,
  endpoint: true,
  certificateAuthority: true,
  version: true,
  oidcIssuer: true,
});

export type ClusterAddress = z.infer<typeof clusterAddressSchema>;
export type BuildCluster = z.infer<typeof buildClusterSchema>;
