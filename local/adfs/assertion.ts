import { randomUUID } from 'node:crypto';
import { SignedXml } from '../saml/libraries.cjs';
import type { Claim } from './claim-rules';
import { nameIdentifier, nameIdentifierFormat } from '../../core/saml/adfs-trust';
import type { Dialect } from './dialects';
import { escapeMarkup } from '../markup';

export interface AssertionOptions {
  /** The directory's own name, `http://HOST/adfs/services/trust` of ADFS. */
  issuer: string;
  audience: string;
  /** Where the answer is posted to. */
  recipient: string;
  inResponseTo: string;
  claims: readonly Claim[];
  /** Of the moment, in milliseconds. */
  now: number;
  /** When the person signed in, in milliseconds. */
  signedInAt: number;
  signing: { cert: string; key: string };
  /** How attributes are written. */
  attributes?: Dialect['attributes'];
}

/** How long the browser may take with the answer, and how long the assertion holds: ADFS' defaults. */
const lifeMs = { delivery: 5 * 60_000, assertion: 60 * 60_000 } as const;

const names = 'urn:oasis:names:tc:SAML:2.0';

/** A signed answer to a request for a login, with the layout of ADFS' own and the attributes of each directory: the assertion is signed, the answer is not. */
export function samlResponse(options: AssertionOptions): string {
  const { issuer, audience, recipient, inResponseTo, claims, now, signedInAt } = options;
  const at = (ms: number): string => new Date(ms).toISOString();
  const nameId = claims.find(({ type }) => type === nameIdentifier);
  const format = nameId?.properties?.[nameIdentifierFormat] ?? `${names}:nameid-format:unspecified`;
  const assertion =
    `<Assertion xmlns="${names}:assertion" ID="_${randomUUID()}" IssueInstant="${at(now)}" Version="2.0">` +
    `<Issuer>${escapeMarkup(issuer)}</Issuer>` +
    `<Subject>${nameId === undefined ? '' : `<NameID Format="${format}">${escapeMarkup(nameId.value)}</NameID>`}` +
    `<SubjectConfirmation Method="${names}:cm:bearer"><SubjectConfirmationData InResponseTo="${escapeMarkup(inResponseTo)}" ` +
    `NotOnOrAfter="${at(now + lifeMs.delivery)}" Recipient="${escapeMarkup(recipient)}"/></SubjectConfirmation></Subject>` +
    `<Conditions NotBefore="${at(now)}" NotOnOrAfter="${at(now + lifeMs.assertion)}">` +
    `<AudienceRestriction><Audience>${escapeMarkup(audience)}</Audience></AudienceRestriction></Conditions>` +
    attributeStatement(
      claims.filter((claim) => claim !== nameId),
      options.attributes,
    ) +
    `<AuthnStatement AuthnInstant="${at(signedInAt)}" SessionIndex="_${randomUUID()}"><AuthnContext>` +
    `<AuthnContextClassRef>${names}:ac:classes:PasswordProtectedTransport</AuthnContextClassRef>` +
    `</AuthnContext></AuthnStatement></Assertion>`;
  const response =
    `<samlp:Response xmlns:samlp="${names}:protocol" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(now)}" ` +
    `Destination="${escapeMarkup(recipient)}" InResponseTo="${escapeMarkup(inResponseTo)}">` +
    `<Issuer xmlns="${names}:assertion">${escapeMarkup(issuer)}</Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${names}:status:Success"/></samlp:Status>${assertion}</samlp:Response>`;
  return sign(response, options.signing);
}

/** Values of one type stand in one attribute. */
function attributeStatement(
  claims: readonly Claim[],
  { nameFormat, typed }: Dialect['attributes'] = {},
): string {
  const byType = Map.groupBy(claims, ({ type }) => type);
  if (byType.size === 0) return '';
  const xsType =
    typed === true
      ? ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"'
      : '';
  const attributes = [...byType].map(([type, values]) => {
    const all = values.map(({ value }) => `<AttributeValue${xsType}>${escapeMarkup(value)}</AttributeValue>`);
    const format = nameFormat === undefined ? '' : ` NameFormat="${nameFormat}"`;
    return `<Attribute Name="${escapeMarkup(type)}"${format}>${all.join('')}</Attribute>`;
  });
  return `<AttributeStatement>${attributes.join('')}</AttributeStatement>`;
}

function sign(xml: string, { cert, key }: AssertionOptions['signing']): string {
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
  const signature = new SignedXml({
    privateKey: key,
    publicCert: cert,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: exclusive,
  });
  const xpath = "//*[local-name(.)='Assertion']";
  signature.addReference({
    xpath,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', exclusive],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signature.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signature.getSignedXml();
}
