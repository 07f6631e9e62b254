import { compileGroupPattern, groupPatternProblem } from '../../../core/access/group-pattern';
import { createGroupMapper } from '../../../core/access/mapping';
import { accessRulesSchema } from '../../../core/access/rules';
import fc from '../../support/fast-check';

/** As long as Cognito's attribute can be. */
const longest = 2_048;

/** Patterns with which an engine that goes back and forth needs exponential or steep polynomial time. */
const pathological: readonly [string, string][] = [
  ['(?<namespace>(a+)+)', 'a'],
  ['(?<namespace>(a|a)*)', 'a'],
  ['(?<namespace>(a|aa)+)', 'a'],
  ['(?<namespace>(.*a){20})', 'a'],
  ['(?<namespace>([a-z]+-?)+)', 'a-'],
  ['(?<namespace>(\\w+\\s?)+)', 'team '],
  [`(?<namespace>${'(.*)'.repeat(40)})`, 'ab'],
  [`(?<namespace>${'x?'.repeat(30)}${'x'.repeat(30)})`, 'x'],
];

// Each would take hours at the least with V8's own engine: that the test ends is what it shows.
test.each(pathological)('%s answers for the longest name, made against it', (pattern, unit) => {
  const rules = accessRulesSchema.parse({ group_pattern: pattern });
  const name = `${unit.repeat(longest).slice(0, longest - 1)}!`;
  expect(createGroupMapper(rules).map(name).kind).toBe(pattern.includes('(.*)') ? 'grant' : 'ignored');
});

test('a pattern whose repetitions make it slow is refused: it is bounded by what it compiles to', () => {
  expect(groupPatternProblem('(?<namespace>[a-z0-9-]{1,63})-(?<role>edit|view)')).toBeUndefined();
  expect(groupPatternProblem(`(?<namespace>${'.{0,1000}'.repeat(20)})`)).toMatch(
    /takes \d+ steps .* at most 500/,
  );
  expect(groupPatternProblem('(?<namespace>(a{1000}){1000})')).toMatch(/invalid repeat count/);
});

test.each([
  ['(?=kf)(?<namespace>.+)', /neither lookaround nor back references/],
  ['(?<namespace>a+)\\1', /neither lookaround nor back references/],
  ['(', /no regular expression/],
  ['(?<role>a)', /needs a part named namespace/],
  ['(?<namespace>a)|(?<namespace>b)', /duplicate/],
])('%s is refused with a reason', (pattern, reason) => {
  expect(groupPatternProblem(pattern)).toMatch(reason);
  expect(accessRulesSchema.safeParse({ group_pattern: pattern }).error?.issues[0]?.message).toMatch(reason);
});

test('simple patterns mean what they mean to JavaScript', () => {
  const patterns = [
    'KF_(?<namespace>.+)_(?<role>[a-z]+)',
    '(?<namespace>[a-z]+)(?:-(?<role>admin|edit|view))?',
    'CN=(?<namespace>[^,]+),OU=Kubeflow,DC=corp',
    '(?:a|b)(?<namespace>\\w{2,8})\\.?',
  ];
  const names = fc.oneof(
    fc.stringMatching(/^[Kk][Ff]_[a-zA-Z_]{0,9}_[a-zA-Z]{0,5}$/),
    fc.stringMatching(/^[a-z]{0,5}(-(admin|edit|other))?$/),
    fc.stringMatching(/^CN=[a-z,]{0,5},OU=Kubeflow,DC=corp$/),
    fc.stringMatching(/^[ab][a-z0-9_]{0,9}\.?$/),
  );
  fc.assert(
    fc.property(fc.constantFrom(...patterns), names, (pattern, name) => {
      const groups = new RegExp(`^(?:${pattern})$`, 'iu').exec(name)?.groups;
      expect(compileGroupPattern(pattern)(name)).toEqual(groups === undefined ? undefined : { ...groups });
    }),
  );
});

test('of two groups of one name in two domains of a forest, the one whose domain the pattern names is read', () => {
  const pattern = 'corp\\.example\\\\AWS-(?<namespace>[a-z0-9-]+)';
  const mapper = createGroupMapper(accessRulesSchema.parse({ group_pattern: pattern }));
  expect(mapper.map('CORP.example\\AWS-finance')).toMatchObject({ kind: 'grant', namespace: 'finance' });
  for (const group of ['child.corp.example\\AWS-finance', 'CHILD\\AWS-finance', 'AWS-finance'])
    expect(mapper.map(group).kind).toBe('ignored');
});
