import { defaultRules } from '../../../core/access/default-rules';
import { readDirectory } from '../../../core/access/directory';
import { createGroupMapper } from '../../../core/access/mapping';
import { loginProblem } from '../../../core/access/may-log-in';

const acme = { ...defaultRules, allowed_email_domains: ['acme.example'] };

test.each([
  ['alice@example.com', defaultRules, undefined],
  ['alice@acme.example', acme, undefined],
  ['Alice@ACME.example', acme, undefined],
  ['alice@example.com', acme, /domain/],
  ['alice@mail.acme.example', acme, /domain/],
  ['alice@notacme.example', acme, /domain/],
  ['alice@acme.example@example.com', acme, /domain/],
  [defaultRules.profile_owner, defaultRules, /profile_owner/],
  ['PLATFORM@acme.example', { ...acme, profile_owner: 'platform@acme.example' }, /profile_owner/],
])('%s', (email, rules, expected) => {
  const problem = loginProblem(email, rules);
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(expected);
});

test('by default nobody can have the e-mail that owns the namespaces of groups', () => {
  expect(defaultRules.profile_owner).toMatch(/\.invalid$/);
});

test('a re-sync takes what somebody holds whose e-mail may not log in', () => {
  const user = (email: string) => ({
    userName: email,
    enabled: true,
    email,
    groupsAttribute: '[team-a]',
  });
  const { access, counts } = readDirectory(
    [user('alice@acme.example'), user('eve@example.com'), user(acme.profile_owner)],
    acme,
    createGroupMapper(acme),
  );
  expect([...access.values()].map(({ identity }) => identity.email)).toEqual(['alice@acme.example']);
  expect(counts.withoutIdentity).toBe(2);
});
