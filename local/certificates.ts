// Must come before @peculiar/x509, which registers its classes through it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

/** What all certificates of the local region have in common. */
export { x509 };

/** Keys and signatures of the local region's certificates. */
export const certificateAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A new key pair, whose private key can be written to a file. */
export async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(certificateAlgorithm, true, ['sign', 'verify']);
}

/** A new key pair for signatures of the kind RS256. */
export async function generateRsaKeys(): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 };
  return webcrypto.subtle.generateKey({ ...algorithm, publicExponent: new Uint8Array([1, 0, 1]) }, true, [
    'sign',
    'verify',
  ]);
}

/** A self-signed authority: it signs certificates and lists of revoked ones, and says so (RFC 5280, 4.2.1.3 and 4.2.1.9). */
export async function selfSignedAuthority(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  validMs: number,
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: certificateAlgorithm,
    ...validFor(validMs),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

/** From a minute ago, for clocks that are read with whole seconds, for so many milliseconds. */
export function validFor(durationMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + durationMs) };
}
