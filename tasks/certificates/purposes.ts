import { z } from 'zod';

/** What a certificate is for. */
export type CertificatePurpose = 'cognito' | 'load-balancer';

/** A certificate as it travels through the workflow. */
export const certificateSchema = z.object({
  purpose: z.enum(['cognito', 'load-balancer']),
  region: z.string(),
  arn: z.string(),
});

/** CloudFront, which serves Cognito's custom domains, takes certificates from this region only. */
export const cloudFrontRegion = 'us-east-1';

/** The purposes and the region in which each needs its certificate. */
export function certificatePurposes(region: string): { purpose: CertificatePurpose; region: string }[] {
  return [
    { purpose: 'cognito', region: cloudFrontRegion },
    { purpose: 'load-balancer', region },
  ];
}
