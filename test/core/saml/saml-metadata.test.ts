import {
  daysUntilExpiry,
  parseSamlMetadata,
  sameProvider,
  whyNotValidAt,
} from '../../../core/saml/saml-metadata';
import { makeSamlMetadata } from '../../support/saml-metadata';

const days = (count: number) => new Date(Date.now() + count * 86_400_000 + 3_600_000);
const keyOf = (text: string) => /<KeyDescriptor.*<\/KeyDescriptor>/.exec(text)?.[0] ?? '';

/** A document like those that ADFS serves: signature, WS-Federation roles, encryption key, service provider part. */
async function makeAdfsDocument(...validForDays: number[]): Promise<string> {
  const [first = '', ...others] = await Promise.all(
    validForDays.map((count) => makeSamlMetadata(days(count))),
  );
  const strayKey = keyOf(await makeSamlMetadata(days(9000)));
  return first
    .replace(
      '<IDPSSODescriptor',
      `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>
       <RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="fed:SecurityTokenServiceType">${strayKey}</RoleDescriptor>
       <SPSSODescriptor>${strayKey}</SPSSODescriptor>
       <IDPSSODescriptor`,
    )
    .replace(
      '<SingleSignOnService',
      `${others.map(keyOf).join('')}
       ${strayKey.replace('use="signing"', 'use="encryption"')}
       <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://adfs.example.com/adfs/ls/?a=1&amp;b=2"/>
       <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://adfs.example.com/post"/>
       <SingleSignOnService`,
    );
}

describe('SAML metadata', () => {
  test('only the identity provider counts, with all of its signing keys', async () => {
    const metadata = parseSamlMetadata(await makeAdfsDocument(10, 400));
    expect(metadata).toMatchObject({
      entityId: 'http://adfs.example.com/adfs/services/trust',
      singleSignOn: 'https://adfs.example.com/adfs/ls/',
      singleLogout: 'https://adfs.example.com/adfs/ls/?a=1&b=2',
    });
    expect(metadata.signingCertificates).toHaveLength(2);
    expect(metadata.signingCertificates[0]?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test('during a rollover the last certificate to expire decides', async () => {
    expect(daysUntilExpiry(parseSamlMetadata(await makeAdfsDocument(10, 400)), new Date())).toBe(400);
    expect(daysUntilExpiry(parseSamlMetadata(await makeAdfsDocument(-3)), new Date())).toBe(-3);
  });

  test('namespace prefixes, a byte order mark and an enclosing federation make no difference', async () => {
    const plain = await makeAdfsDocument(10);
    const prefixed = plain
      .replace(
        /<(\/?)(EntityDescriptor|IDPSSODescriptor|KeyDescriptor|SingleSignOnService|SingleLogoutService)/g,
        '<$1md:$2',
      )
      .replace(
        'xmlns="urn:oasis:names:tc:SAML:2.0:metadata"',
        'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"',
      );
    const federation = plain
      .replace(
        '<EntityDescriptor',
        '<EntitiesDescriptor><EntityDescriptor entityID="sp"/><EntitiesDescriptor><EntityDescriptor',
      )
      .concat('</EntitiesDescriptor></EntitiesDescriptor>');
    for (const text of [prefixed, federation, `\uFEFF${plain}`]) {
      expect(sameProvider(parseSamlMetadata(text), parseSamlMetadata(plain))).toBe(true);
    }
  });

  test('its certificates must be valid now: neither expired nor yet to come', async () => {
    const metadata = parseSamlMetadata(await makeSamlMetadata(days(10)));
    expect(whyNotValidAt(metadata, new Date())).toBeUndefined();
    expect(whyNotValidAt(metadata, days(13))).toMatch(/has expired, the last one 4 days ago/);
    expect(whyNotValidAt(metadata, days(-800))).toMatch(/no signing certificate in it is valid yet/);
  });

  test('a new key makes it another provider, another layout does not', async () => {
    const one = await makeSamlMetadata();
    const laidOut = parseSamlMetadata(one.replaceAll('><', '>\n  <'));
    expect(sameProvider(parseSamlMetadata(one), laidOut)).toBe(true);
    expect(sameProvider(parseSamlMetadata(one), parseSamlMetadata(await makeSamlMetadata()))).toBe(false);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['an HTML page', () => '<html><body>Sign in</body></html>', /no EntityDescriptor/],
    ['a document cut short', (text) => text.slice(0, -30), /not well-formed/],
    ['no XML at all', () => 'Not Found', /not well-formed/],
    ['nothing', () => '', /not well-formed/],
    [
      "a service provider's metadata",
      (text) => text.replaceAll('IDPSSO', 'SPSSO'),
      /an application's metadata/,
    ],
    ['no signing key', (text) => text.replace('use="signing"', 'use="encryption"'), /no signing certificate/],
    [
      'a key that is no certificate',
      (text) => text.replace(/(<X509Certificate>)[^<]*(<\/X)/, '$1AAAA$2'),
      /not an X.509/,
    ],
    ['no sign-on address', (text) => text.replace('HTTP-Redirect', 'SOAP'), /no SingleSignOnService/],
    [
      'HTTP-POST only, as Cognito refuses it',
      (text) => text.replace('HTTP-Redirect', 'HTTP-POST'),
      /no SingleSignOnService with the HTTP-Redirect binding/,
    ],
    [
      "a template's issuer",
      (text) => text.replace(/entityID="[^"]*"/, 'entityID="https://sts.example.com/{tenantid}/"'),
      /is a template/,
    ],
    [
      'WS-Federation only',
      (text) => text.replaceAll('IDPSSODescriptor', 'RoleDescriptor'),
      /WS-Federation metadata only/,
    ],
    ['no entity id', (text) => text.replace(/ entityID="[^"]*"/, ''), /no entityID/],
    ['entities', (text) => `<!DOCTYPE x [<!ENTITY a "b">]>${text}`, /document type declaration/],
    ['more than Cognito takes', (text) => text + ' '.repeat(131_072), /at most 131072/],
  ])('%s is refused, saying why and what to give', async (_what, spoil, reason) => {
    const text = spoil(await makeSamlMetadata());
    const parse = () => parseSamlMetadata(text);
    expect(parse).toThrow(reason);
    expect(parse).toThrow(expect.objectContaining({ name: 'SamlMetadataUnusable' }) as Error);
    expect(parse).toThrow(/FederationMetadata\.xml/);
  });
});
