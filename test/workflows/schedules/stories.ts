import fc from '../../support/fast-check';
import type { Meddling } from './clusters-in-memory';
import { groupNames, people } from './people';

/** What somebody does, with one of two deployments or one of the executions until then. */
export type Deed =
  | { readonly do: 'provision' | 'plan' | 'resync' | 'retry'; readonly deployment: 0 | 1 }
  | { readonly do: 'destroy'; readonly deployment: 0 | 1; readonly by: 'name' | 'configuration' }
  | { readonly do: 'resync all' }
  | {
      readonly do: 'log in';
      readonly deployment: 0 | 1;
      readonly person: number;
      /** Which process of the profile manager answers. */
      readonly process: 0 | 1;
      /** At which of its calls the process is killed; 0 for never. */
      readonly killedAt: number;
    }
  | { readonly do: 'move'; readonly person: number; readonly groups: readonly string[] }
  | {
      readonly do: 'set user';
      readonly deployment: 0 | 1;
      readonly person: number;
      readonly is: 'enabled' | 'disabled' | 'gone';
    }
  | { readonly do: 'meddle'; readonly deployment: 0 | 1; readonly which: number; readonly how: Meddling }
  | { readonly do: 'redrive' | 'stop'; readonly which: number };

/** A fault, which strikes one attempt at a state's work: the n-th of all. */
export interface Fault {
  readonly attempt: number;
  /** `denied` stays for the execution, which fails; the others pass. `killed` is at a call of the task. */
  readonly kind: 'denied' | 'transient' | 'answer lost' | 'killed';
  readonly call: number;
}

/** A fault of the API servers: so many requests in a row, from the n-th of all on. */
export interface ClusterFault {
  readonly request: number;
  readonly requests: number;
  readonly kind: 'fails' | 'loses the answer' | 'hangs';
}

/** Deeds with the seconds after the one before, faults, and how long calls take. */
export interface Story {
  readonly deeds: readonly (Deed & { readonly after: number })[];
  /** The groups of each person at the beginning. */
  readonly members: readonly (readonly string[])[];
  readonly faults: readonly Fault[];
  readonly clusterFaults: readonly ClusterFault[];
  readonly seed: number;
}

const deployment = fc.constantFrom(0 as const, 1 as const);
const groups = fc.subarray([...groupNames], { maxLength: 5 });
const person = fc.nat(people.length - 1);
const access: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('log in' as const),
      deployment,
      person,
      process: deployment,
      killedAt: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 12 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      person,
      groups,
    }),
  },
  fc.record({
    do: fc.constant('set user' as const),
    deployment,
    person,
    is: fc.constantFrom('enabled' as const, 'disabled' as const, 'gone' as const),
  }),
  fc.record({
    do: fc.constant('meddle' as const),
    deployment,
    which: fc.nat(7),
    how: fc.constantFrom('delete' as const, 'edit' as const, 'disown' as const, 'invite' as const),
  }),
);
const work: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('provision' as const), deployment }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('destroy' as const),
      deployment,
      by: fc.constantFrom('name' as const, 'configuration' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('plan' as const, 'resync' as const, 'retry' as const),
      deployment,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'resync all' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('redrive' as const, 'stop' as const), which: fc.nat(7) }),
  },
);
/** From what meets the one before at once to what finds it ended. */
const after = fc.oneof(fc.nat(3), fc.nat(120), fc.integer({ min: 600, max: 1_200 }));
const fault: fc.Arbitrary<Fault> = fc.record({
  attempt: fc.nat(150),
  kind: fc.constantFrom('denied' as const, 'transient' as const, 'answer lost' as const, 'killed' as const),
  call: fc.integer({ min: 1, max: 6 }),
});

const clusterFault: fc.Arbitrary<ClusterFault> = fc.record({
  request: fc.nat(120),
  requests: fc.integer({ min: 1, max: 8 }),
  kind: fc.constantFrom('fails' as const, 'loses the answer' as const, 'hangs' as const),
});

const withTime = (deed: fc.Arbitrary<Deed>): fc.Arbitrary<Deed & { after: number }> =>
  fc.tuple(deed, after).map(([one, seconds]) => ({ ...one, after: seconds }));

/**
 * Half of the stories begin with a provisioning that nothing comes into, so that logins meet a deployment; what work and
 * logins do then comes in any order.
 */
export const stories: fc.Arbitrary<Story> = fc.record({
  deeds: fc
    .tuple(
      fc.subarray([0, 1] as const),
      fc.array(withTime(fc.oneof({ weight: 3, arbitrary: work }, { weight: 4, arbitrary: access })), {
        minLength: 2,
        maxLength: 14,
      }),
    )
    .map(([provisioned, deeds]) => [
      ...provisioned.map((one) => ({ do: 'provision' as const, deployment: one, after: 0 })),
      ...deeds.map((one, index) => (index === 0 ? { ...one, after: one.after + 600 } : one)),
    ]),
  members: fc.tuple(...people.map(() => groups)),
  faults: fc.array(fault, { maxLength: 4 }),
  clusterFaults: fc.array(clusterFault, { maxLength: 3 }),
  seed: fc.nat(),
});
