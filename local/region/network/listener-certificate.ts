import { DescribeCertificateCommand, type ACMClient } from '@aws-sdk/client-acm';
import type { KubeClient } from '../../kubernetes/kube-client';

const annotation = 'alb.ingress.kubernetes.io/certificate-arn';

/**
 * The names in the certificate that the load balancer's listener presents: of those that the Ingresses name, the one that
 * covers the host, else the first (Elastic Load Balancing user guide, "SNI"). So a certificate that was asked for with wrong
 * names is seen by whoever comes.
 *
 * @throws Error where no Ingress names a certificate, or ACM has not issued it: there is no listener then
 */
export async function listenerCertificate(
  client: KubeClient,
  acm: ACMClient,
  host: string,
): Promise<[string, ...string[]]> {
  const ingresses = await client.list('/apis/networking.k8s.io/v1/ingresses');
  const arns = ingresses.flatMap(({ metadata }) => (metadata.annotations?.[annotation] ?? '').split(','));
  const certificates = await Promise.all(
    arns.filter((arn) => arn !== '').map((arn) => issuedNames(acm, arn.trim())),
  );
  const chosen = certificates.find((names) => names.some((name) => covers(name, host))) ?? certificates[0];
  if (chosen === undefined) throw new Error('no Ingress names a certificate for the listener');
  return chosen;
}

async function issuedNames(acm: ACMClient, CertificateArn: string): Promise<[string, ...string[]]> {
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
  const { DomainName: first, SubjectAlternativeNames: others = [], Status: status } = Certificate ?? {};
  if (first === undefined || status !== 'ISSUED')
    throw new Error(`the certificate ${CertificateArn} is ${status ?? 'not there'}, not ISSUED`);
  return [first, ...others.filter((name) => name !== first)];
}

/** A wildcard stands for one label (RFC 9525, 6.3). */
function covers(name: string, host: string): boolean {
  return name.toLowerCase() === host || name.toLowerCase() === host.replace(/^[^.]+/, '*');
}
