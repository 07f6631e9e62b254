import fc from './fast-check';

/** What somebody does. */
export type Deed =
  | { do: 'start' | 'resync'; fails: boolean }
  | { do: 'destroy'; by: 'name' | 'configuration' | 'console'; fails: boolean }
  | { do: 'retry'; yes: boolean }
  | { do: 'retry an old one'; which: number; yes: boolean }
  | { do: 'redrive an old one'; which: number };

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resync' as const), fails: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('destroy' as const),
      by: fc.constantFrom('name' as const, 'configuration' as const, 'console' as const, 'console' as const),
      fails: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retry' as const), yes: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('retry an old one' as const),
      which: fc.nat(4),
      yes: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('redrive an old one' as const), which: fc.nat(4) }) },
);

/** What happens when two do not know of each other: a destroy too early, then a provisioning that ends well. */
const crossed: fc.Arbitrary<Deed[]> = fc.tuple(
  fc.constant<Deed>({ do: 'destroy', by: 'console', fails: false }),
  fc.constant<Deed>({ do: 'start', fails: false }),
);

/** Deeds in the order in which they are done. */
export const stories: fc.Arbitrary<Deed[]> = fc
  .array(fc.oneof({ weight: 4, arbitrary: deeds.map((deed) => [deed]) }, { weight: 1, arbitrary: crossed }), {
    minLength: 4,
    maxLength: 10,
  })
  .map((chunks) => chunks.flat());
