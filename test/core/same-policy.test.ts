import { isSamePolicy } from '../../core/same-policy';

const statement = {
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const document = { Version: '2012-10-17', Statement: [statement] };

test.each<[string, unknown]>([
  ['itself', document],
  [
    'lists in another order',
    { ...document, Statement: [{ ...statement, Resource: [...statement.Resource].reverse() }] },
  ],
  ['its one statement by itself', { ...document, Statement: statement }],
  ['its keys in another order', { Statement: [statement], Version: '2012-10-17' }],
  [
    'everybody written in the other way',
    { ...document, Statement: [{ ...statement, Principal: { AWS: '*' } }] },
  ],
  [
    'a truth value that is no text',
    { ...document, Statement: [{ ...statement, Condition: { Bool: { 'aws:SecureTransport': false } } }] },
  ],
])('a policy is the same as one with %s', (_, other) => {
  expect(isSamePolicy(document, other)).toBe(true);
});

test('so is one whose list of one is its entry, and whose statement got an empty id', () => {
  const { Sid: _, ...rest } = statement;
  expect(isSamePolicy({ ...rest, Action: ['s3:*'] }, { ...rest, Sid: '', Action: 's3:*' })).toBe(true);
});

test('statements may change places', () => {
  const other = { ...statement, Sid: 'Other', Effect: 'Allow' };
  expect(
    isSamePolicy(
      { Statement: [statement, other] },
      { Statement: [{ ...other, Action: [...other.Action].reverse() }, statement] },
    ),
  ).toBe(true);
});

test.each<[string, object]>([
  ['another effect', { Effect: 'Allow' }],
  ['an action less', { Action: ['s3:GetObject'] }],
  ['another resource', { Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::c/*'] }],
  ['another condition', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  ['somebody instead of everybody', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
  ['a service instead of everybody', { Principal: { Service: '*' } }],
  ['another id', { Sid: 'Other' }],
])('a policy with %s is another', (_, change) => {
  expect(isSamePolicy(document, { ...document, Statement: [{ ...statement, ...change }] })).toBe(false);
});

test('none is not an empty one', () => {
  expect(isSamePolicy(undefined, document)).toBe(false);
  expect(isSamePolicy({}, document)).toBe(false);
});
