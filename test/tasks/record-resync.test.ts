import { Metrics } from '@aws-lambda-powertools/metrics';
import { alarms } from '../../infra/alarms';
import { readItem, registryKey } from '../../adapters/aws/registry';
import { stackNames } from '../../core/naming';
import type { ServiceHandler } from '../../local/region/gateway/gateway';
import { task } from '../../tasks/resync/record-resync';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment as environment } from '../support/registry';
import { testContext, testDeployment as deployment } from '../support/task-context';

const [alarm] = alarms.filter(({ id }) => id === 'endpoint-failing') as [(typeof alarms)[number]];
const executionArn = 'arn:aws:states:eu-central-1:123456789012:execution:kubeflow-eks-resync:one';
const topic = `arn:aws:sns:eu-central-1:123456789012:${stackNames.topic}`;
const now = () => new Date('2026-01-02T03:04:05Z');

const done = (findings: object) => ({ status: 'done', findings });
const failed = (error: string) => ({ status: 'failed', error, cause: 'said at length' });
const access = (failures: Record<string, number> = {}, found: object = {}) =>
  done({
    kept: 3,
    directory: { sharedEmails: 0 },
    refusals: {},
    profilesWithoutQuota: 0,
    failures,
    ...found,
  });
const dns = (state = 'in-place') =>
  done({ changeIds: [], observed: [{ name: 'kubeflow.example.com', type: 'A', state }] });
const saml = (status = 'valid', daysLeft = 200) =>
  done({ providerName: 'ADFS', source: 'url', status, daysLeft });

const endpoint = { endpoint: done({ status: 302, redirect: 'https://login.example.com' }) };

/** EKS' answer in the words of its API reference (DescribeClusterVersions), a time as a number of seconds. */
const versions: ServiceHandler = ({ operation }, { url }) => {
  if (operation !== 'GET /cluster-versions') return Promise.resolve(undefined);
  const asked = new URL(url, 'http://localhost').searchParams.getAll('clusterVersions');
  const known = {
    clusterVersion: '1.33',
    endOfStandardSupportDate: Date.parse('2026-07-29T00:00:00Z') / 1000,
  };
  return Promise.resolve({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clusterVersions: [known].filter((it) => asked.includes(it.clusterVersion)) }),
  });
};

