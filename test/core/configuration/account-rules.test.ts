import { RegionInfo } from 'aws-cdk-lib/region-info';
import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { regions } from '../../../core/configuration/regions';
import { deploymentTags, ownerTag, regionTag } from '../../../core/naming';
import fc from '../../support/fast-check';
import { minimalConfiguration as minimal } from '../../support/minimal-configuration';
import { makeSamlMetadata } from '../../support/saml-metadata';

function problemsOf(change: object): string[] {
  const result = parseConfiguration({ ...minimal, ...change }, { now: new Date() });
  return result.ok ? [] : result.problems.map(formatProblem);
}

describe('tags', () => {
  test('the values that the sample publishes are taken as they are, and the environment is one tag', () => {
    const document = { ...minimal, tags: { Name: 'Kubeflow-ts', ENV: 'DEV' }, env: 'dev' };
    const { configuration } = parseConfiguration(document);
    if (configuration === undefined) throw new Error('it is not valid');
    expect(deploymentTags(configuration)).toEqual({
      Name: 'Kubeflow-ts',
      ENV: 'DEV',
      [ownerTag]: 'acme',
      [regionTag]: configuration.region,
    });
  });

  test('a tag names the environment where env is absent', () => {
    expect(parseConfiguration({ ...minimal, tags: { Env: 'staging' } }).configuration).toMatchObject({
      env: 'staging',
      tags: { Env: 'staging' },
    });
    expect(parseConfiguration(minimal).configuration?.env).toBe('production');
  });

  test('whatever is valid gives every resource keys that IAM tells apart, with characters that ACM takes', () => {
    const key = fc.constantFrom(
      'env',
      'ENV',
      'Team',
      'team',
      'Name',
      'name',
      'cost',
      ownerTag,
      regionTag,
      'R&D',
      'größe',
    );
    const value = fc.oneof(
      fc.constantFrom('dev', 'DEV', 'R&D', 'team (ml)', ''),
      fc.string({ maxLength: 12 }),
    );
    let valid = 0;
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 4 }), (tags) => {
        const { configuration } = parseConfiguration({ ...minimal, tags });
        if (configuration === undefined) return;
        valid += 1;
        const made = deploymentTags(configuration);
        const keys = Object.keys(made).map((each) => each.toLowerCase());
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys).toContain('env');
        for (const text of Object.entries(made).flat())
          expect(text).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u);
      }),
      { numRuns: 300 },
    );
    expect(valid).toBeGreaterThan(20);
  });

  test.each<[string, object, RegExp]>([
    [
      'two keys that are one to IAM',
      { tags: { Team: 'a', team: 'b' } },
      /tags\.team is "b": stands beside "Team"/,
    ],
    [
      'the environment twice',
      { tags: { ENV: 'prod' }, env: 'dev' },
      /tags\.ENV is "prod": stands beside env \(dev\)/,
    ],
    ["another spelling of eksctl's Name", { tags: { name: 'x' } }, /must be spelt "Name"/],
    ['our tag in capitals', { tags: { 'Kubeflow-EKS:deployment': 'x' } }, /is set by this system/],
    ['a tag of eksctl', { tags: { 'alpha.eksctl.io/cluster-name': 'x' } }, /reserved/],
    [
      'an ampersand in a value',
      { tags: { cost: 'R&D' } },
      /tags\.cost is "R&D": a tag value may hold letters/,
    ],
    ['parentheses in a key', { tags: { 'team (ml)': 'x' } }, /a tag name may hold letters/],
    ['a colon before a space', { tags: { team: 'ml: research' } }, /tags\.team is .*no colon before a space/],
    ['a colon at the end of a key', { tags: { 'team:': 'ml' } }, /a tag name may have no colon/],
    ['an equals sign in a key', { tags: { 'a=b': 'c' } }, /takes its tags as NAME=VALUE/],
  ])('%s is refused', (_, change, message) => {
    const problems = problemsOf(change);
    expect(problems.join('\n')).toMatch(message);
    expect(problems).toHaveLength(1);
  });
});

describe('regions', () => {
  test("are those of the CDK's table in the standard partition", () => {
    const standard = RegionInfo.regions
      .filter(({ partition }) => partition === 'aws')
      .map(({ name }) => name);
    expect([...regions].sort()).toEqual(standard.sort());
  });

  test('of every other partition that the CDK knows are refused with the reason', () => {
    const others = RegionInfo.regions.filter(({ partition }) => partition !== 'aws');
    expect(others.length).toBeGreaterThan(8);
    for (const { name } of others) {
      const kms_key_arn = minimal.kms_key_arn.replace('eu-central-1', name);
      expect(problemsOf({ region: name, kms_key_arn })).toEqual([
        expect.stringMatching(
          /^region is ".*": cannot be in .*: .*Choose a region of the standard partition$/,
        ),
      ]);
    }
  });

  test('that are misspelt are met with the nearest', () => {
    const kms_key_arn = minimal.kms_key_arn.replace('eu-central-1', 'eu-centrl-1');
    expect(problemsOf({ region: 'eu-centrl-1', kms_key_arn })[0]).toMatch(/did you mean "eu-central-1"/);
  });
});

