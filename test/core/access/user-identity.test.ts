import { identityOf, pseudonym, userKey } from '../../../core/access/user-identity';

const problem = (email: string | undefined) => {
  const result = identityOf(email);
  return result.ok ? undefined : result.problem;
};

test.each([
  ['no e-mail', undefined, /no e-mail/],
  ['an empty one', '', /no e-mail/],
  ['no domain', 'alice', /name@domain/],
  ['white space', 'al ice@example.com', /name@domain/],
  ['a line break', 'alice@example.com\nX', /name@domain/],
  ['an Istio wildcard in front', '*@example.com', /wildcard/],
  ['an Istio wildcard at the end', 'alice@*', /wildcard/],
  ['a name of Kubernetes itself', 'system:admin@x', /system:/],
  ['absurd length', `${'a'.repeat(400)}@example.com`, /412 characters/],
])('an identity with %s is refused', (_, email, message) => {
  expect(problem(email)).toMatch(message);
});

test('the spelling of an e-mail’s case changes nothing but what the cluster compares', () => {
  const [lower, upper] = ['alice@example.com', 'Alice@Example.COM'].map((email) => identityOf(email));
  expect(lower).toMatchObject({ ok: true, identity: { email: 'alice@example.com' } });
  expect(upper).toMatchObject({ ok: true, identity: { email: 'Alice@Example.COM' } });
  expect(lower?.ok === true && upper?.ok === true && lower.identity.key === upper.identity.key).toBe(true);
});

test.each([
  ['the Kelvin sign', 'kim@example.com', '\u212Aim@example.com'],
  ['a long s', 'sue@example.com', '\u017Fue@example.com'],
  ['a composed character', 'm\u00FCller@example.com', 'mu\u0308ller@example.com'],
])('whoever writes his address with %s is not taken for somebody else', (_, one, other) => {
  expect(userKey(one)).not.toBe(userKey(other));
});

test('a key fits a label and says nothing', () => {
  const result = identityOf(`${'a'.repeat(240)}@x.org`);
  expect(result.ok && result.identity.key).toMatch(/^[a-z2-7]{26}$/);
});

test('a pseudonym is stable in a pool and differs between pools', () => {
  expect(pseudonym('pool-1', 'Alice@example.com')).toBe(pseudonym('pool-1', 'alice@example.com'));
  expect(pseudonym('pool-1', 'alice@example.com')).not.toBe(pseudonym('pool-2', 'alice@example.com'));
  expect(pseudonym('pool-1', 'alice@example.com')).not.toContain('alice');
});
