import { createPrivateKey, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  certificateAlgorithm,
  generateKeys,
  generateRsaKeys,
  validFor,
  x509,
  selfSignedAuthority,
} from '../certificates';

/** A local region is thrown away long before. */
const validMs = 365 * 24 * 3600 * 1000;

/** Paths of PEM files. */
export interface KeyPair {
  certificate: string;
  key: string;
}

export interface Pki {
  ca: KeyPair;
  /** For the API server, and for the token webhook that it calls. */
  serving: KeyPair;
  /** Client certificate of the group system:masters. */
  admin: KeyPair;
  controllerManager: KeyPair;
  scheduler: KeyPair;
  kwok: KeyPair;
  /** Signs service account tokens; only the key is used. */
  serviceAccounts: KeyPair;
}

interface Subject {
  commonName: string;
  organization?: string;
  usage: 'server' | 'client';
}

const leaves = {
  serving: { commonName: 'kube-apiserver', usage: 'server' },
  admin: { commonName: 'kubernetes-admin', organization: 'system:masters', usage: 'client' },
  controllerManager: { commonName: 'system:kube-controller-manager', usage: 'client' },
  scheduler: { commonName: 'system:kube-scheduler', usage: 'client' },
  // It acts for kubelets, which may do much and nothing that kwok does to all nodes at once.
  kwok: { commonName: 'local:kwok', organization: 'system:masters', usage: 'client' },
  serviceAccounts: { commonName: 'service-accounts', usage: 'client' },
} satisfies Record<string, Subject>;

const servingNames = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

/**
 * The cluster's own authority and certificates in `directory`, made if they are not there. They are kept with the
 * cluster's data, so that a restarted region is the same one to those who trust its authority.
 */
export async function ensurePki(directory: string): Promise<Pki> {
  const at = (name: string): KeyPair => ({
    certificate: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  });
  const pki: Pki = {
    ca: at('ca'),
    serving: at('serving'),
    admin: at('admin'),
    controllerManager: at('controller-manager'),
    scheduler: at('scheduler'),
    kwok: at('kwok'),
    serviceAccounts: at('service-accounts'),
  };
  // Written last: an interrupted first start begins again, and so does one that made other certificates.
  const complete = join(directory, `complete-${Object.keys(leaves).length}-rsa`);
  if (existsSync(complete)) return pki;

  await mkdir(directory, { recursive: true, mode: 0o700 });
  const caKeys = await generateKeys();
  const authority = await selfSignedAuthority('CN=kubeflow-eks local region', caKeys, validMs);
  await writePair(pki.ca, authority, caKeys);
  for (const [name, subject] of Object.entries(leaves)) {
    // EKS' API servers sign with RS256.
    const keys = await (name === 'serviceAccounts' ? generateRsaKeys() : generateKeys());
    const certificate = await issue(subject, keys, authority, caKeys);
    await writePair(pki[name as keyof typeof leaves], certificate, keys);
  }
  await writeFile(complete, '');
  return pki;
}

async function issue(
  subject: Subject,
  keys: webcrypto.CryptoKeyPair,
  authority: x509.X509Certificate,
  caKeys: webcrypto.CryptoKeyPair,
): Promise<x509.X509Certificate> {
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  return x509.X509CertificateGenerator.create({
    subject: new x509.Name([
      ...(subject.organization === undefined ? [] : [{ O: [subject.organization] }]),
      { CN: [subject.commonName] },
    ]).toString(),
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: certificateAlgorithm,
    ...validFor(validMs),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([subject.usage === 'server' ? serverAuth : clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      ...(subject.usage === 'server'
        ? [
            new x509.SubjectAlternativeNameExtension([
              { type: 'ip' as const, value: '127.0.0.1' },
              ...servingNames.map((value) => ({ type: 'dns' as const, value })),
            ]),
          ]
        : []),
    ],
  });
}

async function writePair(
  pair: KeyPair,
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Promise<void> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  // Forms that every part of Kubernetes reads: SEC 1 ("EC PRIVATE KEY") and PKCS 1 ("RSA PRIVATE KEY").
  const key = privateKey.export({
    format: 'pem',
    type: privateKey.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1',
  });
  await writeFile(pair.key, key, { mode: 0o600 });
  await writeFile(pair.certificate, `${certificate.toString('pem')}\n`);
}

/** The content of a PEM file. */
export async function readPem(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
