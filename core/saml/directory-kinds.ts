/** Products whose SAML the configuration knows by name; `saml` is any other. */
export const directoryKinds = ['adfs', 'entra', 'okta', 'keycloak', 'saml'] as const;

/** A kind of directory. */
export type DirectoryKind = (typeof directoryKinds)[number];

/** Names of the attributes of an assertion that say who somebody is. */
export interface Claims {
  readonly email: string;
  /** Says "true" of everybody: oauth2-proxy refuses an address that is explicitly not verified. */
  readonly email_verified: string;
  readonly groups: string;
}

/** What is known of a kind. */
interface DirectoryFacts {
  /** Name of the provider in the user pool, and so the beginning of its users' names: it must never change. */
  readonly providerName: string;
  /** As people call it. */
  readonly title: string;
  /** Names that the product gives by itself, or that its page in docs/directories tells to give. */
  readonly claims: Readonly<Partial<Claims>> & Pick<Claims, 'email_verified'>;
  /** Attribute that is sent instead of the groups where somebody has too many of them. */
  readonly groupsLeftOut?: string;
}

/** Chosen by this product for directories in which the attributes are named freely. */
const plain = { email: 'email', email_verified: 'email_verified', groups: 'groups' } as const;

const emailAddress = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

/**
 * Sources: ADFS: docs/adfs.md, whose rules issue these. Entra ID: Microsoft Learn, "SAML token claims reference" (the
 * names of e-mail, groups and of the link that replaces more than 150 groups) and "Customize SAML token claims" (a
 * constant). Okta: "Define attribute statements" and "Define group attribute statements" of a SAML app. Keycloak: Server
 * Administration Guide, "Mapping claims and assertions". The last two send what an administrator has named.
 */
export const directories: Readonly<Record<DirectoryKind, DirectoryFacts>> = {
  adfs: {
    providerName: 'ADFS',
    title: 'ADFS',
    claims: {
      email: emailAddress,
      email_verified: 'https://aws.amazon.com/SAML/Attributes/validation',
      groups: 'https://aws.amazon.com/SAML/Attributes/Role',
    },
  },
  entra: {
    providerName: 'Entra',
    title: 'Microsoft Entra ID',
    claims: {
      email: emailAddress,
      email_verified: plain.email_verified,
      groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
    },
    groupsLeftOut: 'http://schemas.microsoft.com/claims/groups.link',
  },
  okta: { providerName: 'Okta', title: 'Okta', claims: plain },
  keycloak: { providerName: 'Keycloak', title: 'Keycloak', claims: plain },
  saml: {
    providerName: 'Directory',
    title: 'the directory',
    claims: { email_verified: plain.email_verified },
  },
};

/** As Entra ID sends a group. */
export const objectId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Attributes of a pool's user beside the standard ones. */
export const customAttributes = {
  groups: 'custom:groups',
  /** Set where the directory has left the groups out: their own attribute is then what an earlier login has said. */
  groupsLeftOut: 'custom:groups_link',
} as const;

/** The custom attributes that a kind's assertions fill. */
export function customAttributesOf(kind: DirectoryKind): string[] {
  const { groupsLeftOut } = directories[kind];
  return [customAttributes.groups, ...(groupsLeftOut === undefined ? [] : [customAttributes.groupsLeftOut])];
}

/** Which attribute of an assertion fills which attribute of the pool's user. */
export function attributeMapping(kind: DirectoryKind, claims: Claims): Record<string, string> {
  const { groupsLeftOut } = directories[kind];
  return {
    email: claims.email,
    email_verified: claims.email_verified,
    [customAttributes.groups]: claims.groups,
    ...(groupsLeftOut !== undefined && { [customAttributes.groupsLeftOut]: groupsLeftOut }),
  };
}
