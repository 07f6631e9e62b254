import { readDirectory } from '../../../core/access/directory';
import { grantsFor } from '../../../core/access/grants';
import { parseGroups } from '../../../core/access/groups';
import { createGroupMapper } from '../../../core/access/mapping';
import { accessRulesSchema, type AccessRules } from '../../../core/access/rules';

const admins = '0f8fad5b-d9cb-469f-a165-70867728950e';
const viewers = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const unknown = '550e8400-e29b-41d4-a716-446655440000';

const rulesOf = (written: object): AccessRules => accessRulesSchema.parse(written);

/** What an attribute gives: `namespace: role`, in the namespaces' order. */
function given(attribute: string, written: object): string[] {
  const rules = rulesOf(written);
  const parsed = parseGroups(attribute, rules.group_separator);
  if (!parsed.ok) return [parsed.problem];
  return grantsFor(parsed.groups, rules).grants.map(({ namespace, role }) => `${namespace}: ${role}`);
}

const byName = {
  role_suffixes: { '-admins': 'admin', '-viewers': 'view' },
  group_names: { [admins.toUpperCase()]: 'Team-A-admins', [viewers]: 'team-b-viewers' },
};
const distinguished = {
  group_pattern: 'cn=aws-(?<namespace>[a-z0-9-]+?)(-(?<role>admin|view))?,ou=ml,dc=acme,dc=example',
};

test.each<[string, string, object, string[]]>([
  ['names', '[team-a,team-b]', {}, ['team-a: edit', 'team-b: edit']],
  [
    'domain-qualified names, of one domain',
    '[ACME%5Cteam-a,OTHER%5Cteam-b]',
    { group_pattern: 'acme\\\\(?<namespace>.+)' },
    ['team-a: edit'],
  ],
  [
    'distinguished names, of one unit',
    '[CN%3DAWS-team-a-admin%2COU%3DML%2CDC%3Dacme%2CDC%3Dexample,CN%3DAWS-team-b%2COU%3DGuests%2CDC%3Dacme%2CDC%3Dexample]',
    distinguished,
    ['team-a: admin'],
  ],
  ['one distinguished name alone', 'CN=AWS-team-c,OU=ML,DC=acme,DC=example', distinguished, ['team-c: edit']],
  ['object ids by their names', `[${admins},${viewers}]`, byName, ['team-a: admin', 'team-b: view']],
  ['a single object id', admins, byName, ['team-a: admin']],
  ['object ids by alias', `[${admins}]`, { namespace_aliases: { [admins]: 'team-a' } }, ['team-a: edit']],
  ['an object id that nobody named', `[${unknown}]`, byName, []],
  ['… nor does it make a namespace without any rule', unknown, {}, []],
  ['names that group_names gives, sent by somebody else', '[team-a-admins,team-b-viewers]', byName, []],
  [
    'distinguished names by group_names',
    'CN=Data Science,OU=ML',
    { group_names: { 'cn=data science,ou=ml': 'science' } },
    ['science: edit'],
  ],
  [
    'object ids whose names have the prefix',
    `[${admins},${viewers}]`,
    { group_prefix: 'AWS-', group_names: { [admins]: 'AWS-team-a', [viewers]: 'team-b' } },
    ['team-a: edit'],
  ],
  ['all in one value', 'team-a; team-b;', { group_separator: ';' }, ['team-a: edit', 'team-b: edit']],
  [
    'all in one value, with commas',
    'team-a,team-b',
    { group_separator: ',' },
    ['team-a: edit', 'team-b: edit'],
  ],
  [
    'one value with commas is one group otherwise',
    'team-a,team-b',
    {},
    [expect.stringMatching(/^team-a-team-b-/) as string],
  ],
])('%s', (_what, attribute, written, expected) => {
  expect(given(attribute, written)).toEqual(expected);
});

test('why an object id or a borrowed name gives nothing', () => {
  const { refusals, ignored } = grantsFor([unknown, 'team-a-admins'], rulesOf(byName));
  expect(ignored).toEqual([
    { group: unknown, why: expect.stringContaining('neither group_names nor') as string },
  ]);
  expect(refusals).toEqual([
    expect.objectContaining({ reason: 'UnusableGroup', group: 'team-a-admins' }) as object,
  ]);
});

test('the group of everybody is passed over under its object id, too', () => {
  const rules = rulesOf({ group_names: { [unknown]: 'kubeflow-everybody' } });
  expect(grantsFor([unknown], rules)).toMatchObject({ grants: [], refusals: [] });
});

test('a separator is one that no encoded name has by accident', () => {
  expect(accessRulesSchema.safeParse({ group_separator: 'e' }).success).toBe(false);
});

test('a user whose groups were left out is neither given nor denied anything', () => {
  const rules = rulesOf({});
  const user = { userName: 'u', enabled: true, email: 'a@example.com', groupsAttribute: '[team-a]' };
  const { access, counts } = readDirectory(
    [{ ...user, groupsLeftOut: true }],
    rules,
    createGroupMapper(rules),
  );
  expect([...access.values()].map(({ desired }) => desired)).toEqual([undefined]);
  expect(counts).toMatchObject({ unreadable: 1 });
});
