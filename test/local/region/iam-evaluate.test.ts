import fc from '../../support/fast-check';
import type { RequestContext } from '../../../local/region/iam/conditions';
import { evaluate, readStatements } from '../../../local/region/iam/evaluate';
import { matchesArn, matchesPattern } from '../../../local/region/iam/patterns';

const nothing: RequestContext = { values: {}, known: [] };
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 's3:Get*', Resource: '*', ...more });

const decide = (
  statements: readonly Record<string, unknown>[],
  context: RequestContext = nothing,
  resource: string | undefined = 'arn:aws:s3:::bucket/key',
) => evaluate(readStatements(statements), { action: 's3:GetObject', resource, context });

describe('patterns', () => {
  test.each([
    ['s3:GetObject', 's3:GetObject', true],
    ['s3:GetObject', 's3:Get*', true],
    ['s3:GetObject', 's3:Get?bject', true],
    ['s3:GetObject', 's3:Get', false],
    ['s3:GetObject', 's3.GetObject', false],
    ['a+b(c)', 'a+b(c)', true],
    ['', '*', true],
    ['', '?', false],
  ])('%s against %s: %s', (text, pattern, expected) => {
    expect(matchesPattern(text, pattern)).toBe(expected);
  });

  test.each([
    ['arn:aws:s3:::bucket/a/b', 'arn:aws:s3:::bucket/*', true],
    [
      'arn:aws:lambda:eu-west-1:111122223333:function:f:live',
      'arn:aws:lambda:*:111122223333:function:f:*',
      true,
    ],
    [
      'arn:aws:lambda:eu-west-1:111122223333:function:f:live',
      'arn:aws:lambda:eu-west-1:111122223333:function:f',
      false,
    ],
    // A wildcard stays in its part: this would otherwise reach over the account into another resource.
    ['arn:aws:eks:eu-west-1:999999999999:cluster/x', 'arn:aws:eks:*:cluster/x', false],
    ['arn:aws:eks:eu-west-1:999999999999:cluster/x', 'arn:aws:eks:eu-west-1:111122223333:cluster/*', false],
    ['*', 'arn:aws:acm:eu-west-1:111122223333:certificate/*', false],
    ['*', '*', true],
  ])('%s against %s: %s', (arn, pattern, expected) => {
    expect(matchesArn(arn, pattern)).toBe(expected);
  });

  test('a text matches itself, what it begins with followed by a star, and a question mark for each character', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'B', '.', '/', '+', '(', '$', '\n') });
    fc.assert(
      fc.property(plain, fc.nat(), (text, cut) => {
        expect(matchesPattern(text, text)).toBe(true);
        expect(matchesPattern(text, `${text.slice(0, cut % (text.length + 1))}*`)).toBe(true);
        expect(matchesPattern(text, '?'.repeat(text.length))).toBe(true);
        expect(matchesPattern(`${text}x`, text)).toBe(false);
        expect(matchesPattern(text, `${text}?`)).toBe(false);
      }),
    );
  });
});

