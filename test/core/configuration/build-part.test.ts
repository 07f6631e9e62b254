import jsonata from 'jsonata';
import { buildPart, formatProblem, parseConfiguration } from '../../../core/configuration';
import { buildConfiguration } from '../../../workflows/expressions';
import fc from '../../support/fast-check';
import { minimalConfiguration } from '../../support/minimal-configuration';

/** CodeBuild's limit of a variable, in characters. */
const longestVariable = 4_096;

const arbitraryTags = fc
  .tuple(
    fc.uniqueArray(fc.stringMatching(/^[a-z]{8,40}$/), { minLength: 1, maxLength: 40, size: 'max' }),
    fc
      .stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,256}$/, { size: 'max' })
      // What the load balancer controller's chart does not take, a rule of its own refuses.
      .map((value) => value.replaceAll(/:(?= |$)/g, '.')),
  )
  .map(([keys, value]) => Object.fromEntries(keys.map((key) => [key, value])));

test('a configuration is valid only if the workflow can hand it to the builds', async () => {
  const outcomes = { fits: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(arbitraryTags, async (tags) => {
      const result = parseConfiguration({ ...minimalConfiguration, tags });
      if (!result.ok) {
        outcomes.refused += 1;
        expect(result.problems.map(formatProblem).join('\n')).toMatch(
          /^tags.* goes to the builds .* tags \(\d+\)/,
        );
        return;
      }
      outcomes.fits += 1;
      const variable = (await jsonata(`$string(${buildConfiguration})`).evaluate(
        {},
        { config: result.configuration },
      )) as string;
      expect(variable.length).toBeLessThanOrEqual(longestVariable);
    }),
    { numRuns: 60 },
  );
  // Else the property would say nothing.
  expect(Math.min(outcomes.fits, outcomes.refused)).toBeGreaterThan(5);
});

test('the builds get the role of each namespace that has one, and no more of the rules for namespaces', async () => {
  const role = 'arn:aws:iam::111122223333:role/kubeflow-teams/a';
  const of = async (namespaces: object) => {
    const result = parseConfiguration({ ...minimalConfiguration, access: { namespaces } });
    if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
    const handed: unknown = await jsonata(buildConfiguration).evaluate({}, { config: result.configuration });
    expect(handed).toEqual(JSON.parse(JSON.stringify(buildPart(result.configuration))));
    return (handed as { access: unknown }).access;
  };
  const always = { profile_owner: 'profiles@kubeflow-eks.invalid', self_service_profiles: false };
  expect(await of({})).toEqual(always);
  expect(await of({ 'team-a': { quota: { pods: '9' } } })).toEqual(always);
  expect(
    await of({
      'team-a': { role_arn: role, quota: { pods: '9' } },
      'team-b': { role_arn: `${role}b` },
      'team-c': {},
    }),
  ).toEqual({
    ...always,
    namespaces: { 'team-a': { role_arn: role }, 'team-b': { role_arn: `${role}b` } },
  });
  // A build reads what it is given as a configuration.
  const handed = { 'team-a': { role_arn: role } };
  expect(
    parseConfiguration({
      ...minimalConfiguration,
      access: await of({ 'team-a': { role_arn: role, quota: { pods: '9' } } }),
    }),
  ).toMatchObject({ ok: true, configuration: { access: { namespaces: handed } } });
});

test('more roles of namespaces than the builds can be given are a problem that says so', () => {
  const namespaces = Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [
      `team-${index.toString()}`,
      { role_arn: `arn:aws:iam::111122223333:role/kubeflow-teams/team-${index.toString()}` },
    ]),
  );
  const result = parseConfiguration({ ...minimalConfiguration, access: { namespaces } });
  expect(result.ok ? '' : result.problems.map(formatProblem).join('\n')).toMatch(
    /^access.* goes to the builds/,
  );
});

test('the longest that fits is taken, and one character more is not', () => {
  const withRoles = (length: number) =>
    parseConfiguration({
      ...minimalConfiguration,
      tags: Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [`tag-${index.toString()}`, 'x'.repeat(256)]),
      ),
      admin_role_arns: [`arn:aws:iam::111122223333:role/${'r'.repeat(length)}`],
    }).ok;
  const longest =
    Array.from({ length: 2_000 }, (_, index) => index + 1)
      .filter(withRoles)
      .at(-1) ?? 0;
  const result = parseConfiguration({
    ...minimalConfiguration,
    tags: Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`tag-${index.toString()}`, 'x'.repeat(256)]),
    ),
    admin_role_arns: [`arn:aws:iam::111122223333:role/${'r'.repeat(longest)}`],
  });
  const { saml_metadata: _metadata, access, cert_alt_names: _names, ...part } = result.configuration ?? {};
  const forBuilds = {
    ...part,
    access: {
      profile_owner: access?.profile_owner,
      self_service_profiles: access?.self_service_profiles,
    },
  };
  expect(JSON.stringify(forBuilds)).toHaveLength(longestVariable);
});

test('builds get neither metadata nor rules nor the address of anybody who is told of something', async () => {
  const { configuration } = parseConfiguration({
    ...minimalConfiguration,
    notification_email: 'ops@acme.example',
  });
  const part = (await jsonata(buildConfiguration).evaluate({}, { config: configuration })) as object;
  expect(configuration?.notification_email).toBe('ops@acme.example');
  expect(part).toMatchObject({ eks_name: 'acme', access: { self_service_profiles: false } });
  expect(Object.keys((part as { access: object }).access)).toEqual([
    'profile_owner',
    'self_service_profiles',
  ]);
  expect(JSON.stringify(part)).not.toContain('ops@acme.example');
  expect(Object.keys(part)).not.toEqual(expect.arrayContaining(['saml_metadata']));
});

test('the limit is shown beside what else is wrong', () => {
  const tags = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`tag-${index.toString()}`, 'x'.repeat(256)]),
  );
  const { problems = [] } = parseConfiguration({ ...minimalConfiguration, tags, env: '' });
  expect(problems.map(({ path }) => path).sort()).toEqual(['env', 'tags']);
});
