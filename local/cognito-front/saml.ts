import type { IdentityProviderType } from '@aws-sdk/client-cognito-identity-provider';
import { XMLParser } from 'fast-xml-parser';
import { SAML, type Profile } from '../saml/libraries.cjs';
import type { Pool } from './records';

/** How long Cognito believes metadata that it has by address: "every 6 hours" (developer guide, SAML providers). */
const metadataMs = 6 * 3600 * 1000;
/** How far the clocks may differ (assumed). */
const clockSkewMs = 60_000;

/** What an assertion said. */
export interface Assertion {
  nameId: string;
  claims: Map<string, string[]>;
}

export interface ServiceProviderOptions {
  /** Reads what stands at an address. */
  fetchText: (url: string) => Promise<string>;
  /** In milliseconds. */
  now: () => number;
}

interface Known {
  source: string;
  readAt: number;
  saml: SAML;
}

/** Cognito as the service provider of its pools' SAML providers. */
export class ServiceProvider {
  private readonly known = new Map<string, Known>();

  constructor(private readonly options: ServiceProviderOptions) {}

  /** Where the browser is sent with the request for a login; the relay state comes back with the answer. */
  async requestUrl(pool: Pool, provider: IdentityProviderType, relayState: string): Promise<string> {
    return (await this.of(pool, provider)).getAuthorizeUrlAsync(relayState, undefined, {});
  }

  /**
   * Reads an answer of the directory.
   *
   * @throws Error for one that is not signed by it, not for this pool, too old, or for no request of ours
   */
  async read(pool: Pool, provider: IdentityProviderType, SAMLResponse: string): Promise<Assertion> {
    const saml = await this.of(pool, provider);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse });
    if (profile === null) throw new Error('there is no assertion');
    return { nameId: profile.nameID, claims: claimsOf(profile) };
  }

  private async of(pool: Pool, provider: IdentityProviderType): Promise<SAML> {
    const { MetadataURL: url, MetadataFile: file = '' } = provider.ProviderDetails ?? {};
    const source = url ?? file;
    const key = `${pool.id}/${provider.ProviderName ?? ''}/${pool.domain}`;
    const known = this.known.get(key);
    const now = this.options.now();
    if (known?.source === source && (url === undefined || now - known.readAt < metadataMs)) return known.saml;
    const { entityId, singleSignOn, certificates } = readMetadata(
      url === undefined ? file : await this.options.fetchText(url),
    );
    const issuer = `urn:amazon:cognito:sp:${pool.id}`;
    const saml = new SAML({
      issuer,
      audience: issuer,
      callbackUrl: `https://${pool.domain}/saml2/idpresponse`,
      entryPoint: singleSignOn,
      idpIssuer: entityId,
      idpCert: certificates,
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: false,
      acceptedClockSkewMs: clockSkewMs,
      validateInResponseTo: 'always',
      disableRequestedAuthnContext: true,
      identifierFormat: null,
      // Requests that are under way survive new metadata.
      ...(known !== undefined && { cacheProvider: known.saml.cacheProvider }),
    });
    this.known.set(key, { source, readAt: now, saml });
    return saml;
  }
}

type Element = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (_name, _path, isLeaf, isAttribute) => !isAttribute && !isLeaf,
});

/** What a service provider needs of metadata: the identity provider's descriptor alone. */
function readMetadata(text: string): { entityId: string; singleSignOn: string; certificates: string[] } {
  const entity = children(parser.parse(text.replace(/^\uFEFF/, '')) as Element, 'EntityDescriptor')[0];
  const role = entity && children(entity, 'IDPSSODescriptor')[0];
  if (role === undefined) throw new Error('the metadata has no IDPSSODescriptor');
  const signOn = children(role, 'SingleSignOnService').find(
    (endpoint) => endpoint['@Binding'] === 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  );
  const certificates = children(role, 'KeyDescriptor')
    .filter((key) => key['@use'] !== 'encryption')
    .flatMap((key) => children(key, 'KeyInfo'))
    .flatMap((info) => children(info, 'X509Data'))
    .flatMap((data) => [data['X509Certificate']].flat())
    .map((certificate) => String(certificate).replace(/\s/g, ''));
  return {
    entityId: String(entity?.['@entityID']),
    singleSignOn: String(signOn?.['@Location']),
    certificates,
  };
}

function children(element: Element, name: string): Element[] {
  return [element[name] ?? []].flat().filter((child): child is Element => typeof child === 'object');
}

function claimsOf(profile: Profile): Map<string, string[]> {
  const attributes = profile.attributes ?? {};
  return new Map(
    Object.entries(attributes).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).map((each) => (typeof each === 'string' ? each : '')),
    ]),
  );
}
