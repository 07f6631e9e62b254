import fc from '../../support/fast-check';
import { grantsFor } from '../../../core/access/grants';
import { builtInReserved } from '../../../core/access/reserved';
import { accessRulesSchema, type AccessRules } from '../../../core/access/rules';
import { completeRules } from '../../../core/access/complete-rules';

const rulesWith = (changes: Partial<AccessRules> = {}) => accessRulesSchema.parse(changes);
const given = (groups: readonly string[], changes: Partial<AccessRules> = {}) =>
  Object.fromEntries(
    grantsFor(groups, rulesWith(changes)).grants.map(({ namespace, role }) => [namespace, role]),
  );
const refused = (groups: readonly string[], changes: Partial<AccessRules> = {}) =>
  grantsFor(groups, rulesWith(changes)).refusals.map(({ reason, namespace }) => [reason, namespace]);

describe('without rules', () => {
  test('the group is the namespace and the role is edit, as in the seed', () => {
    expect(given(['team-a', 'Team-B'])).toEqual({ 'team-a': 'edit', 'team-b': 'edit' });
  });

  test('groups that differ by case alone are one', () => {
    expect(grantsFor(['Team-A', 'team-a'], rulesWith()).grants).toMatchObject([
      { namespace: 'team-a', because: [{ group: 'Team-A' }, { group: 'team-a' }] },
    ]);
  });

  test.each([
    'kube-system',
    'kube-public',
    'Kube-System',
    'kubeflow',
    'istio-system',
    'default',
    'knative-serving',
    'cert-manager',
    'auth',
    'gatekeeper-system',
    'kubeflow-admin',
    'anonymous',
    'monitoring',
    'argocd',
    'gpu-operator',
    'prometheus-stack',
    'ingress-nginx',
  ])('the group %s is refused', (group) => {
    expect(refused([group])).toEqual([['ReservedNamespace', group.toLowerCase()]]);
    expect(given([group])).toEqual({});
  });

  test('every built-in reserved pattern refuses what it stands for', () => {
    for (const pattern of builtInReserved) {
      expect(given([pattern.replace('*', 'x')])).toEqual({});
    }
  });
});

describe('with rules', () => {
  test('only groups with the prefix count, and it is cut off', () => {
    expect(given(['AWS-team-a', 'aws-team-b', 'team-c'], { group_prefix: 'AWS-' })).toEqual({
      'team-a': 'edit',
      'team-b': 'edit',
    });
  });

  test('a pattern names namespace and role', () => {
    const rules = { group_pattern: 'KF_(?<namespace>.+)_(?<role>[a-z]+)' };
    expect(given(['KF_team-a_admin', 'kf_team-b_view', 'other'], rules)).toEqual({
      'team-a': 'admin',
      'team-b': 'view',
    });
    expect(refused(['KF_team-a_owner'], rules)).toEqual([['UnusableGroup', undefined]]);
  });

  test('a pattern must match the whole name', () => {
    expect(given(['KF_team-a', 'XKF_team-b'], { group_pattern: 'KF_(?<namespace>[a-z-]+)' })).toEqual({
      'team-a': 'edit',
    });
  });

  test('a pattern reads the first part of a distinguished name', () => {
    const rules = { group_pattern: 'CN=(?<namespace>[^,]+),OU=Kubeflow,DC=corp' };
    expect(given(['CN=team-a,OU=Kubeflow,DC=corp', 'CN=team-b,OU=Other,DC=corp'], rules)).toEqual({
      'team-a': 'edit',
    });
  });

  test('the longest suffix names the role', () => {
    const rules = {
      role_suffixes: { '-admins': 'admin', '-data-admins': 'view' } as const,
      default_role: 'edit' as const,
    };
    expect(given(['x-admins', 'y-data-admins', 'z'], rules)).toEqual({ x: 'admin', y: 'view', z: 'edit' });
  });

  test('the strongest role holds where several groups name one namespace', () => {
    const rules = { role_suffixes: { '-a': 'admin', '-v': 'view' } as const };
    expect(given(['team-v', 'team-a', 'team'], rules)).toEqual({ team: 'admin' });
  });

  test('an alias gives a namespace to a name that is none, and to no reserved one', () => {
    const rules = { namespace_aliases: { 'Data Science': 'data-science', Ops: 'kube-system' } };
    expect(given(['data science', 'ops'], rules)).toEqual({ 'data-science': 'edit' });
    expect(refused(['ops'], rules)).toEqual([['ReservedNamespace', 'kube-system']]);
  });

  test('somebody who may name a group does not join an alias by naming one like its namespace', () => {
    const rules = { namespace_aliases: { 'Data Science': 'data-science' } };
    expect(given(['Data-Science'], rules)).toEqual({});
    expect(refused(['data-science'], rules)).toEqual([['UnusableGroup', undefined]]);
    const meant = { namespace_aliases: { 'Data Science': 'data-science', 'data-science': 'data-science' } };
    expect(given(['Data-Science'], meant)).toEqual({ 'data-science': 'edit' });
  });

  test.each([
    ['the prefix', 'AW\u017F-finance', { group_prefix: 'AWS-' }],
    ['the pattern', 'AW\u017F-finance', { group_pattern: 'AWS-(?<namespace>.+)' }],
    ['a suffix', 'finance-adm\u0131n\u017F', { role_suffixes: { '-admins': 'admin' as const } }],
    ['the namespace', '\u212Aube', {}],
  ])('a look-alike of a letter in %s gives nothing', (_, group, rules) => {
    expect(given([group], rules)).toEqual({});
  });

  test.each([
    'finance\u00A0',
    '\uFEFFfinance',
    'finance\u3000',
    ' finance',
    'finance ',
    'fin\u00ADance',
    'CHILD\\finance',
  ])('the group %j does not share the namespace of finance', (group) => {
    expect(Object.keys(given([group]))).toEqual([expect.stringMatching(/--[a-z2-7]{16}$/)]);
  });

  test('groups of two domains of a forest stay apart where the claim has the domain', () => {
    const rules = { group_pattern: 'CORP\\\\AWS-(?<namespace>.+)' };
    expect(given(['CORP\\AWS-finance', 'CHILD\\AWS-hr'], rules)).toEqual({ finance: 'edit' });
  });

  test('a prefix of the directory that nothing takes off is named where it makes every name a reserved one', () => {
    const { refusals } = grantsFor(['AWS-team-a'], rulesWith());
    expect(refusals[0]?.message).toMatch(
      /aws-team-a is reserved \(aws-\*\); set access\.group_prefix to "AWS-"/,
    );
    expect(grantsFor(['AWS-team-a'], { ...rulesWith(), group_prefix: 'AWS-' }).grants).toMatchObject([
      { namespace: 'team-a' },
    ]);
    expect(grantsFor(['kube-x'], rulesWith()).refusals[0]?.message).not.toContain('group_prefix');
  });

  test('further namespaces can be reserved', () => {
    expect(given(['prod-x', 'ops', 'dev'], { reserved_namespaces: ['prod-*', 'ops'] })).toEqual({
      dev: 'edit',
    });
  });

  test('personal profiles cannot be named by a group', () => {
    expect(refused(['profile-alice'], { personal_profiles: true })).toEqual([
      ['ReservedNamespace', 'profile-alice'],
    ]);
  });
});

