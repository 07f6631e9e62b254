import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { blockPublicAccess, encryptWith } from '../../adapters/aws/buckets';
import { EKSClient } from '@aws-sdk/client-eks';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { listPodIdentityNames } from '../../adapters/aws/pod-identities';
import { artifactBucketName } from '../../core/artifact-store';
import { stackNames } from '../../core/naming';
import { clusterParts } from '../../local/region/overlays/eks-addons';
import { checkArtifacts } from '../../tasks/preflight/artifacts';
import { giveArtifactIdentities } from '../../tasks/resync/artifact-identities';
import { configurationWith } from '../builds/support';
import { minimalConfiguration } from '../support/minimal-configuration';
import { useMoto } from '../support/moto';
import { makeRegistry } from '../support/registry';

const accountId = '123456789012';
const key = minimalConfiguration.kms_key_arn.replace('111122223333', accountId);
const other = key.replace('11111111-', '99999999-');

describe('the bucket for artifacts, before anything is made', () => {
  const moto = useMoto({ functions: ['check-prerequisites'] });

  async function makeBucket(options: { keyArn?: string; place?: string; open?: true } = {}): Promise<void> {
    const { keyArn, place = 'eu-central-1', open } = options;
    const name = { bucket: 'theirs', accountId };
    await moto.lookingClients.get(S3Client, place).send(
      new CreateBucketCommand({
        Bucket: name.bucket,
        CreateBucketConfiguration: { LocationConstraint: place as never },
      }),
    );
    if (keyArn !== undefined) await encryptWith(moto.lookingClients, name, keyArn);
    if (open !== true) await blockPublicAccess(moto.lookingClients, name);
  }
  const check = (artifacts: object | undefined, access: object = {}) =>
    checkArtifacts(
      moto.clients,
      configurationWith({ account_id: accountId, kms_key_arn: key, access, ...(artifacts && { artifacts }) }),
      stackNames.table,
    );
  beforeEach(() => makeRegistry(moto.lookingClients));
  const register = (name: string, artifacts: object | undefined) =>
    writeItem(moto.lookingClients, stackNames.table, registryKey.registration(name), {
      configuration: { ...(artifacts && { artifacts }) },
    });

  test.each<[string, string | undefined]>([
    ['a key', key],
    ['the keys of S3', undefined],
  ])('is taken where it is closed and encrypted with %s, as configured', async (_, keyArn) => {
    await makeBucket(keyArn === undefined ? {} : { keyArn });
    const configured = { bucket: 'theirs', ...(keyArn !== undefined && { kms_key_arn: keyArn }) };
    expect(await check(configured)).toEqual({ findings: [], warnings: [] });
  });

  test.each<[object | undefined, string[]]>([
    [undefined, []],
    [{}, ['Scan']],
  ])('is not asked for where %j is configured', async (artifacts, calls) => {
    expect(await check(artifacts)).toEqual({ findings: [], warnings: [] });
    expect(moto.calls.map(({ operation }) => operation)).toEqual(calls);
  });

  const made = artifactBucketName({ eks_name: 'made', region: 'eu-central-1', account_id: accountId });
  test.each<[string, object, string, object]>([
    ['the same prefix', { bucket: 'theirs', prefix: 'ml' }, 'other', { bucket: 'theirs', prefix: 'ml' }],
    ['one below its own', { bucket: 'theirs', prefix: 'ml' }, 'other', { bucket: 'theirs', prefix: 'ml/b' }],
    [
      'one above its own',
      { bucket: 'theirs', prefix: 'ml/a/b' },
      'other',
      { bucket: 'theirs', prefix: 'ml/a' },
    ],
    ['its name as prefix', { bucket: 'theirs' }, 'other', { bucket: 'theirs', prefix: 'acme' }],
    ['a bucket that was made', { bucket: made, prefix: 'made/x' }, 'made', {}],
  ])(
    'is refused where another deployment has %s, and warned of where both are there',
    async (_, own, name, artifacts) => {
      await makeBucket();
      await register(name, artifacts);
      const said = expect.stringMatching(/has the artifacts of (other|made) below/) as string;
      const { findings } = await check(own);
      expect(findings).toContainEqual({ name: 'ArtifactBucketUnusable', message: said });
      await register('acme', own);
      const again = await check(own);
      expect(again.warnings).toContainEqual(said);
      expect(again.findings).toEqual(
        findings.filter(({ message }) => !message.includes('has the artifacts')),
      );
    },
  );

  test('is taken beside what shares no key with it', async () => {
    await makeBucket();
    await register('acme-b', { bucket: 'theirs' });
    await register('elsewhere', { bucket: 'another', prefix: 'acme' });
    await register('beside', { bucket: 'theirs', prefix: 'ml/acme' });
    await register('in-the-cluster', undefined);
    await register('acme', { bucket: 'theirs' });
    expect(await check({ bucket: 'theirs' })).toEqual({ findings: [], warnings: [] });
  });

  test('is warned of where it does not refuse public access itself', async () => {
    await makeBucket({ open: true });
    const { findings, warnings } = await check({ bucket: 'theirs' });
    expect(findings).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('does not refuse all public access by itself')]);
  });

  test('a namespace with a role of its own is named with what the role must allow', async () => {
    const namespaces = { 'team-a': { role_arn: `arn:aws:iam::${accountId}:role/teams/a` } };
    expect((await check({}, { namespaces })).warnings).toEqual([
      expect.stringMatching(
        /the pods of team-a have the role .*teams\/a .*s3:PutObject.*\/acme\/team-a\/\*.*kms:Decrypt with arn/,
      ),
    ]);
  });

  test.each<[string, Parameters<typeof makeBucket>[0] | undefined, object, RegExp]>([
    ['that does not exist', undefined, {}, /does not exist\. Create it/],
    ['of another region', { place: 'eu-west-1' }, {}, /is in eu-west-1; expected eu-central-1/],
    [
      'with a key that is not configured',
      { keyArn: key },
      {},
      /is encrypted with the key .*11111111.*Name it, by its ARN/,
    ],
    ['with another key', { keyArn: key }, { kms_key_arn: other }, /11111111.*; expected .*99999999/],
    [
      'without the key that is configured',
      {},
      { kms_key_arn: key },
      /is not encrypted with .*11111111.* by default/,
    ],
  ])('%s is refused', async (_, bucket, artifacts, message) => {
    if (bucket !== undefined) await makeBucket(bucket);
    expect((await check({ bucket: 'theirs', ...artifacts })).findings).toEqual([
      { name: 'ArtifactBucketUnusable', message: expect.stringMatching(message) as string },
    ]);
  });
});

