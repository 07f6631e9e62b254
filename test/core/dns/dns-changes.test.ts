import fc from '../../support/fast-check';
import {
  indexZone,
  planDeletion,
  planRecord,
  type RecordChange,
  type RecordPolicy,
} from '../../../core/dns/dns-changes';
import { ownerMark, type Owner } from '../../../core/ownership';
import {
  companionOf,
  recordKey,
  sameContent,
  type DnsRecord,
  type FoundRecord,
} from '../../../core/dns/dns-record';

const acme: Owner = { name: 'acme', region: 'eu-central-1' };
const mark = ownerMark(acme);

/** Applies a batch as Route 53 does: all or nothing, by exact content. */
function apply(zone: readonly FoundRecord[], changes: readonly RecordChange[]): FoundRecord[] {
  const records = new Map(zone.map((record) => [recordKey(record), record]));
  const ordered = [
    ...changes.filter((c) => c.action === 'DELETE'),
    ...changes.filter((c) => c.action === 'CREATE'),
  ];
  for (const { action, record } of ordered) {
    const found = records.get(recordKey(record));
    if (action === 'CREATE') {
      if (found) throw new Error(`${recordKey(record)} exists`);
      records.set(recordKey(record), record);
    } else {
      if (!found || JSON.stringify(found) !== JSON.stringify(record))
        throw new Error(`${recordKey(record)} differs`);
      records.delete(recordKey(record));
    }
  }
  return [...records.values()];
}

const address = (value: string): DnsRecord => ({
  name: 'auth.example.com',
  type: 'A',
  ttl: 60,
  values: [value],
});
const alias: DnsRecord = {
  name: 'auth.example.com',
  type: 'A',
  alias: { zoneId: 'Z1', dnsName: 'lb.amazonaws.com' },
};
const policies: RecordPolicy[] = ['exact', 'if-absent', 'if-ours'];

describe('planning a record', () => {
  test('what is missing is made together with its companion', () => {
    const zone = apply([], changesOf([], alias, acme));
    expect(zone).toEqual([alias, companionOf(alias, [mark])]);
  });

  test.each(policies)('planned twice, the second time nothing is to be done (%s)', (policy) => {
    const owner = fc.constantFrom(mark, 'zeta/eu-central-1', 'acme/us-west-2', 'acme');
    const world = fc.record({
      record: fc.option(fc.constantFrom(alias, address('127.0.0.1'), address('192.0.2.1')), {
        nil: undefined,
      }),
      owners: fc.uniqueArray(owner),
      desired: fc.constantFrom(alias, address('127.0.0.1')),
    });
    fc.assert(
      fc.property(world, ({ record, owners, desired }) => {
        const zone = [
          ...(record ? [record] : []),
          ...(owners.length > 0 ? [companionOf(desired, owners)] : []),
        ] as FoundRecord[];
        const first = planRecord(indexZone(zone), desired, acme, policy);
        if (first.state === 'conflict') return;
        const after = apply(zone, first.changes);
        const second = planRecord(indexZone(after), desired, acme, policy);
        expect(second).toMatchObject({ changes: [] });
      }),
    );
  });

  test("another's record is never changed, whatever the policy", () => {
    const owners = fc.constantFrom<string[]>(
      [],
      ['zeta/eu-central-1'],
      ['zeta/eu-central-1', mark],
      ['acme/us-west-2'],
    );
    fc.assert(
      fc.property(owners, fc.constantFrom(...policies), (names, policy) => {
        const foreign = address('192.0.2.1');
        const zone: FoundRecord[] = [foreign, ...(names.length > 0 ? [companionOf(foreign, names)] : [])];
        const plan = planRecord(indexZone(zone), alias, acme, policy);
        expect(plan.state).toBe(policy === 'exact' ? 'conflict' : 'left');
        expect('changes' in plan ? plan.changes : []).toEqual([]);
      }),
    );
  });

  test('our placeholder is replaced by its exact content', () => {
    const placeholder = address('127.0.0.1');
    const zone: FoundRecord[] = [placeholder, companionOf(placeholder, [mark])];
    expect(planRecord(indexZone(zone), alias, acme, 'if-ours')).toEqual({
      state: 'replaced',
      changes: [
        { action: 'DELETE', record: placeholder },
        { action: 'CREATE', record: alias },
      ],
    });
  });

  test('a record that another deployment has made the same is shared with it', () => {
    const zone = [alias, companionOf(alias, ['zeta/eu-central-1'])];
    expect(apply(zone, changesOf(zone, alias, acme))).toEqual([
      alias,
      companionOf(alias, [mark, 'zeta/eu-central-1']),
    ]);
  });

  test('a CNAME is in the way of any other record of its name', () => {
    const cname: FoundRecord = {
      name: 'auth.example.com.',
      type: 'CNAME',
      ttl: 60,
      values: ['elsewhere.example.com'],
    };
    expect(planRecord(indexZone([cname]), alias, acme, 'exact').state).toBe('conflict');
    expect(planRecord(indexZone([cname]), alias, acme, 'if-absent').state).toBe('left');
  });

  test('a record of a routing policy is in the way even if our companion stands beside it', () => {
    const zone: FoundRecord[] = [{ ...address('127.0.0.1'), routed: true }, companionOf(alias, [mark])];
    expect(planRecord(indexZone(zone), alias, acme, 'exact').state).toBe('conflict');
  });
});

