import { completeIdentityProvider } from '../../../core/configuration/identity-provider';
import {
  parseRegistration,
  registrationVersion,
  type Registration,
} from '../../../core/handover/registration';
import { registeredParts } from './registered-parts';

const row = {
  schemaVersion: registrationVersion,
  deployment: { name: 'acme', region: 'eu-central-1', accountId: '111122223333', tags: {} },
  configuration: {
    eks_name: 'acme',
    route53_domain: 'example.com',
    kubeflow_domain: 'flow.example.com',
    auth_base_domain: 'auth.example.com',
    cognito_domain: 'cognito.auth.example.com',
    adfs_url: 'adfs.example.com',
    identity_provider: completeIdentityProvider({}),
    lambda_concurrency_enabled: true,
    lambda_profile_concurrency: 3,
    access: { default_role: 'view' },
  },
  ...registeredParts,
};
const everyPart = ['deployment', 'configuration', 'found', 'cluster', 'identity', 'ingress'] as const;
const { schemaVersion: _version, ...parts } = row;

const read = (it: Readonly<Record<string, unknown>>, ...wanted: (keyof Registration)[]) =>
  parseRegistration({ name: 'acme', row: it }, ...wanted);

test('a registration is read as it was written, with all that its parts have besides', () => {
  expect(read(row, ...everyPart)).toEqual(parts);
});

test('of a row that an older release wrote, what is missing follows from the rest or gets its default', () => {
  const configuration = { route53_domain: 'example.com', adfs_url: 'adfs.example.com' };
  expect(read({ ...parts, configuration }, 'configuration')).toEqual({
    configuration: {
      ...configuration,
      identity_provider: completeIdentityProvider({}),
      kubeflow_domain: 'kubeflow.example.com',
      auth_base_domain: 'auth.example.com',
      cognito_domain: 'cognito.auth.example.com',
      lambda_concurrency_enabled: false,
      lambda_profile_concurrency: 10,
      access: {},
    },
  });
});

test('what is not needed need not be there', () => {
  expect(read({ deployment: row.deployment }, 'deployment')).toEqual({ deployment: row.deployment });
});

test.each(everyPart.filter((part) => part !== 'ingress'))(
  'a missing %s has a name of the catalogue',
  (part) => {
    expect(() => read({ ...row, [part]: undefined }, ...everyPart)).toThrow(
      expect.objectContaining({
        name: 'RegistrationUnreadable',
        kind: 'user',
        message: expect.stringMatching(`the registration of acme .*${part}.*Provision acme again`) as string,
      }) as Error,
    );
  },
);

test('a row that a newer release wrote is not guessed at', () => {
  expect(() => read({ ...row, schemaVersion: registrationVersion + 1 }, 'deployment')).toThrow(
    expect.objectContaining({
      name: 'RegistrationUnreadable',
      message: expect.stringContaining('newer release') as string,
    }) as Error,
  );
});
