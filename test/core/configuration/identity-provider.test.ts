import { parseConfiguration } from '../../../core/configuration';
import { refusedChanges } from '../../../core/configuration/changes';
import { formatProblem } from '../../../core/configuration/problems';
import { minimalConfiguration as minimal } from '../../support/minimal-configuration';

const { adfs_url: _adfs, ...withoutDirectory } = minimal;
const entra =
  'https://login.microsoftonline.com/6f9619ff-8b86-d011-b42d-00cf4fc964ff/federationmetadata/2007-06/federationmetadata.xml?appid=0f8fad5b-d9cb-469f-a165-70867728950e';

function problemsOf(changes: Record<string, unknown>): string[] {
  const { problems = [] } = parseConfiguration({ ...withoutDirectory, ...changes });
  return problems.map(formatProblem);
}

test('the short form is ADFS, with its own metadata and claims', () => {
  const { configuration } = parseConfiguration({ ...withoutDirectory, adfs_url: 'adfs.acme.example' });
  expect(configuration).toMatchObject({
    identity_provider: {
      kind: 'adfs',
      claims: { groups: 'https://aws.amazon.com/SAML/Attributes/Role' },
    },
    saml_metadata: {
      url: 'https://adfs.acme.example/FederationMetadata/2007-06/FederationMetadata.xml',
    },
  });
});

test.each([
  { adfs_url: 'adfs.acme.example' },
  { identity_provider: { kind: 'entra', metadata: entra } },
  { identity_provider: { kind: 'saml', claims: { email: 'm', groups: 'g' } }, saml_metadata: { url: entra } },
])('a complete document is taken again as it came out: %j', (directory) => {
  const once = parseConfiguration({ ...withoutDirectory, ...directory }).configuration;
  expect(once).toBeDefined();
  expect(parseConfiguration(once).configuration).toEqual(once);
});

test.each([
  ['entra', entra, 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups'],
  ['okta', 'https://acme.okta.com/app/exk1fcia6d6EMsf331d8/sso/saml/metadata', 'groups'],
  ['keycloak', 'https://sso.acme.example/realms/acme/protocol/saml/descriptor', 'groups'],
  ['adfs', 'https://adfs.acme.example/metadata.xml', 'https://aws.amazon.com/SAML/Attributes/Role'],
])('%s: the metadata is where it says, and its claims are known', (kind, metadata, groups) => {
  const { configuration } = parseConfiguration({
    ...withoutDirectory,
    identity_provider: { kind, metadata },
  });
  expect(configuration).toMatchObject({
    identity_provider: { kind, metadata, claims: { groups } },
    saml_metadata: { url: metadata },
  });
});

test('a claim that is named holds in place of the default, the others stay', () => {
  const { configuration } = parseConfiguration({
    ...withoutDirectory,
    identity_provider: { kind: 'entra', metadata: entra, claims: { email: 'upn' } },
  });
  expect(configuration?.identity_provider.claims).toEqual({
    email: 'upn',
    email_verified: 'email_verified',
    groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
  });
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['no directory', {}, /^adfs_url is required.*or identity_provider/],
  [
    'two directories',
    { adfs_url: 'adfs.acme.example', identity_provider: { kind: 'entra', metadata: entra } },
    /^identity_provider .*beside adfs_url.*keep one/,
  ],
  ['an unknown kind', { identity_provider: { kind: 'ldap' } }, /kind .*must be one of adfs, entra/],
  [
    'no metadata',
    { identity_provider: { kind: 'okta' } },
    /^identity_provider\.metadata is required.*Okta serves/,
  ],
  [
    'metadata twice',
    {
      identity_provider: { kind: 'okta', metadata: 'https://o.example/m' },
      saml_metadata: { url: 'https://o.example/n' },
    },
    /^saml_metadata .*keep one/,
  ],
  [
    "a tenant's metadata without the application",
    { identity_provider: { kind: 'entra', metadata: entra.replace(/\?.*/, '') } },
    /must end in \?appid=<application id>/,
  ],
  [
    'the template of all tenants',
    {
      identity_provider: {
        kind: 'entra',
        metadata: 'https://login.microsoftonline.com/common/f.xml?appid=1',
      },
    },
    /must name your own tenant in place of "common"/,
  ],
  [
    'a directory of which nothing is known',
    { identity_provider: { kind: 'saml', metadata: 'https://idp.example/m', claims: { email: 'mail' } } },
    /^identity_provider\.claims\.groups is required with kind saml/,
  ],
  [
    'one attribute for two claims',
    { identity_provider: { kind: 'okta', metadata: 'https://o.example/m', claims: { groups: 'email' } } },
    /claims\.groups is "email": is the attribute of another claim/,
  ],
  [
    'a claim with a space',
    { identity_provider: { kind: 'okta', metadata: 'https://o.example/m', claims: { groups: 'my groups' } } },
    /must be the name of an attribute as the assertion has it/,
  ],
  [
    'object ids that a prefix would hide',
    {
      identity_provider: { kind: 'entra', metadata: entra },
      access: {
        group_prefix: 'AWS-',
        namespace_aliases: { '0F8FAD5B-d9cb-469f-a165-70867728950e': 'team-a' },
      },
    },
    /namespace_aliases is "0F8FAD5B.*never begins with group_prefix.*group_names/,
  ],
])('%s: one problem, with words', (_what, changes, words) => {
  expect(problemsOf(changes)).toEqual([expect.stringMatching(words)]);
});

describe('a change to a deployment that is there', () => {
  const kept = (document: Record<string, unknown>): { configuration: Record<string, unknown> } => ({
    configuration: { ...(parseConfiguration({ ...withoutDirectory, ...document }).configuration ?? {}) },
  });
  const okta = { identity_provider: { kind: 'okta', metadata: 'https://o.example/m' } };

  test('of the kind is refused, also where an older release has registered ADFS', () => {
    const { configuration } = kept({ adfs_url: 'adfs.acme.example' });
    const { identity_provider: _, ...older } = configuration;
    for (const was of [{ configuration }, { configuration: older }]) {
      expect(refusedChanges(was, kept(okta))).toMatchObject([
        { path: 'identity_provider.kind', was: 'adfs', asked: 'okta' },
      ]);
    }
  });

  test('of metadata and claims is not, nor from the short form of ADFS to the long one', () => {
    const other = { kind: 'okta', metadata: 'https://other.example/m', claims: { groups: 'teams' } };
    expect(refusedChanges(kept(okta), kept({ identity_provider: other }))).toEqual([]);
    const long = { kind: 'adfs', metadata: 'https://adfs.acme.example/m' };
    expect(
      refusedChanges(kept({ adfs_url: 'adfs.acme.example' }), kept({ identity_provider: long })),
    ).toEqual([]);
  });
});
