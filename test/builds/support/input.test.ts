import { readConfiguration, readInput } from '../../../builds/support/input';
import { notForBuilds } from '../../../core/configuration/build-part';
import { minimalConfiguration } from '../../support/minimal-configuration';

const environment = (variables: object) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));

test('a build has of the configuration what it was given, and no defaults in the place of the rest', () => {
  const configuration = readConfiguration(environment({ CONFIGURATION: minimalConfiguration }));
  expect(configuration.eks_name).toBe(minimalConfiguration.eks_name);
  expect(configuration.access).toEqual({
    profile_owner: 'profiles@kubeflow-eks.invalid',
    self_service_profiles: false,
  });
  for (const key of notForBuilds.filter((it) => it !== 'access'))
    expect(configuration).not.toHaveProperty(key);
  // @ts-expect-error what a build does not get cannot be read either
  expect(configuration.access.default_role).toBeUndefined();
  // @ts-expect-error the metadata stays with the tasks
  expect(configuration.saml_metadata).toBeUndefined();
});

test('a document that is not what the workflow hands over is refused with every problem and its path', () => {
  const found = { vpc: { id: 'vpc-1' }, subnets: { private: [{ id: 'subnet-1' }], public: [] } };
  expect(() => readInput('FOUND', environment({ FOUND: found }))).toThrow(
    expect.objectContaining({
      name: 'InvalidTaskInput',
      message: expect.stringMatching(/variable FOUND .*vpc\.cidr.*subnets\.private\.0\.az/) as string,
    }) as Error,
  );
});

test.each([
  ['is not set', {}],
  ['is not JSON', { CLUSTER: '{' }],
])('a document that %s is refused', (problem, variables) => {
  expect(() => readInput('CLUSTER', variables)).toThrow(
    expect.objectContaining({
      name: 'InvalidTaskInput',
      message: expect.stringContaining(problem) as string,
    }) as Error,
  );
});
