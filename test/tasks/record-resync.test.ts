import { readItem, registryKey } from '../../adapters/aws/registry';
import { stackNames } from '../../core/naming';
import { task } from '../../tasks/resync/record-resync';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment as environment } from '../support/registry';
import { testContext, testDeployment as deployment } from '../support/task-context';

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

describe('record-resync', () => {
  const moto = useMoto({ functions: ['record-resync'] });
  beforeEach(() => makeRegistry(moto.lookingClients));
  const run = (results: object) =>
    task.run(
      { deployment, executionArn, results },
      testContext(moto, { environment: { ...environment, NOTIFICATION_TOPIC_ARN: topic }, now }),
    );

  test('keeps what was found, in one write', async () => {
    const results = { access: access(), dns: dns(), saml: saml() };

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
      // After 90 days; a deployment that is gone writes no other.
      expiresAt: Date.parse('2026-04-02T03:04:05Z') / 1000,
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
});
