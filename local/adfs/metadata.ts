const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';

/**
 * The federation metadata as ADFS publishes it: beside the SAML identity provider the WS-Federation role of the token
 * service, and two signing certificates, as during a rollover.
 */
export function adfsMetadata(host: string, signingCertificates: readonly string[]): string {
  const keys = signingCertificates
    .map(
      (certificate) =>
        `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
    )
    .join('');
  const endpoint = `https://${host}/adfs/ls/`;
  const binding = (name: string): string =>
    `Binding="urn:oasis:names:tc:SAML:2.0:bindings:${name}" Location="${endpoint}"`;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://${host}/adfs/services/trust">`,
    `<RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">${keys}</RoleDescriptor>`,
    `<IDPSSODescriptor protocolSupportEnumeration="${protocol}">${keys}`,
    `<SingleLogoutService ${binding('HTTP-Redirect')}/><SingleLogoutService ${binding('HTTP-POST')}/>`,
    '<NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</NameIDFormat>',
    `<SingleSignOnService ${binding('HTTP-Redirect')}/><SingleSignOnService ${binding('HTTP-POST')}/>`,
    '</IDPSSODescriptor></EntityDescriptor>',
  ].join('');
}

/** An identity provider's metadata with one role, as Entra ID, Okta and Keycloak publish it. */
export function plainMetadata({
  issuer,
  signOn,
  certificates,
  prefix = '',
}: {
  issuer: string;
  signOn: string;
  certificates: readonly string[];
  /** Before the names of the elements, with its colon. */
  prefix?: string;
}): string {
  const element = (name: string, attributes: string, content = ''): string =>
    `<${prefix}${name} ${attributes}>${content}</${prefix}${name}>`;
  const keys = certificates.map((certificate) =>
    element(
      'KeyDescriptor',
      'use="signing"',
      `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
    ),
  );
  const endpoints = ['HTTP-POST', 'HTTP-Redirect'].map((binding) =>
    element(
      'SingleSignOnService',
      `Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${signOn}"`,
    ),
  );
  const namespace = `xmlns${prefix === '' ? '' : `:${prefix.slice(0, -1)}`}="urn:oasis:names:tc:SAML:2.0:metadata"`;
  const role = element(
    'IDPSSODescriptor',
    `WantAuthnRequestsSigned="false" protocolSupportEnumeration="${protocol}"`,
    [...keys, ...endpoints].join(''),
  );
  return `<?xml version="1.0" encoding="utf-8"?>${element('EntityDescriptor', `${namespace} entityID="${issuer}"`, role)}`;
}