test('of 500 groups as many are granted as allowed, whatever their order, and the rest is refused aloud', () => {
  const groups = Array.from({ length: 500 }, (_, index) => `g${String(index).padStart(3, '0')}`);
  const straight = grantsFor(groups, rulesWith({ max_grants_per_user: 100 }));
  const reversed = grantsFor([...groups].reverse(), rulesWith({ max_grants_per_user: 100 }));
  expect(straight.grants).toHaveLength(100);
  expect(straight.refusals).toHaveLength(400);
  expect(straight.refusals[0]?.reason).toBe('TooManyGrants');
  expect(reversed.grants.map(({ namespace }) => namespace)).toEqual(
    straight.grants.map(({ namespace }) => namespace),
  );
  expect(grantsFor(groups, rulesWith({ max_grants_per_user: 1000 })).grants).toHaveLength(500);
});

test('the group that the directory sends of everybody gives nothing, whatever the rules are', () => {
  for (const rules of [{}, { group_pattern: '(?<namespace>.*)' }]) {
    const { grants, refusals } = grantsFor(['kubeflow-everybody', 'Kubeflow-Everybody'], rulesWith(rules));
    expect([grants, refusals]).toEqual([[], []]);
  }
});

test('every group is granted, refused or ignored, and no namespace is granted twice', () => {
  const group = fc.oneof(
    fc.constantFrom('team-a', 'Team-A', 'kube-system', 'P-x', 'p-y-adm', 'P-'),
    fc.string(),
  );
  const changes = fc.record({
    group_prefix: fc.constantFrom('', 'P-'),
    role_suffixes: fc.constant({ '-adm': 'admin' as const }),
    max_grants_per_user: fc.constantFrom(1, 3, 200),
  });
  fc.assert(
    fc.property(fc.array(group), changes, (groups, rules) => {
      const { grants, refusals, ignored } = grantsFor(groups, rulesWith(rules));
      expect(new Set(grants.map(({ namespace }) => namespace)).size).toBe(grants.length);
      const named = [
        ...grants.flatMap(({ because }) => because.map((reason) => reason.group)),
        ...refusals.map((refusal) => refusal.group),
        ...ignored.map((entry) => entry.group),
      ];
      for (const { namespace } of grants) expect(namespace).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(new Set(named).size).toBeLessThanOrEqual(new Set(groups).size);
      expect(grants.length).toBeLessThanOrEqual(rules.max_grants_per_user);
    }),
  );
});

test.each([
  [{ group_pattern: '(' }, /regular expression/],
  [{ group_pattern: 'a(?<role>b)' }, /namespace/],
  [{ max_grants_per_user: 0 }, /too small/i],
  [{ default_role: 'owner' }, /option/i],
  [{ unknown: 1 }, /unrecognized/i],
  [{ profile_owner: 'nobody' }, /email/i],
])('the rules %j are refused', (rules, message) => {
  expect(accessRulesSchema.safeParse(rules).error?.message).toMatch(message);
});

test('rules stored by an older version are completed', () => {
  expect(completeRules({})).toEqual(accessRulesSchema.parse({}));
  expect(completeRules({ group_prefix: 'X-' })).toEqual(accessRulesSchema.parse({ group_prefix: 'X-' }));
  expect(() => completeRules(undefined)).toThrow(/no object/);
});
