import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { changeRecords, listRecords } from '../../adapters/aws/route53';
import { companionOf, type FoundRecord } from '../../core/dns/dns-record';
import { task as awaitDns } from '../../tasks/records/await-dns';
import { task as deleteRecords } from '../../tasks/records/delete-records';
import { task as ensureRecords } from '../../tasks/records/ensure-records';
import { WouldChange } from '../../tasks/support/context';
import { answeringClients, awsException } from '../support/answering-clients';
import { useMoto } from '../support/moto';
import { testContext, testDeployment } from '../support/task-context';

const zeta = { ...testDeployment, name: 'zeta' };
const alias = (dnsName: string) => ({
  name: 'kubeflow.example.com',
  type: 'A' as const,
  alias: { zoneId: 'Z3F0SRJ5LGBH90', dnsName },
});
const parent = { name: 'auth.example.com', type: 'A' as const, ttl: 60, values: ['127.0.0.1'] };
const validation = {
  name: '_v.example.com.',
  type: 'CNAME' as const,
  ttl: 60,
  values: ['_x.acm-validations.aws.'],
};

describe('records', () => {
  const moto = useMoto();
  let hostedZoneId = '';
  beforeEach(async () => {
    const { HostedZone } = await moto.lookingClients
      .get(Route53Client)
      .send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'test' }));
    hostedZoneId = (HostedZone?.Id ?? '').replace('/hostedzone/', '');
  });
  const ensure = (records: object[], options: object = {}) =>
    ensureRecords.run({ deployment: testDeployment, hostedZoneId, records, ...options }, testContext(moto));
  const remove = (options: object = {}) =>
    deleteRecords.run({ deployment: testDeployment, hostedZoneId, ...options }, testContext(moto));
  const make = (...records: FoundRecord[]) =>
    changeRecords(
      moto.lookingClients,
      hostedZoneId,
      records.map((record) => ({ action: 'CREATE', record })),
      'test',
    );
  const zone = async () => {
    const records = await listRecords(moto.lookingClients, hostedZoneId);
    return records
      .filter(({ type }) => type !== 'NS' && type !== 'SOA')
      .map(({ name, type, values, alias: to }) => `${type} ${name} ${to?.dnsName ?? values?.join(' ') ?? ''}`)
      .sort();
  };

  test('are made with their owner beside them, in one change that can be awaited', async () => {
    const { changeIds, observed } = await ensure([alias('lb-1.elb.amazonaws.com'), validation, validation]);

    expect(observed).toEqual([
      { name: 'kubeflow.example.com', type: 'A', state: 'created' },
      { name: '_v.example.com', type: 'CNAME', state: 'created' },
    ]);
    expect(await zone()).toEqual([
      'A kubeflow.example.com. lb-1.elb.amazonaws.com',
      'CNAME _v.example.com. _x.acm-validations.aws.',
      'TXT _kubeflow-eks-a.kubeflow.example.com. "kubeflow-eks:deployment=acme/eu-central-1"',
      'TXT _kubeflow-eks-cname._v.example.com. "kubeflow-eks:deployment=acme/eu-central-1"',
    ]);
    expect(moto.mutatingCalls()).toEqual(['Route53 ChangeResourceRecordSets']);
    expect(changeIds).toEqual([expect.stringMatching(/^C\w+$/)]);
    expect(await awaitDns.run({ deployment: testDeployment, changeIds }, testContext(moto))).toEqual({
      status: 'INSYNC',
    });
  });

  test('a second run makes no mutating call and has nothing to await', async () => {
    const records = [alias('LB-1.elb.amazonaws.com.'), validation];
    await ensure(records);
    moto.forgetCalls();
    const { changeIds, observed } = await ensure(records);
    expect(observed.map(({ state }) => state)).toEqual(['in-place', 'in-place']);
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await awaitDns.run({ deployment: testDeployment, changeIds }, testContext(moto))).toEqual({
      status: 'INSYNC',
    });
  });

  test('what is ours follows the load balancer, and nothing else is written', async () => {
    await ensure([alias('lb-1.elb.amazonaws.com'), validation]);
    moto.forgetCalls();
    const { observed } = await ensure([alias('lb-2.elb.amazonaws.com'), validation]);
    expect(observed.map(({ state }) => state)).toEqual(['replaced', 'in-place']);
    expect(moto.mutatingCalls()).toEqual(['Route53 ChangeResourceRecordSets']);
    expect(await zone()).toContain('A kubeflow.example.com. lb-2.elb.amazonaws.com');
  });

  test('the placeholder of the parent is made, kept, and pointed to the load balancer', async () => {
    const toLoadBalancer = { ...alias('lb-1.elb.amazonaws.com'), name: parent.name };
    await ensure([parent], { onlyIfAbsent: true });
    expect((await ensure([toLoadBalancer], { onlyIfOurs: true })).observed[0]?.state).toBe('replaced');
    // The next provisioning begins with the placeholder again.
    moto.forgetCalls();
    expect((await ensure([parent], { onlyIfAbsent: true })).observed[0]?.state).toBe('left');
    expect((await ensure([toLoadBalancer], { onlyIfOurs: true })).observed[0]?.state).toBe('in-place');
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test("another's record is a conflict: nothing of the request is changed", async () => {
    await make({ name: 'kubeflow.example.com', type: 'A', ttl: 300, values: ['192.0.2.1'] });
    const before = await zone();
    await expect(ensure([validation, alias('lb-1.elb.amazonaws.com')])).rejects.toMatchObject({
      name: 'ResourceConflict',
      message: expect.stringMatching(
        /kubeflow\.example\.com is A 192\.0\.2\.1, expected A alias of lb-1.*left alone/s,
      ) as string,
    });
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await zone()).toEqual(before);
  });

  test("another's parent record is left as it is, both times", async () => {
    await make({ ...parent, values: ['192.0.2.1'] });
    const toLoadBalancer = { ...alias('lb-1.elb.amazonaws.com'), name: parent.name };
    expect((await ensure([parent], { onlyIfAbsent: true })).observed[0]?.state).toBe('left');
    expect((await ensure([toLoadBalancer], { onlyIfOurs: true })).observed[0]?.state).toBe('left');
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a validation record that was there before us stays when we go', async () => {
    await make(validation);
    const before = await zone();
    await ensure([validation, alias('lb-1.elb.amazonaws.com')]);
    await remove();
    expect(await zone()).toEqual(before);
  });

  test('a record that two deployments need goes with the second of them', async () => {
    await ensure([validation]);
    await ensure([validation], { deployment: zeta });
    await remove();
    expect(await zone()).toEqual([
      'CNAME _v.example.com. _x.acm-validations.aws.',
      'TXT _kubeflow-eks-cname._v.example.com. "kubeflow-eks:deployment=zeta/eu-central-1"',
    ]);
    await remove({ deployment: zeta });
    expect(await zone()).toEqual([]);
  });

  test('are deleted by kind, and a second deletion makes no mutating call', async () => {
    await ensure([parent, alias('lb-1.elb.amazonaws.com'), validation]);
    expect((await remove({ types: ['A'] })).deleted.map(({ name }) => name).sort()).toEqual([
      'auth.example.com',
      'kubeflow.example.com',
    ]);
    expect(await zone()).toHaveLength(2);
    expect((await remove({ types: ['CNAME'] })).deleted).toEqual([{ name: '_v.example.com', type: 'CNAME' }]);
    expect(await zone()).toEqual([]);
    moto.forgetCalls();
    expect(await remove()).toEqual({ deleted: [], changeIds: [] });
    expect(moto.mutatingCalls()).toEqual([]);
    // And all of it can be made again.
    await ensure([parent, alias('lb-1.elb.amazonaws.com'), validation]);
    expect(await zone()).toHaveLength(6);
  });

  test('a zone of more records than one page is read whole', async () => {
    await make(
      ...Array.from({ length: 320 }, (_, index): FoundRecord => ({
        name: `a${index}.example.com`,
        type: 'A',
        ttl: 60,
        values: ['192.0.2.1'],
      })),
    );
    await make(
      { ...alias('lb-1.elb.amazonaws.com'), name: 'z.example.com' },
      companionOf({ name: 'z.example.com', type: 'A' }, ['acme/eu-central-1']),
    );
    expect((await remove()).deleted).toEqual([{ name: 'z.example.com', type: 'A' }]);
  });

  test('in plan mode the change is named and not made', async () => {
    const context = testContext(moto, { readOnly: true });
    await expect(
      ensureRecords.run({ deployment: testDeployment, hostedZoneId, records: [parent] }, context),
    ).rejects.toThrow(WouldChange);
    expect(context.changes).toEqual([{ action: 'create', what: 'record A auth.example.com' }]);
    expect(await zone()).toEqual([]);
  });

  test('of a zone that is gone there is nothing to delete', async () => {
    for (const gone of ['Z0000000000', ''])
      expect(await remove({ hostedZoneId: gone })).toEqual({ deleted: [], changeIds: [] });
  });

  test('a zone that is not there is the user’s fault', async () => {
    await expect(ensure([parent], { hostedZoneId: 'Z0000000000' })).rejects.toMatchObject({
      name: 'HostedZoneMissing',
    });
  });
});

