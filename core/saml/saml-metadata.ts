import { createHash, X509Certificate } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { UserError } from '../errors';
import { defined } from '../defined';

/** A certificate with which an identity provider signs. */
export interface SigningCertificate {
  /** SHA-256 of the DER form, upper-case hexadecimal with colons. */
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
}

/** What matters of an identity provider's SAML 2.0 metadata. */
export interface SamlMetadata {
  entityId: string;
  signingCertificates: SigningCertificate[];
  /** The endpoint of the HTTP-Redirect binding: Cognito asks for a login by no other. */
  singleSignOn: string;
  /** The endpoint of the HTTP-Redirect binding, else of the HTTP-POST binding. */
  singleLogout?: string;
}

/**
 * The longest value that Cognito takes in an identity provider's details, in characters
 * (API reference, type ProviderDetailsType). ADFS' own metadata has up to 100,000.
 */
export const maximumMetadataLength = 131_072;

const millisecondsPerDay = 86_400_000;

/**
 * Reads the SAML 2.0 metadata of an identity provider.
 *
 * A real ADFS document also carries WS-Federation role descriptors and a service provider's part; only the
 * IDPSSODescriptor counts. A document type declaration is refused: metadata has no use for one, and entities are a
 * way to make a parser expand without end.
 *
 * @param text the XML document
 * @returns its identity provider
 * @throws UserError SamlMetadataUnusable when it is not well-formed, has no identity provider, no signing certificate
 *   or no sign-on endpoint
 */
export function parseSamlMetadata(text: string): SamlMetadata {
  const xml = text.replace(/^\uFEFF/, '');
  if (xml.length > maximumMetadataLength) {
    throw unusable(`it has ${xml.length} characters; Cognito takes at most ${maximumMetadataLength}`);
  }
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw unusable('it has a document type declaration');
  try {
    SyntaxValidator.validate(xml);
  } catch (cause) {
    throw unusable(`it is not well-formed XML (${(cause as Error).message})`, { cause });
  }
  const document = parser.parse(xml) as Element;
  const entity = findEntity(document, ({ IDPSSODescriptor: role }) => role !== undefined);
  if (!entity) throw unusable(whyNoProvider(document));
  const provider = children(entity, 'IDPSSODescriptor')[0] ?? {};
  const entityId = attribute(entity, 'entityID');
  if (entityId === undefined) throw unusable('its EntityDescriptor has no entityID');
  // No assertion has a template's text as its issuer, so no login would ever be accepted.
  if (/[{}]/.test(entityId)) {
    throw unusable(
      `its entityID ${entityId} is a template; take the metadata of your own tenant, in which the issuer is filled in`,
    );
  }
  // "No SingleSignOn Http redirect binding location found in metadata" is what CreateIdentityProvider answers.
  const singleSignOn = endpoint(provider, 'SingleSignOnService', ['HTTP-Redirect']);
  if (singleSignOn === undefined) {
    throw unusable(
      'it has no SingleSignOnService with the HTTP-Redirect binding, by which Cognito asks for a login',
    );
  }
  const signingCertificates = readSigningCertificates(provider);
  if (signingCertificates.length === 0) throw unusable('it has no signing certificate');
  const singleLogout = endpoint(provider, 'SingleLogoutService', ['HTTP-Redirect', 'HTTP-POST']);
  return {
    entityId,
    signingCertificates,
    singleSignOn,
    ...defined({ singleLogout }),
  };
}

/**
 * Why nobody could log in with the metadata at a time, whatever else is right with it.
 *
 * @returns what is wrong and what to do, or `undefined`
 */
export function whyNotValidAt(metadata: SamlMetadata, now: Date): string | undefined {
  const days = daysUntilExpiry(metadata, now);
  if (days < 0) {
    return `every signing certificate in it has expired, the last one ${-days} days ago. Roll the certificate of the identity provider and take its metadata again`;
  }
  const first = Math.min(...metadata.signingCertificates.map(({ notBefore }) => notBefore.getTime()));
  if (first > now.getTime()) {
    return `no signing certificate in it is valid yet, the first one from ${new Date(first).toISOString()} on. Take the metadata of the certificate that is in use`;
  }
  return undefined;
}

