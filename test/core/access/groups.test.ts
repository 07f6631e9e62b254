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
    ['has a percent sign that encodes nothing', '[100%,team-a]', ['100%', 'team-a']],
  ])('%s', (_, attribute, groups) => {
    expect(parsed(attribute)).toEqual(groups);
  });

  test('decomposed and composed Unicode are one group', () => {
    expect(parsed('[%C3%BC,u%CC%88]')).toEqual(['ü']);
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
    const group = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => text.trim().normalize('NFC'))
      .filter((text) => text !== '');
    fc.assert(
      fc.property(fc.uniqueArray(group, { minLength: 2 }), (groups) => {
        expect(parsed(cognitoList(groups))).toEqual(groups);
      }),
    );
  });
});
