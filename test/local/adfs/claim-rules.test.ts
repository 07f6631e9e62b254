import { runClaimRules, type Claim } from '../../../local/adfs/claim-rules';
import { documentedRules } from '../../../local/adfs';

const account: Claim = {
  type: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname',
  value: 'ACME\\alice',
  issuer: 'AD AUTHORITY',
};
const query = (asked: string): string[] =>
  ({ ';mail;{0}': ['alice@acme.example'], ';tokenGroups;{0}': ['aws-a', 'AWS.b', 'AWS-c'] })[asked] ?? [];
const issued = (rules: string): [string, string][] =>
  runClaimRules(rules, account, query).map(({ type, value }) => [type.split('/').at(-1) ?? '', value]);

test('what is added is seen by later rules, and sent by none', () => {
  const rules = documentedRules('AWS-').slice(4, 6).join('\n');
  expect(issued(rules)).toEqual([
    ['Role', 'aws-a'],
    ['Role', 'AWS-c'],
  ]);
});

test('a prefix is taken as it is written, whatever its characters mean elsewhere', () => {
  expect(issued(documentedRules('AWS.').slice(4, 6).join('\n'))).toEqual([['Role', 'AWS.b']]);
});

test('a condition on another issuer or type does not hold', () => {
  expect(issued('c:[Type == "urn:other"] => issue(Type = "urn:x", Value = c.Value);')).toEqual([]);
  expect(issued('c:[Issuer == "LOCAL AUTHORITY"] => issue(Type = "urn:x", Value = c.Value);')).toEqual([]);
  expect(issued('=> issue(Type = "urn:x", Value = "always");')).toEqual([['urn:x', 'always']]);
});

test('a rule outside of what is understood is not passed over in silence', () => {
  expect(() => issued('c1:[] && c2:[] => delete(claim = c1);')).toThrow(
    'no claim rule that is understood here',
  );
});