describe('domains', () => {
  const zone = (length: number): string => `${'a'.repeat(20)}.${'b'.repeat(length - 29)}.example`;
  test.each([
    [50, []],
    [51, ['cognito_domain']],
    [64, ['cognito_domain']],
    [65, ['cognito_domain', 'route53_domain']],
  ])('of %d characters: Cognito takes 63 with its prefix, a certificate 64', (length, paths) => {
    expect(zone(length)).toHaveLength(length);
    const result = parseConfiguration({ ...minimal, route53_domain: zone(length) });
    expect((result.problems ?? []).map(({ path }) => path).sort()).toEqual(paths);
  });

  test('two labels below its base Cognito would never find its parent', () => {
    expect(problemsOf({ cognito_domain: 'login.sso.auth.ml.acme.example' })).toEqual([
      expect.stringMatching(/with exactly one label more/),
    ]);
  });
});

describe('adfs_url', () => {
  test.each([
    ['adfs.acme.example', 'adfs.acme.example'],
    ['https://ADFS.acme.example', 'adfs.acme.example'],
    ['https://adfs.acme.example:8443/adfs/ls/?wa=1', 'adfs.acme.example:8443'],
    ['https://adfs.acme.example/FederationMetadata/2007-06/FederationMetadata.xml', 'adfs.acme.example'],
  ])('%s is the host %s', (given, host) => {
    expect(parseConfiguration({ ...minimal, adfs_url: given }).configuration?.adfs_url).toBe(host);
  });

  test.each([
    [
      'https://login.example.com/tenant/federationmetadata/2007-06/federationmetadata.xml',
      /saml_metadata\.url/,
    ],
    ['adfs.acme.example/idp', /the path \/idp is none of ADFS' own/],
    ['http://adfs.acme.example', /over https only/],
    ['https://10.1.2.3/adfs/ls/', /an address has no certificate/],
    ['adfs', /must be the host name/],
  ])('%s is not cut, but refused', (given, message) => {
    expect(problemsOf({ adfs_url: given })).toEqual([expect.stringMatching(message)]);
  });
});

describe('what stands in the configuration for the account', () => {
  test.each<[string, object, RegExp]>([
    [
      'Arm nodes under Pipelines',
      { cpu_worker_type: 'm7g.large' },
      /cpu_worker_type is "m7g.large": is an Arm/,
    ],
    ['Arm GPU nodes', { gpu_node_group: { worker_type: 'g5g.xlarge' } }, /gpu_node_group\.worker_type.*Arm/],
    ['a key by its alias', { kms_key_arn: 'alias/eks' }, /aws kms describe-key --key-id alias\/eks/],
    [
      'a boundary of another account',
      { permissions_boundary_arn: 'arn:aws:iam::999988887777:policy/boundary' },
      /must be a policy of account_id/,
    ],
    [
      'a subnet that is private and public',
      {
        subnets: {
          private: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
          public: ['subnet-0123456789abcdef1'],
        },
      },
      /subnets\.public\[0\].*is named twice/,
    ],
  ])('%s is refused', (_, change, message) => {
    const problems = problemsOf(change);
    expect(problems.join('\n')).toMatch(message);
    expect(problems).toHaveLength(1);
  });

  test.each([
    [
      'Arm nodes without Pipelines',
      { cpu_worker_type: 'm7g.large', kubeflow: { components: ['notebooks'] } },
    ],
    ['GPU families with a g', { gpu_node_group: { worker_type: 'g6.xlarge' } }],
    ['x86 families', { cpu_worker_type: 'm7i-flex.large' }],
    ['a zone id as Route 53 gives it', { hosted_zone_id: '/hostedzone/Z0123456789ABCDEFGHIJ' }],
    ["AWS' own policy as boundary", { permissions_boundary_arn: 'arn:aws:iam::aws:policy/PowerUserAccess' }],
  ])('%s are taken', (_, change) => {
    expect(problemsOf(change)).toEqual([]);
  });
});

describe('metadata in the configuration', () => {
  test('is read when something is to be made of it, and not when it is only to be taken away', async () => {
    const inline = await makeSamlMetadata(new Date(Date.now() - 86_400_000));
    expect(problemsOf({ saml_metadata: { inline } })).toEqual([
      expect.stringMatching(/^saml_metadata\.inline.*has expired, the last one 2 days ago/s),
    ]);
    expect(parseConfiguration({ ...minimal, saml_metadata: { inline } }).ok).toBe(true);
  });
});
