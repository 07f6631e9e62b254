import { KeyObject, webcrypto } from 'node:crypto';
import { certificateAlgorithm, generateKeys, selfSignedAuthority, validFor, x509 } from '../../certificates';

const validMs = 30 * 24 * 3600 * 1000;
/** ADFS' own signing certificates are valid for a year; 30 days would be warned of. */
const signingValidMs = 365 * 24 * 3600 * 1000;
const signingAlgorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;

/** A certificate with its key, as PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** The authority that all of the region's web servers are certified by. */
export interface Authority {
  /** What a client must trust, as PEM. */
  readonly caPem: string;
  /** A server certificate for one host name, or for several, the first being its subject; made once and kept. */
  certify(host: string, ...others: string[]): Promise<Certificate>;
  /** A self-signed certificate as ADFS signs its tokens with: RSA, valid for a year. */
  signingCertificate(commonName: string): Promise<Certificate>;
}

/** Makes an authority that lives as long as the region does. */
export async function createAuthority(): Promise<Authority> {
  const caKeys = await generateKeys();
  const ca = await selfSignedAuthority('CN=kubeflow-eks local region, web', caKeys, validMs);
  const certify = async (hosts: readonly string[]): Promise<Certificate> => {
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${(hosts[0] ?? '').slice(0, 64)}`,
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: certificateAlgorithm,
      ...validFor(validMs),
      extensions: [
        new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value }))),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    return {
      // With the authority's own, by which a browser can be told to believe it.
      cert: `${certificate.toString('pem')}\n${ca.toString('pem')}\n`,
      key: pemOf(keys.privateKey),
    };
  };
  const certified = new Map<string, Promise<Certificate>>();
  return {
    caPem: ca.toString('pem'),
    certify: (...hosts) => {
      const key = hosts.join();
      const known = certified.get(key) ?? certify(hosts);
      certified.set(key, known);
      return known;
    },
    signingCertificate: async (commonName) => {
      const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: `CN=${commonName}`,
        keys,
        signingAlgorithm,
        ...validFor(signingValidMs),
      });
      return { cert: certificate.toString('pem'), key: pemOf(keys.privateKey) };
    },
  };
}

function pemOf(privateKey: webcrypto.CryptoKey): string {
  return KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
}
