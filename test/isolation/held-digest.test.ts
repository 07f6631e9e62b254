import fc from '../support/fast-check';
import { diff } from '../../core/access/diff';
import { identityOf, type UserIdentity } from '../../core/access/user-identity';
import { bindingRecord, heldBy, policyRecord, type HeldRecord } from '../../isolation/held-access';
import { policyOf, roleBindingOf } from '../../isolation/contributor';
import { HeldDigest } from '../../isolation/held-digest';
import { currentIstioApi } from '../../isolation/istio-api';

function identityFor(email: string): UserIdentity {
  const result = identityOf(email);
  if (!result.ok) throw new Error(result.problem);
  return result.identity;
}

const namespaces = ['red', 'green', 'blue'];
const roles = ['view', 'edit', 'admin'] as const;
const grant = fc.record({ namespace: fc.constantFrom(...namespaces), role: fc.constantFrom(...roles) });
const grants = fc.uniqueArray(grant, { selector: ({ namespace }) => namespace, maxLength: 3 });
const held = fc.record({
  grant,
  part: fc.constantFrom('binding', 'policy'),
  email: fc.constantFrom('ann@example.com', 'Ann@example.com'),
  isEdited: fc.boolean(),
});

const recordOf = ({
  grant: one,
  part,
  email,
  isEdited,
}: typeof held extends fc.Arbitrary<infer T> ? T : never) => {
  const identity = identityFor(email);
  if (part === 'binding') {
    const binding = roleBindingOf(identity, one, 'x');
    return bindingRecord(isEdited ? { ...binding, subjects: [] } : binding);
  }
  const policy = policyOf(currentIstioApi, identity, one, 'x');
  return policyRecord(currentIstioApi, isEdited ? { ...policy, spec: {} } : policy);
};

/** What is wanted, and of it what is there: mostly all. */
const scene = fc
  .tuple(grants, fc.constantFrom('ann@example.com', 'Ann@example.com'))
  .chain(([wanted, email]) => {
    const whole = wanted.flatMap((one) =>
      (['binding', 'policy'] as const).map((part) => recordOf({ grant: one, part, email, isEdited: false })),
    );
    return fc.record({
      wanted: fc.constant(wanted),
      email: fc.constant(email),
      records: fc.oneof(
        fc.shuffledSubarray(whole, { minLength: Math.max(0, whole.length - 1) }),
        fc
          .tuple(fc.constant(whole), fc.array(held.map(recordOf), { maxLength: 2 }))
          .map(([all, further]) => [...all, ...further]),
      ),
    });
  });

test('it says that all is as it should be just where there is nothing to change', () => {
  const seen = { same: 0, other: 0 };
  fc.assert(
    fc.property(scene, ({ wanted, email, records }) => {
      const identity = identityFor(email);
      const digest = new HeldDigest();
      for (const record of records) digest.add(record);
      const { create, repair, remove } = diff(
        wanted,
        records.map((record) => heldBy(identity, record)),
      );
      const isSame = create.length + repair.length + remove.length === 0;
      seen[isSame ? 'same' : 'other'] += 1;
      expect(digest.isExactly(identity, wanted)).toBe(isSame);
    }),
    { numRuns: 2_000 },
  );
  expect(Math.min(seen.same, seen.other)).toBeGreaterThan(200);
});

test('the latest week of the bindings is remembered, and who is not claimed is told', () => {
  const digest = new HeldDigest();
  const record = recordOf({
    ...{ grant: { namespace: 'red', role: 'edit' }, part: 'binding' },
    ...{ email: 'ann@example.com', isEdited: false },
  });
  const weeks = ['2026-01-05', undefined, '2026-03-02', '2026-02-02'];
  for (const seen of weeks) digest.add({ ...record, seen });
  const other: HeldRecord = { ...record, key: 'another', part: 'policy' };
  digest.add(other);
  expect(digest.weeksOf(record.key)).toEqual({ latest: '2026-03-02', bindings: 4 });
  expect(digest.weeksOf('another')).toEqual({ latest: undefined, bindings: 0 });
  expect(digest.weeksOf('nobody')).toEqual({ latest: undefined, bindings: 0 });
  digest.claim(record.key);
  expect(digest.unclaimed()).toEqual(['another']);
});