describe('statements', () => {
  test('what no statement allows is denied', () => {
    expect(decide([])).toEqual({ allowed: false, explicit: false });
    expect(decide([allow({ Action: ['s3:PutObject', 's3:List*'] })])).toMatchObject({ allowed: false });
    expect(decide([allow({ Resource: 'arn:aws:s3:::other/*' })])).toMatchObject({ allowed: false });
  });

  test('the case of an action does not matter, that of a resource does', () => {
    expect(decide([allow({ Action: 'S3:getOBJECT' })])).toMatchObject({ allowed: true });
    expect(decide([allow({ Resource: 'arn:aws:s3:::Bucket/key' })])).toMatchObject({ allowed: false });
  });

  test('a Deny beats every Allow', () => {
    expect(decide([allow(), allow({ Effect: 'Deny', Action: '*' })])).toEqual({
      allowed: false,
      explicit: true,
    });
    expect(decide([allow(), allow({ Effect: 'Deny', Action: 's3:Put*' })])).toMatchObject({ allowed: true });
  });

  test('an unknown resource is taken to be the right one, and the decision says so', () => {
    const here = evaluate(readStatements([allow({ Resource: 'arn:aws:s3:::bucket/*' })]), {
      action: 's3:GetObject',
      resource: undefined,
      context: nothing,
    });
    expect(here).toEqual({ allowed: true, assumed: ['resource'] });
  });

  test.each([
    ['NotAction', { NotAction: 's3:*' }],
    ['NotResource', { NotResource: '*' }],
    ['variables', { Resource: 'arn:aws:s3:::${aws:username}/*' }],
    ['an operator', { Condition: { NumericLessThan: { 's3:max-keys': '10' } } }],
    ['an effect', { Effect: 'Maybe' }],
  ])('%s that is not evaluated is an error, not an allowance', (_, more) => {
    expect(() => readStatements([allow(more)])).toThrow();
  });

  test('adding an Allow never takes away, adding a Deny never gives', () => {
    const statement = fc.record({
      Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
      Action: fc.constantFrom('s3:GetObject', 's3:*', 's3:PutObject', '*'),
      Resource: fc.constantFrom('*', 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::other/*'),
      Condition: fc.constantFrom(
        {},
        { StringEquals: { 'aws:PrincipalTag/a': 'b' } },
        { Null: { 'aws:RequestTag/a': 'true' } },
        { Null: { 'aws:RequestTag/a': 'false' } },
      ),
    });
    const context: RequestContext = { values: {}, known: ['aws:requesttag/'] };
    fc.assert(
      fc.property(fc.array(statement), statement, (statements, extra) => {
        const before = decide(statements, context).allowed;
        const after = decide([...statements, extra], context).allowed;
        if (extra.Effect === 'Allow') expect(before && !after).toBe(false);
        else expect(!before && after).toBe(false);
      }),
    );
  });

  test('the order of statements does not matter', () => {
    const statement = fc.record({
      Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
      Action: fc.constantFrom('s3:Get*', 's3:Put*'),
      Resource: fc.constantFrom('*', 'arn:aws:s3:::bucket/key', 'arn:aws:s3:::other'),
    });
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        expect(decide([...statements].reverse())).toEqual(decide(statements));
      }),
    );
  });
});

describe('conditions', () => {
  const context: RequestContext = {
    values: {
      'aws:requesttag/owner': ['acme'],
      'aws:tagkeys': ['a', 'b'],
      'eks:principalarn': ['arn:aws:iam::111122223333:role/kubeflow-eks-x'],
      'some:flag': ['true'],
    },
    known: ['aws:requesttag/', 'aws:tagkeys', 'dynamodb:leadingkeys'],
  };
  test.each<[string, object, boolean]>([
    ['a value', { StringEquals: { 'aws:RequestTag/owner': 'acme' } }, true],
    ['a key in another case', { StringEquals: { 'AWS:requesttag/OWNER': 'acme' } }, true],
    ['another value', { StringEquals: { 'aws:RequestTag/owner': 'Acme' } }, false],
    ['another case', { StringEqualsIgnoreCase: { 'aws:RequestTag/owner': 'ACME' } }, true],
    ['one of several', { StringEquals: { 'aws:RequestTag/owner': ['x', 'acme'] } }, true],
    ['like', { StringLike: { 'aws:RequestTag/owner': 'a*e' } }, true],
    ['not like', { StringNotLike: { 'aws:RequestTag/owner': 'a*e' } }, false],
    ['different from all', { StringNotEquals: { 'aws:RequestTag/owner': ['x', 'y'] } }, true],
    ['different, but for one', { StringNotEquals: { 'aws:RequestTag/owner': ['x', 'acme'] } }, false],
    ['absent', { StringEquals: { 'aws:RequestTag/other': 'acme' } }, false],
    ['absent, and different', { StringNotEquals: { 'aws:RequestTag/other': 'acme' } }, true],
    ['absent, if it exists', { StringEqualsIfExists: { 'aws:RequestTag/other': 'acme' } }, true],
    ['present, if it exists', { StringEqualsIfExists: { 'aws:RequestTag/owner': 'x' } }, false],
    ['must be there', { Null: { 'aws:RequestTag/owner': 'false' } }, true],
    ['must be there and is not', { Null: { 'aws:RequestTag/other': 'false' } }, false],
    ['must not be there', { Null: { 'aws:RequestTag/other': 'true' } }, true],
    ['all values', { 'ForAllValues:StringLike': { 'aws:TagKeys': ['a', '?'] } }, true],
    ['all values but one', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } }, false],
    ['all of no values', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'pool#*' } }, true],
    ['any value', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'b' } }, true],
    ['any of no values', { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'b' } }, false],
    ['an ARN', { ArnLike: { 'eks:principalArn': 'arn:aws:iam::111122223333:role/kubeflow-eks-*' } }, true],
    ['an ARN of another account', { ArnLike: { 'eks:principalArn': 'arn:aws:iam::9*:role/*' } }, false],
    ['a truth', { Bool: { 'some:flag': 'True' } }, true],
    [
      'all of the keys',
      { StringEquals: { 'aws:RequestTag/owner': 'acme' }, Null: { 'aws:RequestTag/other': 'false' } },
      false,
    ],
  ])('%s', (_, condition, allowed) => {
    const decision = decide([allow({ Condition: condition })], context);
    expect(decision.allowed).toBe(allowed);
    if (decision.allowed) expect(decision.assumed).toEqual([]);
  });

  const unknown = { StringEquals: { 'aws:ResourceTag/owner': 'acme' } };

  test('what is unknown does not stop an Allow, which says so, and does not make a Deny', () => {
    expect(decide([allow({ Condition: unknown })])).toEqual({
      allowed: true,
      assumed: ['aws:ResourceTag/owner'],
    });
    expect(decide([allow(), allow({ Effect: 'Deny', Condition: unknown })])).toEqual({
      allowed: true,
      assumed: [],
    });
  });

  test('an Allow without assumptions is preferred; what fails needs none', () => {
    expect(decide([allow({ Condition: unknown }), allow()])).toEqual({ allowed: true, assumed: [] });
    const failing = { ...unknown, Null: { 'aws:TagKeys': 'true' } };
    expect(decide([allow({ Condition: failing })], context).allowed).toBe(false);
  });
});
