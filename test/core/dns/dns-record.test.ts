import fc from '../../support/fast-check';
import {
  companionName,
  companionOf,
  normaliseName,
  ownersIn,
  sameContent,
  subjectOf,
  type FoundRecord,
} from '../../../core/dns/dns-record';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const name = fc
  .tuple(fc.constantFrom('', '*.', '_a1.'), fc.array(label, { minLength: 2, maxLength: 4 }))
  .map(([first, labels]) => first + labels.join('.'));

/** A name as it may be written: case, final dot, and any character as an octal escape. */
const spelt = (plain: string) =>
  fc
    .tuple(
      fc.array(fc.constantFrom('plain', 'upper', 'octal'), {
        minLength: plain.length,
        maxLength: plain.length,
      }),
      fc.boolean(),
    )
    .map(([ways, dot]) => {
      const characters = Array.from(plain, (character, index) => {
        if (character === '.' || ways[index] === 'plain') return character;
        if (ways[index] === 'upper') return character.toUpperCase();
        return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
      });
      return characters.join('') + (dot ? '.' : '');
    });

describe('names of records', () => {
  test('every way to write a name is the same name', () => {
    fc.assert(
      fc.property(
        name.chain((plain) => fc.tuple(fc.constant(plain), spelt(plain))),
        ([plain, written]) => {
          expect(normaliseName(written)).toBe(plain);
        },
      ),
    );
  });

  test('normalising twice is normalising once, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '.', '\\', '0', '5', '6', '1', '3', '4', '*') });
    const settled = (written: string) => normaliseName(normaliseName(written)) === normaliseName(written);
    // Only a name that ends in an empty label could lose a second dot; there is no such name.
    fc.assert(
      fc.property(
        text.filter((written) => !written.includes('..') && !/\\\.?$/.test(written)),
        settled,
      ),
    );
  });

  test('a wildcard as Route 53 returns it is the wildcard', () => {
    expect(normaliseName('\\052.Example.COM.')).toBe('*.example.com');
  });

  test('a dot inside of a label does not become a separator', () => {
    expect(normaliseName('a\\056b.example.com')).not.toBe(normaliseName('a.b.example.com'));
  });
});

describe('content of records', () => {
  const a = (values: string[], ttl = 60): FoundRecord => ({ name: 'a.example.com', type: 'A', ttl, values });

  test('the order of values does not count, any other difference does', () => {
    const addresses = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(addresses, fc.ipV4(), (values, other) => {
        expect(sameContent(a(values), a([...values].reverse()))).toBe(true);
        expect(sameContent(a(values), a(values, 61))).toBe(false);
        expect(sameContent(a(values), a([...values, other]))).toBe(false);
      }),
    );
  });

  test('an alias is compared by zone and target, without case, final dot and dualstack prefix', () => {
    const alias = (dnsName: string, zoneId = 'Z1'): FoundRecord => ({
      name: 'a.example.com',
      type: 'A',
      alias: { zoneId, dnsName },
    });
    expect(sameContent(alias('LB-1.elb.amazonaws.com'), alias('dualstack.lb-1.elb.amazonaws.com.'))).toBe(
      true,
    );
    expect(sameContent(alias('lb-1.elb.amazonaws.com'), alias('lb-2.elb.amazonaws.com'))).toBe(false);
    expect(sameContent(alias('lb-1.elb.amazonaws.com'), alias('lb-1.elb.amazonaws.com', 'Z2'))).toBe(false);
    expect(sameContent(alias('192.0.2.1'), a(['192.0.2.1']))).toBe(false);
  });

  test('a record of a routing policy equals nothing, not even itself', () => {
    const weighted = { ...a(['192.0.2.1']), routed: true };
    expect(sameContent(weighted, weighted)).toBe(false);
  });
});

describe('companions', () => {
  const type = fc.constantFrom('A', 'AAAA', 'CNAME');
  const owner = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/);

  test('say of which record they are and who owns it, also after Route 53 has rewritten them', () => {
    fc.assert(
      fc.property(name, type, fc.uniqueArray(owner, { minLength: 1, maxLength: 4 }), (of, kind, owners) => {
        const companion = companionOf({ name: of, type: kind }, owners);
        const returned = {
          ...companion,
          name: `${companion.name}.`,
          values: [...companion.values].reverse(),
        };
        expect(subjectOf(returned)).toEqual({ name: of, type: kind });
        expect(ownersIn(returned).sort()).toEqual([...owners].sort());
      }),
    );
  });

  test('of two records differ, and no companion is its own', () => {
    fc.assert(
      fc.property(name, name, type, type, (one, other, oneType, otherType) => {
        fc.pre(one !== other || oneType !== otherType);
        expect(companionName({ name: one, type: oneType })).not.toBe(
          companionName({ name: other, type: otherType }),
        );
      }),
    );
  });

  test("another's TXT record names no owner", () => {
    const spf = { name: 'example.com', type: 'TXT', ttl: 60, values: ['"v=spf1 -all"'] };
    expect(ownersIn(spf)).toEqual([]);
    expect(subjectOf(spf)).toBeUndefined();
    expect(ownersIn(undefined)).toEqual([]);
  });
});
