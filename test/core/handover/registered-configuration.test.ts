import { parseConfiguration } from '../../../core/configuration';
import {
  registeredConfiguration,
  unknownAddress,
  unknownMetadata,
} from '../../../core/handover/registered-configuration';
import { registrationVersion } from '../../../core/handover/registration';
import { minimalConfiguration } from '../../support/minimal-configuration';

/** The row that a provisioning with a document leaves. */
function stored(document: object, change: (configuration: Record<string, unknown>) => object = (it) => it) {
  const parsed = parseConfiguration(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { notification_email: _address, saml_metadata: metadata, ...rest } = parsed.configuration;
  const saml_metadata = metadata.inline === undefined ? metadata : { inline: true };
  return {
    name: 'acme',
    row: { schemaVersion: registrationVersion, configuration: change({ ...rest, saml_metadata }) },
  };
}

const { adfs_url: _adfs, ...withoutDirectory } = minimalConfiguration;
const documents: [string, object][] = [
  ['with ADFS', minimalConfiguration],
  ['with an address', { ...minimalConfiguration, notification_email: 'ml@acme.example' }],
  [
    'with another directory',
    {
      ...withoutDirectory,
      identity_provider: { kind: 'okta', metadata: 'https://acme.okta.com/app/metadata' },
    },
  ],
  ['with metadata of its own', { ...minimalConfiguration, saml_metadata: { inline: '<metadata/>' } }],
  [
    'with another directory, by metadata of its own',
    { ...withoutDirectory, identity_provider: { kind: 'okta' }, saml_metadata: { inline: '<metadata/>' } },
  ],
];

test.each(documents)(
  'a configuration %s comes back as it was, but for what is not registered',
  (_, document) => {
    const parsed = parseConfiguration(document);
    const metadata = parsed.configuration?.saml_metadata;
    expect(registeredConfiguration(stored(document))).toEqual({
      ...parsed.configuration,
      notification_email: unknownAddress,
      saml_metadata: metadata?.inline === undefined ? metadata : unknownMetadata,
    });
  },
);

test('a key that is newer than the row has the default that it would have in the file', () => {
  const row = stored(
    minimalConfiguration,
    ({ kubernetes_version: _version, kubeflow: _kubeflow, ...rest }) => rest,
  );
  expect(registeredConfiguration(row)).toEqual(registeredConfiguration(stored(minimalConfiguration)));
});

test('one that this release would refuse has a name, the problem and what to do', () => {
  const row = stored(minimalConfiguration, (configuration) => ({ ...configuration, nodegroup_min_size: 99 }));
  expect(() => registeredConfiguration(row)).toThrow(
    expect.objectContaining({
      name: 'InvalidConfiguration',
      message: expect.stringMatching(
        /acme is registered with[^]*nodegroup[^]*provision acme again/,
      ) as string,
    }) as Error,
  );
});

test('a row that cannot be read has its own name', () => {
  expect(() => registeredConfiguration({ name: 'acme', row: {} })).toThrow(
    expect.objectContaining({ name: 'RegistrationUnreadable' }) as Error,
  );
});