describe('planning a deletion', () => {
  const cname: DnsRecord = {
    name: '_v.example.com',
    type: 'CNAME',
    ttl: 60,
    values: ['x.acm-validations.aws'],
  };

  test('what was there before us is there afterwards, and nothing else', () => {
    const before = fc
      .subarray<FoundRecord[]>([
        [{ name: 'www.example.com', type: 'A', ttl: 60, values: ['192.0.2.8'] }],
        [{ name: 'example.com', type: 'TXT', ttl: 60, values: ['"v=spf1 -all"'] }],
        [cname],
        [alias, companionOf(alias, ['zeta/eu-central-1'])],
      ])
      .map((groups) => groups.flat());
    const byKey = (zone: readonly FoundRecord[]) =>
      [...zone].sort((left, right) => recordKey(left).localeCompare(recordKey(right)));
    fc.assert(
      fc.property(before, (zone) => {
        let current: FoundRecord[] = zone;
        for (const record of [cname, alias]) current = apply(current, changesOf(current, record, acme));
        for (const types of [['A'], ['CNAME']]) {
          for (const { changes } of planDeletion(indexZone(current), acme, types))
            current = apply(current, changes);
        }
        expect(byKey(current)).toEqual(byKey(zone));
        expect(planDeletion(indexZone(current), acme, [])).toEqual([]);
      }),
    );
  });

  test('a record goes with its last owner, by the content that it has by then', () => {
    const zone: FoundRecord[] = [address('192.0.2.77'), companionOf(alias, [mark])];
    const [plan] = planDeletion(indexZone(zone), acme, ['A']);
    expect(apply(zone, plan?.changes ?? [])).toEqual([]);
  });

  test('a companion without its record goes as well', () => {
    const zone = [companionOf(alias, [mark])];
    const [plan] = planDeletion(indexZone(zone), acme, []);
    expect(apply(zone, plan?.changes ?? [])).toEqual([]);
  });
});

describe('two deployments of one name in two regions that share a zone', () => {
  const other: Owner = { name: 'acme', region: 'us-west-2' };
  const balancer = (region: string): DnsRecord => ({
    ...{ name: 'auth.example.com', type: 'A' as const },
    alias: { zoneId: 'Z1', dnsName: `k8s-istio-1.${region}.elb.amazonaws.com` },
  });
  const cname: DnsRecord = { name: '_v.example.com', type: 'CNAME', ttl: 60, values: ['x.acm.aws'] };

  test("neither takes the other's records away, and of what both need only its own part", () => {
    let zone = apply([], changesOf([], balancer('eu-central-1'), acme));
    for (const owner of [acme, other]) zone = apply(zone, changesOf(zone, cname, owner));
    for (const { changes } of planDeletion(indexZone(zone), other, [], ['example.com', 'auth.example.com']))
      zone = apply(zone, changes);
    expect(zone).toEqual([
      balancer('eu-central-1'),
      companionOf(alias, [mark]),
      cname,
      companionOf(cname, [mark]),
    ]);
  });

  test('a companion without a region is ours for a name of ours, and gets our region', () => {
    const zone = [balancer('eu-central-1'), companionOf(alias, ['acme'])];
    const moved = { ...balancer('eu-central-1'), alias: { zoneId: 'Z1', dnsName: 'new.elb.amazonaws.com' } };
    expect(apply(zone, changesOf(zone, moved, acme))).toEqual([moved, companionOf(alias, [mark])]);
    expect(apply(zone, changesOf(zone, balancer('eu-central-1'), acme))).toContainEqual(
      companionOf(alias, [mark]),
    );
  });

  test('a companion without a region is not ours where its record leads to another region', () => {
    const zone = indexZone([balancer('eu-central-1'), companionOf(alias, ['acme'])]);
    expect(planRecord(zone, balancer('us-west-2'), other, 'exact').state).toBe('conflict');
    expect(planRecord(zone, balancer('us-west-2'), other, 'if-ours')).toEqual({ state: 'left', changes: [] });
    expect(planDeletion(zone, other, [], ['auth.example.com'])).toEqual([]);
    expect(planDeletion(zone, acme, [], ['auth.example.com'])).toHaveLength(1);
  });

  test('a companion without a region goes only with a name that is configured, or the validation of one', () => {
    const zone = indexZone([cname, companionOf(cname, ['acme'])]);
    expect(planDeletion(zone, acme, [], ['*.example.com'])).toHaveLength(1);
    expect(planDeletion(zone, acme, [], ['other.example.com'])).toEqual([]);
  });
});

test('a record of ours that went with its companion stays away until it is asked for', () => {
  expect(planRecord(indexZone([]), alias, acme, 'if-ours')).toEqual({ state: 'left', changes: [] });
  expect(planRecord(indexZone([companionOf(alias, [mark])]), alias, acme, 'if-ours').state).toBe('created');
});

test('a validation record of others is in place whatever its TTL', () => {
  const cname: DnsRecord = { name: '_v.example.com', type: 'CNAME', ttl: 60, values: ['x.acm.aws'] };
  const theirs: FoundRecord = { ...cname, ttl: 300 };
  expect(planRecord(indexZone([theirs]), cname, acme, 'exact')).toEqual({ state: 'in-place', changes: [] });
});

function changesOf(zone: readonly FoundRecord[], record: DnsRecord, owner: Owner): RecordChange[] {
  const plan = planRecord(indexZone(zone), record, owner, 'exact');
  if (plan.state === 'conflict') throw new Error(`conflict with ${plan.found}`);
  const after = apply(zone, plan.changes).find((each) => recordKey(each) === recordKey(record));
  expect(after && sameContent(after, record)).toBe(true);
  return plan.changes;
}
