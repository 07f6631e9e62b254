import fc from '../../support/fast-check';
import { configurationJsonSchema, formatProblem, parseConfiguration } from '../../../core/configuration';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** The seed's parameters and nothing else, as its README lists them. */
const seed = {
  region: 'us-east-1',
  account_id: '111122223333',
  vpc_id: 'vpc-0123456789abcdef0',
  kms_key_arn: 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555',
  eks_name: 'kubeflow-DEMO',
  iam_role_prefix: 'kubeflow',
  iam_poliy_prefix: 'kubeflow',
  cpu_worker_type: 'm5.large',
  route53_domain: 'kubeflow-DEMO.example.com',
  cert_alt_names: [
    'auth.kubeflow-DEMO.example.com',
    'cognito.auth.kubeflow-DEMO.example.com',
    'kubeflow.kubeflow-DEMO.example.com',
  ],
  auth_base_domain: 'auth.kubeflow-DEMO.example.com',
  cognito_domain: 'cognito.auth.kubeflow-DEMO.example.com',
  kubeflow_domain: 'kubeflow.kubeflow-DEMO.example.com',
  associate_public_ip_address: true,
  nodegroup_min_size: 1,
  nodegroup_max_size: 6,
  nodegroup_desired_size: 6,
  ssh_key_name: 'my-key',
  adfs_url: 'adfs.example.com',
  lambda_concurreny_enabled: false,
  lambda_profile_concurrency: 10,
  tags: {},
  env: 'demo',
};

const minimal = {
  region: seed.region,
  account_id: seed.account_id,
  vpc_id: seed.vpc_id,
  kms_key_arn: seed.kms_key_arn,
  eks_name: 'ml',
  route53_domain: 'ml.example.com',
  adfs_url: 'adfs.example.com',
};

function problemsOf(document: unknown): string[] {
  const result = parseConfiguration(document);
  return result.ok ? [] : result.problems.map(formatProblem);
}

describe('a valid configuration', () => {
  test("may hold nothing but the seed's parameters, its misspellings included", () => {
    const result = parseConfiguration(seed);

    expect(problemsOf(seed)).toEqual([]);
    expect(result.configuration).toMatchObject({
      iam_policy_prefix: 'kubeflow',
      lambda_concurrency_enabled: false,
      route53_domain: 'kubeflow-demo.example.com',
      saml_metadata: { url: 'https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml' },
      kubernetes_version: '1.35',
    });
    expect(result.configuration).not.toHaveProperty('iam_poliy_prefix');
  });

  test('derives domains, certificate names and sizes from what is given', () => {
    expect(parseConfiguration(minimal).configuration).toMatchObject({
      auth_base_domain: 'auth.ml.example.com',
      cognito_domain: 'cognito.auth.ml.example.com',
      kubeflow_domain: 'kubeflow.ml.example.com',
      cert_alt_names: ['auth.ml.example.com', 'cognito.auth.ml.example.com', 'kubeflow.ml.example.com'],
      nodegroup_min_size: 1,
      nodegroup_desired_size: 4,
      nodegroup_max_size: 6,
      endpoint_access: { public: true, private: true },
      kubeflow: { installer: 'kustomize', ingress_scheme: 'internet-facing' },
    });
  });

  test('keeps the derived size between the given bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 450 }), fc.integer({ min: 1, max: 450 }), (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const { configuration } = parseConfiguration({
          ...minimal,
          nodegroup_min_size: min,
          nodegroup_max_size: max,
        });
        expect(configuration?.nodegroup_desired_size).toBeGreaterThanOrEqual(min);
        expect(configuration?.nodegroup_desired_size).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('is taken again as it came out: parsing is idempotent', () => {
    const once = parseConfiguration(seed).configuration;
    expect(parseConfiguration(once).configuration).toEqual(once);
  });

  test.each([
    ['account_id as a number of 12 digits', { account_id: 111122223333 }],
    ['kubernetes_version as a YAML number', { kubernetes_version: 1.34 }],
    ['a wildcard that covers the domains', { cert_alt_names: ['*.ml.example.com', '*.auth.ml.example.com'] }],
    ['adfs_url as a URL', { adfs_url: 'https://ADFS.example.com/adfs/ls/' }],
    ['inline metadata', { saml_metadata: { inline: '<EntityDescriptor/>' } }],
  ])('accepts %s', (_, change) => {
    expect(problemsOf({ ...minimal, ...change })).toEqual([]);
  });
});

