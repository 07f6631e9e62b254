import fc from '../../support/fast-check';
import { diff, grantParts, type HeldObject } from '../../../core/access/diff';
import type { Grant } from '../../../core/access/grants';
import { roles } from '../../../core/access/roles';

const namespaces = ['a', 'b', 'c', 'd'];
const grant = fc.record({ namespace: fc.constantFrom(...namespaces), role: fc.constantFrom(...roles) });
const desired = fc.uniqueArray(grant, { selector: ({ namespace }) => namespace });
const held: fc.Arbitrary<HeldObject[]> = fc
  .array(
    fc.record({
      part: fc.constantFrom(...grantParts),
      namespace: fc.constantFrom(...namespaces),
      role: fc.option(fc.constantFrom(...roles), { nil: undefined }),
      intact: fc.boolean(),
    }),
    { maxLength: 20 },
  )
  .map((objects) => objects.map((object, index) => ({ ...object, name: `n${index}`, uid: String(index) })));

/** The cluster after a plan: what stays, what is repaired, what is new. */
function carriedOut(before: readonly HeldObject[], plan: ReturnType<typeof diff>): HeldObject[] {
  const repaired = new Set<HeldObject>(plan.repair.map((entry) => entry.held));
  return [
    ...before
      .filter((object) => !plan.remove.includes(object))
      .map((object) => (repaired.has(object) ? { ...object, intact: true } : object)),
    ...plan.create.map(({ part, grant: { namespace, role } }, index) => ({
      part,
      namespace,
      role,
      intact: true,
      name: `new${index}`,
      uid: `new${index}`,
    })),
  ];
}

const asText = ({ namespace, role }: { namespace: string; role: string | undefined }) =>
  `${namespace}/${role ?? ''}`;

test('after the plan there is just what is desired, in both parts, and nothing is left to do', () => {
  fc.assert(
    fc.property(desired, held, (wanted: Grant[], before) => {
      const after = carriedOut(before, diff(wanted, before));
      for (const part of grantParts) {
        const there = after.filter((object) => object.part === part);
        expect(there.map(asText).sort()).toEqual(wanted.map(asText).sort());
        expect(there.every(({ intact }) => intact)).toBe(true);
      }
      const again = diff(wanted, after);
      expect([again.create, again.repair, again.remove]).toEqual([[], [], []]);
      expect(again.kept).toHaveLength(wanted.length);
    }),
  );
});

test('what is as it should be is not touched', () => {
  fc.assert(
    fc.property(desired, held, (wanted: Grant[], before) => {
      const plan = diff(wanted, before);
      for (const { namespace, role } of plan.kept) {
        expect(
          plan.create.some((entry) => entry.grant.namespace === namespace && entry.grant.role === role),
        ).toBe(false);
        expect(plan.repair.some((entry) => entry.grant.namespace === namespace)).toBe(false);
      }
    }),
  );
});
