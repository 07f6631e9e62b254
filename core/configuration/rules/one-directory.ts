import { isDeepStrictEqual } from 'node:util';
import { directories, objectId } from '../../saml/directory-kinds';
import { claimsOf, completeIdentityProvider } from '../identity-provider';
import type { Problem } from '../problems';
import type { Rule } from './rule';

/**
 * That a document names its directory, and only once: by `adfs_url`, the short form, or by `identity_provider`. Asked of
 * the document as written, since one that is there but malformed has a problem of its own.
 */
export function namesOneDirectory(document: Readonly<Record<string, unknown>>): Problem[] {
  const [short, long] = [document['adfs_url'], document['identity_provider']];
  if (short === undefined && long === undefined) {
    return [
      {
        path: 'adfs_url',
        value: null,
        message:
          'is required, the host name of ADFS such as "adfs.example.com"; or identity_provider, for any directory that speaks SAML',
      },
    ];
  }
  // A complete document has what follows from the short form, and is taken again as it came out.
  if (short === undefined || long === undefined || isDeepStrictEqual(long, completeIdentityProvider({})))
    return [];
  return [
    {
      path: 'identity_provider',
      value: Object.keys(Object(long) as object),
      message: 'stands beside adfs_url, which is its short form for ADFS; keep one',
    },
  ];
}

const metadataComesFromOnePlace: Rule = ({
  adfs_url,
  identity_provider: provider,
  saml_metadata: document,
}) => {
  if (provider === undefined || adfs_url !== undefined) return [];
  if (provider.metadata !== undefined && document !== undefined && document.url !== provider.metadata) {
    return [
      {
        path: 'saml_metadata',
        value: Object.keys(document),
        message: 'stands beside identity_provider.metadata; keep one',
      },
    ];
  }
  if (provider.metadata !== undefined || document !== undefined) return [];
  return [
    {
      path: 'identity_provider.metadata',
      value: null,
      message: `is required: the https URL at which ${directories[provider.kind].title} serves its SAML metadata; where Cognito cannot reach it, saml_metadata gives the document`,
    },
  ];
};

/**
 * Microsoft Learn, "Signing key rollover" and "Federation metadata": an application with keys of its own, as every
 * enterprise application with SAML has, publishes them only at the address that names it.
 */
const entraMetadataNamesTheApplication: Rule = ({ identity_provider: provider, saml_metadata: document }) => {
  const url = provider?.metadata ?? document?.url;
  if (provider?.kind !== 'entra' || url === undefined) return [];
  const { hostname, pathname, searchParams } = new URL(url);
  if (!/^login\.(?:microsoftonline|partner\.microsoftonline)\.[a-z]+$/.test(hostname)) return [];
  const path = provider.metadata === undefined ? 'saml_metadata.url' : 'identity_provider.metadata';
  const tenant = pathname.split('/')[1] ?? '';
  if (/^(?:common|organizations|consumers)$/i.test(tenant)) {
    return [
      {
        path,
        value: url,
        message: `must name your own tenant in place of "${tenant}": no assertion has that template as its issuer`,
      },
    ];
  }
  if ((searchParams.get('appid') ?? '') !== '') return [];
  return [
    {
      path,
      value: url,
      message:
        'must end in ?appid=<application id>: the application signs with a certificate of its own, which the metadata of the tenant does not have ("App Federation Metadata Url" in the portal)',
    },
  ];
};

const claimsAreNamed: Rule = ({ identity_provider: provider }) => {
  if (provider === undefined) return [];
  const claims = claimsOf(provider.kind, provider.claims as Parameters<typeof claimsOf>[1]);
  const missing = (['email', 'groups'] as const)
    .filter((claim) => claims[claim] === undefined)
    .map((claim) => ({
      path: `identity_provider.claims.${claim}`,
      value: null,
      message: `is required with kind ${provider.kind}: which attribute of the assertion has ${claim === 'email' ? 'the e-mail address' : 'the groups'} is known of adfs, entra, okta and keycloak alone`,
    }));
  const names = Object.entries(claims);
  const twice = names.flatMap(([claim, name], index) =>
    names.slice(0, index).some(([, other]) => other === name)
      ? [
          {
            path: `identity_provider.claims.${claim}`,
            value: name,
            message: 'is the attribute of another claim; each has its own',
          },
        ]
      : [],
  );
  return [...missing, ...twice];
};

/** The prefix is looked for before a group is called otherwise, and no object id begins with one. */
const prefixFitsObjectIds: Rule = ({ access }) => {
  if (access === undefined || access.group_prefix === '') return [];
  const ids = Object.keys(access.namespace_aliases).filter((name) => objectId.test(name));
  return ids.slice(0, 1).map((id) => ({
    path: 'access.namespace_aliases',
    value: id,
    message: `is an object id, which never begins with group_prefix ("${access.group_prefix}"); name it in access.group_names, or leave group_prefix out`,
  }));
};

/** Rules of the directory and of what it sends. */
export const directoryRules: readonly Rule[] = [
  metadataComesFromOnePlace,
  entraMetadataNamesTheApplication,
  claimsAreNamed,
  prefixFitsObjectIds,
];
