import { createHash } from 'node:crypto';
import { everybodyGroup } from '../../core/access/everybody';
import { directories, type Claims, type DirectoryKind } from '../../core/saml/directory-kinds';
import type { Claim } from './claim-rules';
import { adfsMetadata, plainMetadata } from './metadata';
import { objectGuid, type Person } from './people';
import { nameIdentifier, nameIdentifierFormat } from '../../core/saml/adfs-trust';

/** How one kind of directory names itself, and what it says of people, beside ADFS, whose rules an administrator writes. */
export interface Dialect {
  readonly title: string;
  /** The `entityID` of its metadata and the `Issuer` of its assertions. */
  readonly issuer: string;
  readonly metadataPath: string;
  readonly signOnPath: string;
  readonly metadata: (certificates: readonly string[]) => string;
  /** `NameFormat` of its attributes, and whether values name their type. */
  readonly attributes: { readonly nameFormat?: string; readonly typed?: boolean };
  /** What is sent of a person; ADFS has rules in its place. */
  readonly claims?: (person: Person, groupPrefix: string) => Claim[];
}

/** What a configuration says of the directory. */
export interface DirectorySettings {
  kind: DirectoryKind;
  claims: Claims;
  /** Path and query at which the configuration looks for the metadata. */
  metadataPath?: string | undefined;
}

/** Groups beyond which Entra ID sends a link in their place (Microsoft Learn, "Configure group claims"). */
const mostEntraGroups = 150;

const tenant = '6f9619ff-8b86-d011-b42d-00cf4fc964ff';
const oktaApplication = 'exk1fcia6d6EMsf331d8';
const nameFormats = 'urn:oasis:names:tc:SAML:2.0:attrname-format';
const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const schemas = 'http://schemas.microsoft.com/identity/claims';

/** The dialect of a directory behind a host. */
export function dialectOf(
  host: string,
  { kind, claims, metadataPath }: DirectorySettings = { kind: 'adfs', claims: adfsClaims },
): Dialect {
  const path = metadataPath?.replace(/\?.*$/, '');
  const { title } = directories[kind];
  const is = (type: string, values: readonly string[]): Claim[] =>
    values.map((value) => ({ type, value, issuer: host }));
  const named = (id: string): Claim => ({
    type: nameIdentifier,
    value: id,
    issuer: host,
    properties: { [nameIdentifierFormat]: persistent },
  });
  const common = (person: Person, id: string): Claim[] => [
    named(id),
    ...is(claims.email, [person.email]),
    ...is(claims.email_verified, ['true']),
  ];
  switch (kind) {
    case 'adfs':
      return {
        title,
        issuer: `http://${host}/adfs/services/trust`,
        metadataPath: path ?? '/FederationMetadata/2007-06/FederationMetadata.xml',
        signOnPath: '/adfs/ls/',
        metadata: (certificates) => adfsMetadata(host, certificates),
        attributes: {},
      };
    case 'entra': {
      const issuer = `https://sts.windows.net/${tenant}/`;
      const signOnPath = `/${tenant}/saml2`;
      return {
        title,
        issuer,
        metadataPath: path ?? `/${tenant}/federationmetadata/2007-06/federationmetadata.xml`,
        signOnPath,
        metadata: (certificates) =>
          plainMetadata({ issuer, signOn: `https://${host}${signOnPath}`, certificates }),
        attributes: {},
        claims: (person) => [
          ...common(person, objectGuid(person.account)),
          ...is(`${schemas}/tenantid`, [tenant]),
          ...is(`${schemas}/objectidentifier`, [hexOf(person.account, 32)]),
          ...is(`${schemas}/displayname`, [person.account]),
          ...(person.groups.length > mostEntraGroups
            ? is(directories.entra.groupsLeftOut ?? '', [
                `https://graph.windows.net/${tenant}/users/${hexOf(person.account, 32)}/getMemberObjects`,
              ])
            : is(claims.groups, person.groups)),
        ],
      };
    }
    case 'okta': {
      const issuer = `http://www.okta.com/${oktaApplication}`;
      const signOnPath = `/app/kubeflow/${oktaApplication}/sso/saml`;
      return {
        title,
        issuer,
        metadataPath: path ?? `/app/${oktaApplication}/sso/saml/metadata`,
        signOnPath,
        metadata: (certificates) =>
          plainMetadata({ issuer, signOn: `https://${host}${signOnPath}`, certificates }),
        attributes: { nameFormat: `${nameFormats}:unspecified`, typed: true },
        // The page has the filter begin with the prefix, and everybody assigned to the one group beside it.
        claims: (person, prefix) => [
          ...common(person, `00u${hexOf(person.account, 17)}`),
          ...is(
            claims.groups,
            [...person.groups, everybodyGroup].filter(
              (group) => group === everybodyGroup || group.startsWith(prefix),
            ),
          ),
        ],
      };
    }
    case 'keycloak':
    case 'saml': {
      const realm = '/realms/acme';
      const issuer = `https://${host}${realm}`;
      const signOnPath = `${realm}/protocol/saml`;
      return {
        title,
        issuer,
        metadataPath: path ?? `${signOnPath}/descriptor`,
        signOnPath,
        metadata: (certificates) =>
          plainMetadata({ issuer, signOn: `https://${host}${signOnPath}`, certificates, prefix: 'md:' }),
        attributes: { nameFormat: `${nameFormats}:basic`, typed: true },
        // The realm's default group is the one of everybody.
        claims: (person) => [
          ...common(person, `G-${hexOf(person.account, 32)}`),
          ...is(claims.groups, [...person.groups, everybodyGroup]),
        ],
      };
    }
  }
}

const { email = '', email_verified, groups = '' } = directories.adfs.claims;
const adfsClaims: Claims = { email, email_verified, groups };

function hexOf(account: string, length: number): string {
  return createHash('sha256').update(account.toLowerCase()).digest('hex').slice(0, length);
}
