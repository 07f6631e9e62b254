import type { CertificatePurpose } from '../../core/handover/certificates';

/** CloudFront, which serves Cognito's custom domains, takes certificates from this region only. */
export const cloudFrontRegion = 'us-east-1';

/** The purposes and the region in which each needs its certificate. */
export function certificatePurposes(region: string): { purpose: CertificatePurpose; region: string }[] {
  return [
    { purpose: 'cognito', region: cloudFrontRegion },
    { purpose: 'load-balancer', region },
  ];
}
