/** What an assertion says, as @node-saml/node-saml reads it. */
export interface Profile {
  nameID: string;
  attributes?: Record<string, unknown>;
}

interface CacheProvider {
  saveAsync(key: string, value: string): Promise<unknown>;
  getAsync(key: string): Promise<string | null>;
  removeAsync(key: string | null): Promise<string | null>;
}

/** A service provider (@node-saml/node-saml 5). */
export class SAML {
  constructor(options: {
    issuer: string;
    audience: string;
    callbackUrl: string;
    entryPoint: string;
    idpIssuer: string;
    /** Base64 of the DER form, without line breaks. */
    idpCert: string[];
    wantAssertionsSigned: boolean;
    wantAuthnResponseSigned: boolean;
    acceptedClockSkewMs: number;
    validateInResponseTo: 'always';
    disableRequestedAuthnContext: boolean;
    identifierFormat: null;
    cacheProvider?: CacheProvider;
  });
  readonly cacheProvider: CacheProvider;
  getAuthorizeUrlAsync(relayState: string, host: undefined, options: object): Promise<string>;
  /** @throws Error for an answer that is not to be believed */
  validatePostResponseAsync(form: { SAMLResponse: string }): Promise<{ profile: Profile | null }>;
}

/** XML signatures (xml-crypto 6). */
export class SignedXml {
  constructor(options: {
    /** PEM. */
    privateKey: string;
    /** PEM. */
    publicCert: string;
    signatureAlgorithm: string;
    canonicalizationAlgorithm: string;
  });
  addReference(reference: { xpath: string; transforms: string[]; digestAlgorithm: string }): void;
  computeSignature(
    xml: string,
    options: { prefix: string; location: { reference: string; action: 'after' } },
  ): void;
  getSignedXml(): string;
}