describe('the role for artifacts', () => {
  const moto = useMoto({
    functions: ['reconcile-access'],
    services: () => ({ eks: [clusterParts(accountId, () => Promise.resolve(undefined))] }),
  });
  const identity = {
    roleArn: `arn:aws:iam::${accountId}:role/kubeflow_kubeflow_Artifacts_acme`,
    tags: { of: 'acme' },
  };
  const give = (namespaces: string[]) => giveArtifactIdentities(moto.clients, 'acme', identity, namespaces);

  test('is given to the pods of each namespace once, and to nobody who has another', async () => {
    expect(await give(['team-a'])).toEqual({ given: 1, failures: [] });
    moto.forgetCalls();
    expect(await give(['team-a', 'team-b', 'team-b'])).toEqual({ given: 1, failures: [] });
    expect(moto.mutatingCalls()).toEqual(['EKS CreatePodIdentityAssociation']);
    moto.forgetCalls();
    expect(await give(['team-a', 'team-b'])).toEqual({ given: 0, failures: [] });
    expect(moto.calls).toHaveLength(1);
    expect(await listPodIdentityNames(moto.lookingClients, 'acme')).toEqual([
      { namespace: 'team-a', serviceAccount: 'default-editor' },
      { namespace: 'team-b', serviceAccount: 'default-editor' },
    ]);
  });

  test('that one namespace could not be given is told, and others get theirs', async () => {
    const eks = moto.clients.get(EKSClient);
    const send = eks.send.bind(eks);
    jest
      .spyOn(eks, 'send')
      .mockImplementation(((command: { input: { namespace?: string } }) =>
        command.input.namespace === 'team-a'
          ? Promise.reject(Object.assign(new Error('too many'), { name: 'ResourceLimitExceededException' }))
          : send(command as never)) as never);
    expect(await give(['team-a', 'team-b'])).toEqual({
      given: 1,
      failures: [{ reason: 'ResourceLimitExceededException' }],
    });
  });
});