/**
 * Whether two metadata documents describe the same identity provider with the same keys and endpoints, whatever their
 * layout, signature or validity stamps.
 */
export function sameProvider(left: SamlMetadata, right: SamlMetadata): boolean {
  return digest(left) === digest(right);
}

/**
 * Days until nobody can log in any more because every signing certificate has expired; during a rollover there are
 * several, and the last one counts. Rounded down; negative after the expiry.
 */
export function daysUntilExpiry(metadata: SamlMetadata, now: Date): number {
  const last = Math.max(...metadata.signingCertificates.map((certificate) => certificate.notAfter.getTime()));
  return Math.floor((last - now.getTime()) / millisecondsPerDay);
}

type Element = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  isArray: (_name, _path, isLeaf, isAttribute) => !isAttribute && !isLeaf,
});

function unusable(reason: string, options?: ErrorOptions): UserError {
  return new UserError(
    'SamlMetadataUnusable',
    `the SAML metadata cannot be used: ${reason}. Give the identity provider's own federation metadata document ` +
      '(of ADFS: https://<adfs_url>/FederationMetadata/2007-06/FederationMetadata.xml)',
    options,
  );
}

function children(element: Element, name: string): Element[] {
  const value = element[name];
  const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.filter((item): item is Element => typeof item === 'object' && item !== null);
}

function texts(element: Element, name: string): string[] {
  const value = element[name];
  const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.flatMap((item) => {
    const text = typeof item === 'object' && item !== null ? (item as Element)['#text'] : item;
    return typeof text === 'string' ? [text] : [];
  });
}

function attribute(element: Element, name: string): string | undefined {
  const value = element[`@${name}`];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first entity that is looked for; federations wrap entities in EntitiesDescriptor, nested at will. */
function findEntity(element: Element, isSought: (entity: Element) => boolean): Element | undefined {
  const own = children(element, 'EntityDescriptor').find(isSought);
  if (own) return own;
  for (const group of children(element, 'EntitiesDescriptor')) {
    const inner = findEntity(group, isSought);
    if (inner) return inner;
  }
  return undefined;
}

/** What a document without an identity provider is instead. */
function whyNoProvider(document: Element): string {
  const has = (role: string): boolean =>
    findEntity(document, (entity) => entity[role] !== undefined) !== undefined;
  if (has('SPSSODescriptor')) {
    return "it is an application's metadata (SPSSODescriptor), not that of an identity provider (IDPSSODescriptor)";
  }
  if (has('RoleDescriptor')) {
    return 'it is WS-Federation metadata only (RoleDescriptor); SAML 2.0 is needed (IDPSSODescriptor)';
  }
  return 'it has no EntityDescriptor with an IDPSSODescriptor';
}

function endpoint(provider: Element, service: string, bindings: readonly string[]): string | undefined {
  const locations = new Map(
    children(provider, service).map((each) => [attribute(each, 'Binding'), attribute(each, 'Location')]),
  );
  return bindings
    .map((binding) => locations.get(`urn:oasis:names:tc:SAML:2.0:bindings:${binding}`))
    .find((location) => location !== undefined);
}

/** A KeyDescriptor without `use` serves both signing and encryption (SAML metadata, section 2.4.1.1). */
function readSigningCertificates(provider: Element): SigningCertificate[] {
  const encoded = children(provider, 'KeyDescriptor')
    .filter((key) => (attribute(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => children(key, 'KeyInfo'))
    .flatMap((info) => children(info, 'X509Data'))
    .flatMap((data) => texts(data, 'X509Certificate'));
  return encoded.map((text) => {
    try {
      const certificate = new X509Certificate(Buffer.from(text, 'base64'));
      return {
        fingerprint: certificate.fingerprint256,
        notBefore: new Date(certificate.validFrom),
        notAfter: new Date(certificate.validTo),
      };
    } catch (cause) {
      throw unusable('one of its signing certificates is not an X.509 certificate', { cause });
    }
  });
}

function digest(metadata: SamlMetadata): string {
  const fingerprints = metadata.signingCertificates.map((certificate) => certificate.fingerprint).sort();
  const parts = [metadata.entityId, metadata.singleSignOn, metadata.singleLogout ?? '', ...fingerprints];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
