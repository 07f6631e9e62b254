// Must come before @peculiar/x509, which registers its classes through it.
import 'reflect-metadata';
import { webcrypto, KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const validMs = 30 * 24 * 3600 * 1000;
/** ADFS' own signing certificates are valid for a year; 30 days would be warned of. */
const signingValidMs = 365 * 24 * 3600 * 1000;

/** A certificate with its key, as PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** The authority that all of the region's web servers are certified by. */
export interface Authority {
  /** What a client must trust, as PEM. */
  readonly caPem: string;
  /** A server certificate for one host name; made once and kept. */
  certify(host: string): Promise<Certificate>;
  /** A self-signed certificate as ADFS signs its tokens with: the public part, base64 of the DER form. */
  signingCertificate(commonName: string): Promise<string>;
}

/** Makes an authority that lives as long as the region does. */
export async function createAuthority(): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto);
  const caKeys = await generateKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=kubeflow-eks local region, web',
    keys: caKeys,
    signingAlgorithm: algorithm,
    ...validity(),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const certify = async (host: string): Promise<Certificate> => {
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${host.slice(0, 64)}`,
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: algorithm,
      ...validity(),
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    return {
      cert: certificate.toString('pem'),
      key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };
  const certified = new Map<string, Promise<Certificate>>();
  return {
    caPem: ca.toString('pem'),
    certify: (host) => {
      const known = certified.get(host) ?? certify(host);
      certified.set(host, known);
      return known;
    },
    signingCertificate: async (commonName) => {
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: `CN=${commonName}`,
        keys: await generateKeys(),
        signingAlgorithm: algorithm,
        ...validity(signingValidMs),
      });
      return Buffer.from(certificate.rawData).toString('base64');
    },
  };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function validity(durationMs = validMs): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + durationMs) };
}
