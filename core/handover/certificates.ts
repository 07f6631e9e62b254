import { z } from 'zod';

/** What a certificate is for: Cognito's custom domain, or the load balancer of Kubeflow. */
export const certificatePurposeSchema = z.enum(['cognito', 'load-balancer']);

/** A certificate in the workflows' variable `$certificates`. */
export const certificateSchema = z.object({
  purpose: certificatePurposeSchema,
  region: z.string(),
  arn: z.string(),
});

/** The record by which ACM validates a name. */
export const validationRecordSchema = z.object({
  name: z.string(),
  type: z.literal('CNAME'),
  value: z.string(),
});

export type CertificatePurpose = z.infer<typeof certificatePurposeSchema>;