describe('record-resync', () => {
  const moto = useMoto({
    functions: ['record-resync'],
    services: () => ({ eks: [versions] }),
  });
  beforeEach(() => makeRegistry(moto.lookingClients));
  beforeEach(() => {
    // Powertools writes the numbers to standard output.
    jest.spyOn(Metrics.prototype, 'publishStoredMetrics').mockReturnThis();
  });
  afterEach(() => jest.restoreAllMocks());
  const run = (results: object, at = now, watchedVersion?: string) =>
    task.run(
      { deployment, executionArn, results, watchedVersion },
      testContext(moto, { environment: { ...environment, NOTIFICATION_TOPIC_ARN: topic }, now: at }),
    );

  test('keeps what was found, in one write', async () => {
    const results = { access: access(), dns: dns(), saml: saml(), ...endpoint };

    expect(await run(results)).toEqual({ deployment: 'acme', status: 'succeeded', reason: '', warnings: [] });

    expect(moto.mutatingCalls()).toEqual(['DynamoDB PutItem']);
    expect(await readItem(moto.lookingClients, stackNames.table, registryKey.resync('acme'))).toEqual({
      deployment: 'acme',
      status: 'succeeded',
      reason: '',
      warnings: [],
      executionArn,
      results,
      recordedAt: '2026-01-02T03:04:05.000Z',
      endpoint: { failures: 0, countedAt: '' },
      // After 90 days; a deployment that is gone writes no other.
      expiresAt: Date.parse('2026-04-02T03:04:05Z') / 1000,
    });
  });

  describe('of a version of Kubernetes that is watched', () => {
    const fine = { access: access(), dns: dns(), saml: saml(), ...endpoint };
    const on = (day: string, hour = '03', version = '1.33') =>
      run(fine, () => new Date(`${day}T${hour}:00:00Z`), version).then(({ warnings }) => warnings);

    test.each([
      ['61 days before', '2026-05-29', undefined],
      ['56 days before', '2026-06-03', 'ends on 2026-07-29, in 56 days'],
      ['55 days before', '2026-06-04', undefined],
      ['a day before', '2026-07-28', 'ends on 2026-07-29, in 1 days'],
      ['two weeks after', '2026-08-12', 'ended on 2026-07-29'],
      ['a day after', '2026-07-30', undefined],
    ])('the end of support is told of %s, if it is', async (_when, day, told) => {
      expect(await on(day)).toEqual(
        told === undefined ? [] : [expect.stringContaining(`Kubernetes 1.33 ${told};`)],
      );
    });

    test('it is told of once a day, and never of a version that nobody watches or EKS does not know', async () => {
      expect(await on('2026-06-03')).toHaveLength(1);
      expect(await on('2026-06-03', '04')).toEqual([]);
      expect(await on('2026-06-10', '00')).toHaveLength(1);
      expect(await on('2026-06-17', '00', '1.99')).toEqual([]);
      moto.forgetCalls();
      expect((await run(fine, () => new Date('2026-06-24T00:00:00Z'))).warnings).toEqual([]);
      expect(moto.calls.filter(({ service }) => service === 'EKS')).toEqual([]);
    });
  });

  test('is failed where a check failed, and says which', async () => {
    const results = { access: failed('ClusterUnreachable'), dns: failed('ClusterUnreachable'), saml: saml() };
    expect(await run(results)).toMatchObject({
      status: 'failed',
      reason: 'access: ClusterUnreachable, dns: ClusterUnreachable',
    });
  });

  test('is failed where some of the users could not be brought in line', async () => {
    const results = { access: access({ Forbidden: 2, Conflict: 0 }), dns: dns(), saml: saml() };
    expect(await run(results)).toMatchObject({ status: 'failed', reason: 'access: Forbidden (2)' });
  });

  test('warns of shared e-mails, of namespaces of strangers and of Profiles without a quota, and names nobody', async () => {
    const found = {
      directory: { sharedEmails: 2 },
      refusals: { ProfileOwnedByAnother: 1, NotATenant: 4 },
      profilesWithoutQuota: 3,
    };
    const { warnings, status } = await run({ access: access({}, found), dns: dns(), saml: saml() });
    expect(status).toBe('succeeded');
    expect(warnings).toEqual([
      expect.stringMatching(/^2 e-mails belong to several enabled users/),
      expect.stringMatching(/^1 grants are refused because a Profile has an owner/),
      expect.stringMatching(/^3 Profiles have no quota/),
    ]);
  });

  test('warns of a secret to pull images with that cannot be read, which is no failure of access', async () => {
    const found = { unreadablePullSecrets: 1 };
    expect(await run({ access: access({}, found), dns: dns(), saml: saml() })).toMatchObject({
      status: 'succeeded',
      warnings: [expect.stringMatching(/^the secret of access\.image_pull_secret_arn/)],
    });
  });

  test('warns of a certificate that will expire and of a record that had to be repaired', async () => {
    expect(await run({ access: access(), dns: dns('replaced'), saml: saml('expiring', 12) })).toEqual({
      deployment: 'acme',
      status: 'succeeded',
      reason: '',
      warnings: [
        'the SAML signing certificate is expiring (12 days left)',
        'the record kubeflow.example.com was replaced',
      ],
    });
    // The deployment has no topic of its own here, which is no failure.
    expect(moto.mutatingCalls()).toEqual(['DynamoDB PutItem', 'SNS Publish']);
  });

  describe('of an address that does not lead to the login', () => {
    const rest = { access: access(), dns: dns(), saml: saml() };
    const dead = { ...rest, endpoint: failed('EndpointNotReady') };
    const minute = (minutes: number) => () => new Date(now().getTime() + minutes * 60_000);

    test('warns, and is not failed: the access was brought in line', async () => {
      expect(await run(dead)).toEqual({
        deployment: 'acme',
        status: 'succeeded',
        reason: '',
        warnings: ['the address does not lead to the login (EndpointNotReady)'],
      });
      expect(moto.mutatingCalls()).toEqual(['DynamoDB PutItem', 'SNS Publish']);
    });

    test('the alarm rings at the third in a row, by the metric that it watches, and an answer ends it', async () => {
      const counted: number[] = [];
      const published = jest.spyOn(Metrics.prototype, 'publishStoredMetrics').mockImplementation(function (
        this: Metrics,
      ) {
        const emf = this.serializeMetrics() as unknown as Record<string, unknown>;
        const [{ Namespace, Dimensions } = { Namespace: '', Dimensions: [] }] = (
          emf as { _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][] }[] } }
        )._aws.CloudWatchMetrics;
        const { metric } = alarm;
        expect(Namespace).toBe(metric.namespace);
        expect(Object.fromEntries((Dimensions[0] ?? []).map((key) => [key, emf[key]]))).toEqual(
          metric.dimensions,
        );
        counted.push(emf[metric.name] as number);
        return this;
      });
      try {
        await run(dead, minute(0));
        // A storm of resyncs that logins asked for is one failure.
        for (const at of [1, 2, 3]) await run(dead, minute(at));
        await run(dead, minute(60));
        // An execution of an older release, which did not ask.
        await run(rest, minute(90));
        await run(dead, minute(120));
        await run({ ...rest, ...endpoint }, minute(180));
        await run(dead, minute(240));
      } finally {
        published.mockRestore();
      }
      expect(counted).toEqual([1, 1, 1, 1, 2, 2, 3, 0, 1]);
      expect(counted.map((count) => count >= alarm.threshold)).toEqual([
        ...Array.from({ length: 6 }, () => false),
        true,
        false,
        false,
      ]);
    });
  });
});