describe('Route 53 in a state that moto does not have', () => {
  const run = (answers: Parameters<typeof answeringClients>[0]) =>
    ensureRecords.run(
      { deployment: testDeployment, hostedZoneId: 'Z1', records: [parent] },
      testContext({} as never, { clients: answeringClients(answers).clients }),
    );

  test('a change that has not spread is awaited', async () => {
    const { clients } = answeringClients({
      GetChange: [{ ChangeInfo: { Status: 'INSYNC' } }, { ChangeInfo: { Status: 'PENDING' } }],
    });
    await expect(
      awaitDns.run(
        { deployment: testDeployment, changeIds: ['C1', 'C2'] },
        testContext({} as never, { clients }),
      ),
    ).rejects.toMatchObject({ name: 'DnsChangePending', message: expect.stringContaining('C2') as string });
  });

  test.each([
    ['a change by another between reading and writing', 'InvalidChangeBatch', 'but it already exists'],
    ['a prior request that is not complete', 'PriorRequestNotComplete', 'try again'],
    ['a throttle', 'ThrottlingException', 'Rate exceeded'],
  ])('%s is worth another try', async (_what, name, message) => {
    await expect(
      run({ ListResourceRecordSets: {}, ChangeResourceRecordSets: awsException(name, message) }),
    ).rejects.toMatchObject({ name: 'AwsTransient' });
  });

  test("a weighted record of the parent's name is not ours to replace", async () => {
    const weighted = {
      ResourceRecordSets: [
        {
          Name: 'auth.example.com.',
          Type: 'A',
          TTL: 60,
          SetIdentifier: 'blue',
          Weight: 1,
          ResourceRecords: [{ Value: '127.0.0.1' }],
        },
        {
          Name: '_kubeflow-eks-a.auth.example.com.',
          Type: 'TXT',
          TTL: 300,
          ResourceRecords: [{ Value: '"kubeflow-eks:deployment=acme/eu-central-1"' }],
        },
      ],
    };
    await expect(run({ ListResourceRecordSets: weighted })).rejects.toMatchObject({
      name: 'ResourceConflict',
    });
  });
});
