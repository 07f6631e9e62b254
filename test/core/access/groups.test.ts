import fc from '../../support/fast-check';
import { parseGroups } from '../../../core/access/groups';

/** What Cognito makes of a SAML attribute with several values. */
function cognitoList(groups: readonly string[]): string {
  const encode = (group: string) =>
    encodeURIComponent(group)
      .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+');
  return `[${groups.map(encode).join(',')}]`;
}

const parsed = (attribute: string | undefined) => {
  const result = parseGroups(attribute);
  return result.ok ? result.groups : result.problem;
};

describe('the groups attribute', () => {
  test.each([
    ['is missing', undefined, []],
    ['is empty', '', []],
    ['is blank', '  ', []],
    ['is an empty list', '[]', []],
    ['has a single bare value', 'team-a', ['team-a']],
    ['has a bare value with a plus and a percent sign, which are meant', 'a+b 100%', ['a+b 100%']],
    ['has two values', '[team-a,team-b]', ['team-a', 'team-b']],
    ['has the seed’s comma and space', '[team-a, team-b]', ['team-a', 'team-b']],
    ['has encoded values', '[Data+Science,R%26D,a%2Cb]', ['Data Science', 'R&D', 'a,b']],
    ['has Unicode', '[%C3%9Cbung,%E6%97%A5%E6%9C%AC]', ['Übung', '日本']],
    ['has a distinguished name', '[CN%3Dteam-a%2COU%3DGroups%2CDC%3Dcorp]', ['CN=team-a,OU=Groups,DC=corp']],
    ['has a bare distinguished name', 'CN=team-a,OU=Groups,DC=corp', ['CN=team-a,OU=Groups,DC=corp']],
    ['has repetitions and empty values', '[team-a,,team-a,team-b]', ['team-a', 'team-b']],
    ['has white space that belongs to a name', '[+team-a,team-a%C2%A0]', [' team-a', 'team-a\u00A0']],
    ['has a bare value with white space that belongs to it', 'team-a\u3000', ['team-a\u3000']],
    ['has values of white space alone', '[+,%C2%A0,team-a]', ['team-a']],
  ])('%s', (_, attribute, groups) => {
    expect(parsed(attribute)).toEqual(groups);
  });

  test('decomposed and composed Unicode are two groups, since a directory can have both', () => {
    expect(parsed('[%C3%BC,u%CC%88]')).toEqual(['ü', 'u\u0308']);
  });

  test.each([
    ['a distinguished name that nobody encoded', '[CN=x\\,AWS-finance,OU=Groups]'],
    ['quotes', '["team-a","team-b"]'],
    ['a raw space inside a name', '[Data Science,team-a]'],
    ['a percent sign that encodes nothing', '[100%,team-a]'],
    ['bytes that are no UTF-8', '[%FF,team-a]'],
    ['a no-break space before a value', '[\u00A0team-a,team-b]'],
  ])('a list with %s is not read as groups at all', (_, attribute) => {
    expect(parsed(attribute)).toMatch(/is not encoded as Cognito encodes/);
  });

  test('of 2,048 characters is read whole', () => {
    const groups = Array.from({ length: 409 }, (_, index) => `g${String(index).padStart(3, '0')}`);
    const attribute = `[${groups.join(',')}]`.replace('[g000', `[g000${'x'.repeat(2_048 - 2 - 409 * 5 + 1)}`);
    expect(attribute).toHaveLength(2_048);
    expect(parsed(attribute)).toHaveLength(409);
  });

  test('a list without an end is a problem, not a shorter list', () => {
    expect(parsed('[team-a,team-b')).toMatch(/list without an end/);
  });

  test('whatever Cognito encodes comes back', () => {
    const group = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(fc.uniqueArray(group, { minLength: 2 }), (groups) => {
        expect(parsed(cognitoList(groups))).toEqual(groups);
      }),
    );
  });
});
