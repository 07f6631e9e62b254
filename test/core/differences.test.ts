import fc from '../support/fast-check';
import { differences, satisfies } from '../../core/differences';

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const settings = fc.dictionary(
  fc.stringMatching(/^[A-Z][a-z]{0,8}$/),
  fc.oneof(
    scalar,
    fc.uniqueArray(fc.string(), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), scalar, { maxKeys: 3, noNullPrototype: true }),
  ),
  { maxKeys: 6, noNullPrototype: true },
);

describe('differences', () => {
  test('a description has no difference from itself, whatever the order of its lists', () => {
    fc.assert(
      fc.property(settings, (wanted) => {
        const shuffled = Object.fromEntries(
          Object.entries(wanted).map(([key, value]) => [
            key,
            Array.isArray(value) ? [...value].reverse() : value,
          ]),
        );
        expect(differences(shuffled, wanted)).toEqual([]);
      }),
    );
  });

  test('what others have set beside it does not count', () => {
    fc.assert(
      fc.property(settings, settings, (others, wanted) => {
        expect(differences({ ...others, ...wanted }, wanted)).toEqual([]);
      }),
    );
  });

  test('exactly the keys that were changed are named', () => {
    fc.assert(
      fc.property(settings, (wanted) => {
        const keys = Object.keys(wanted).sort();
        const changed = keys.filter((_, index) => index % 2 === 0);
        const current = { ...wanted, ...Object.fromEntries(changed.map((key) => [key, Symbol('other')])) };
        expect(differences(current, wanted)).toEqual(changed);
      }),
    );
  });

  test('writing what differs leaves no difference', () => {
    fc.assert(
      fc.property(settings, settings, (current, wanted) => {
        const written = Object.fromEntries(
          Object.entries(wanted).filter(([key]) => differences(current, wanted).includes(key)),
        );
        expect(differences({ ...current, ...written }, wanted)).toEqual([]);
      }),
    );
  });

  test('a list with one item more or less is another list', () => {
    expect(satisfies(['email', 'openid', 'profile'], ['email', 'openid'])).toBe(false);
    expect(satisfies(['email'], ['email', 'openid'])).toBe(false);
    expect(satisfies(['email', 'email'], ['email', 'openid'])).toBe(false);
    expect(satisfies(undefined, [])).toBe(false);
  });

  test('a key that must not be set is a difference when it is', () => {
    expect(differences({ a: 1 }, { a: undefined })).toEqual(['a']);
    expect(differences({}, { a: undefined })).toEqual([]);
  });
});
