import { everybodyGroup } from '../../core/access/everybody';
import { directories } from '../../core/saml/directory-kinds';

/** Keycloak's kind has a name for every claim. */
const { email = '', email_verified: verified, groups = '' } = directories.keycloak.claims;

/** What Cognito is to a directory. */
export interface ServiceProviderTrust {
  /** `urn:amazon:cognito:sp:<user pool id>` */
  identifier: string;
  /** `https://<cognito_domain>/saml2/idpresponse` */
  endpoint: string;
}

function mapper(name: string, kind: string, config: Record<string, string>): object {
  return {
    name,
    protocol: 'saml',
    protocolMapper: kind,
    config: { 'attribute.nameformat': 'Basic', ...config },
  };
}

/** The client that docs/directories/keycloak.md tells an administrator to make for a user pool, as the admin REST API has it. */
export function documentedClient({ identifier, endpoint }: ServiceProviderTrust): object {
  return {
    clientId: identifier,
    protocol: 'saml',
    enabled: true,
    redirectUris: [endpoint],
    // Of the scopes that a new client gets, `role_list` would send Keycloak's own roles along.
    defaultClientScopes: [],
    attributes: {
      'saml.assertion.signature': 'true',
      'saml.signature.algorithm': 'RSA_SHA256',
      // Cognito's requests are not signed.
      'saml.client.signature': 'false',
      'saml.force.post.binding': 'true',
      saml_assertion_consumer_url_post: endpoint,
      saml_name_id_format: 'persistent',
      saml_force_name_id_format: 'true',
    },
    protocolMappers: [
      mapper('e-mail', 'saml-user-property-mapper', {
        'user.attribute': 'email',
        'attribute.name': email,
      }),
      mapper('e-mail is verified', 'saml-hardcode-attribute-mapper', {
        'attribute.name': verified,
        'attribute.value': 'true',
      }),
      mapper('groups', 'saml-group-membership-mapper', {
        'attribute.name': groups,
        single: 'true',
        'full.path': 'false',
      }),
    ],
  };
}

/** A realm whose users are all in the group of everybody. */
export function emptyRealm(realm: string): object {
  return {
    realm,
    enabled: true,
    // TLS is the region's.
    sslRequired: 'none',
    groups: [{ name: everybodyGroup }],
    defaultGroups: [`/${everybodyGroup}`],
  };
}