describe('a broken configuration', () => {
  test.each<[string, unknown, string]>([
    ['no map at all', 'ml', 'configuration is "ml": the configuration must be a map of parameters'],
    ['a missing parameter', { ...minimal, vpc_id: undefined }, 'vpc_id is required and must be a VPC id'],
    ['a misspelt key', { ...minimal, regoin: 'us-east-1' }, 'did you mean "region"?'],
    [
      'an unknown key far from all',
      { ...minimal, zzz_qqq_xxx: 1 },
      'zzz_qqq_xxx is 1: is not a known parameter',
    ],
    [
      'a misspelt nested key',
      { ...minimal, kubeflow: { instaler: 'kustomize' } },
      'kubeflow.instaler is "kustomize": is not a known parameter; did you mean "installer"?',
    ],
    [
      'an alias beside its right name',
      { ...seed, iam_policy_prefix: 'x' },
      'stands beside "iam_policy_prefix"',
    ],
    ['an account with a lost zero', { ...minimal, account_id: 11122223333 }, '12 digits, in quotes'],
    ['a malformed region', { ...minimal, region: 'Frankfurt' }, 'must be an AWS region'],
    ['a malformed VPC', { ...minimal, vpc_id: 'vpc-XYZ' }, 'vpc_id is "vpc-XYZ": must be a VPC id'],
    [
      'a key of another region',
      { ...minimal, kms_key_arn: seed.kms_key_arn.replace('us-east-1', 'eu-west-1') },
      'must be a key of region us-east-1',
    ],
    [
      'a key of another account',
      { ...minimal, kms_key_arn: seed.kms_key_arn.replace('111122223333', '999999999999') },
      'must be a key of account_id (111122223333)',
    ],
    ['a name eksctl cannot take', { ...minimal, eks_name: 'my_cluster' }, 'letters, digits and hyphens'],
    ['a name too long for its node group', { ...minimal, eks_name: 'a'.repeat(54) }, 'at most 53 characters'],
    [
      'a domain with a space',
      { ...minimal, kubeflow_domain: 'kubeflow. ml.example.com' },
      'must be a domain name',
    ],
    [
      'a domain outside the zone',
      {
        ...minimal,
        kubeflow_domain: 'kubeflow.example.org',
        cert_alt_names: ['kubeflow.example.org', 'cognito.auth.ml.example.com'],
      },
      'must stand below route53_domain (ml.example.com)',
    ],
    [
      'a Cognito domain beside its base',
      { ...minimal, cognito_domain: 'cognito.ml.example.com' },
      'must stand below auth_base_domain (auth.ml.example.com)',
    ],
    [
      'a Cognito domain equal to its base',
      { ...minimal, cognito_domain: 'auth.ml.example.com' },
      'must stand below auth_base_domain',
    ],
    [
      'one domain for two things',
      { ...minimal, kubeflow_domain: 'cognito.auth.ml.example.com' },
      'must differ from cognito_domain',
    ],
    [
      'a certificate without a domain',
      { ...minimal, cert_alt_names: ['kubeflow.ml.example.com'] },
      'must cover cognito_domain (cognito.auth.ml.example.com)',
    ],
    [
      'a wildcard over two labels',
      { ...minimal, cert_alt_names: ['*.ml.example.com'] },
      'must cover cognito_domain',
    ],
    [
      'sizes out of order',
      { ...minimal, nodegroup_min_size: 7 },
      'nodegroup_min_size is 7: must be at most nodegroup_max_size (6)',
    ],
    [
      'a desired size above the largest',
      { ...minimal, nodegroup_desired_size: 9 },
      'must be at most nodegroup_max_size (6)',
    ],
    ['half a node', { ...minimal, nodegroup_max_size: 1.5 }, 'must be a whole number of nodes'],
    [
      'a switch in quotes',
      { ...minimal, associate_public_ip_address: 'yes' },
      'must be true or false, without quotes',
    ],
    [
      'a reserved tag',
      { ...minimal, tags: { 'aws:x': 'y' } },
      'tags.aws:x is "aws:x": tag names that begin with "aws:" are reserved',
    ],
    ['our own tag', { ...minimal, tags: { 'kubeflow-eks:deployment': 'y' } }, 'is set by this system'],
    [
      'a tag that is no string',
      { ...minimal, tags: { cost: 5 } },
      'tags.cost is 5: a tag value must be a string',
    ],
    [
      'an endpoint closed to all',
      { ...minimal, endpoint_access: { public: false, private: false } },
      'nobody could reach the cluster',
    ],
    [
      'metadata from two places',
      { ...minimal, saml_metadata: { url: 'https://a.example.com/x', inline: '<x/>' } },
      'exactly one of "url" and "inline"',
    ],
    [
      'metadata over plain http',
      { ...minimal, saml_metadata: { url: 'http://a.example.com/x' } },
      'must be an https URL',
    ],
    [
      'one private subnet',
      { ...minimal, subnets: { private: ['subnet-0123456789abcdef0'] } },
      'at least two subnets',
    ],
    ['an old Kubernetes', { ...minimal, kubernetes_version: '1.30' }, 'must be "1.34" or newer'],
    [
      'kfctl on a new Kubernetes',
      { ...minimal, kubeflow: { installer: 'kfctl' } },
      'must be "1.21" or older for installer kfctl',
    ],
    [
      'a source that floats',
      { ...minimal, kubeflow: { source: { git: { url: 'https://github.com/x/y', commit: 'main' } } } },
      'full commit id',
    ],
    [
      'an unknown component',
      { ...minimal, kubeflow: { components: ['jupyter'] } },
      'must be one of kserve, pipelines',
    ],
  ])('with %s says what to change', (_, document, message) => {
    expect(problemsOf(document).join('\n')).toContain(message);
  });

  test('shows every problem at once, those between parameters included', () => {
    const problems = problemsOf({
      ...minimal,
      region: 'nowhere',
      nodegroup_min_size: 9,
      cognito_domain: 'elsewhere.example.org',
      colour: 'blue',
    });

    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).toMatch(/region[^]*colour[^]*nodegroup_min_size/);
  });

  test('never throws, whatever the document', () => {
    fc.assert(
      fc.property(fc.anything(), (document) => {
        expect(parseConfiguration(document).ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(seed)), fc.anything()), (changes) => {
        const result = parseConfiguration({ ...seed, ...changes });
        expect(result.ok || result.problems.length > 0).toBe(true);
      }),
    );
  });

  test('cuts long values short', () => {
    const [problem] = problemsOf({ ...minimal, eks_name: `${'x'.repeat(5000)}!` });
    expect(problem?.length).toBeLessThan(400);
  });
});

describe('the JSON Schema for editors', () => {
  const validate = addFormats(new Ajv({ strict: false, logger: false })).compile(configurationJsonSchema());

  test("accepts the seed's file and refuses an unknown key", () => {
    expect(validate(seed)).toBe(true);
    expect(validate({ ...seed, colour: 'blue' })).toBe(false);
  });
});
