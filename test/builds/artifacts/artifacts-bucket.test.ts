import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  readBucketPolicy,
  readBucketTags,
  readEncryption,
  readLifecycle,
} from '../../../adapters/aws/buckets';
import { ensureArtifactsBucket, planArtifactsBucket } from '../../../builds/artifacts/artifacts-bucket';
import { ensureIamRoles, planIamRoles } from '../../../builds/cluster/iam-roles';
import { removeArtifactsBucket } from '../../../builds/artifacts/remove-artifacts-bucket';
import { removeIamRoles } from '../../../builds/teardown/remove-iam-roles';
import { artifactStoreOf } from '../../../core/artifact-store';
import type { Left } from '../../../core/handover/left';
import { ownerTag, regionTag } from '../../../core/naming';
import { newBuckets } from '../../../local/region/overlays/new-buckets';
import { ensureVirtualEnvironment } from '../../../local/moto/virtual-environment';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { useMoto } from '../../support/moto';
import { configurationWith, found } from '../support';

const accountId = '123456789012';
const ofAccount = (document: Record<string, unknown>) =>
  configurationWith({
    account_id: accountId,
    kms_key_arn: minimalConfiguration.kms_key_arn.replace('111122223333', accountId),
    ...document,
  });
const configuration = ofAccount({ artifacts: {} });
const store = artifactStoreOf(configuration);
if (store === undefined) throw new Error('no store');
const { bucket } = store;
const say = (): void => undefined;

describe('the bucket for artifacts', () => {
  const moto = useMoto({ region: 'eu-central-1', services: () => ({ s3: [newBuckets()] }) });
  const s3 = () => moto.lookingClients.get(S3Client);
  const make = () => ensureArtifactsBucket(moto.clients, configuration, { say, pollMs: 10 });
  const remove = async (of = configuration): Promise<Left[]> => {
    const left: Left[] = [];
    await removeArtifactsBucket(moto.clients, of, { say, leave: (one) => left.push(one) });
    return left;
  };
  const isThere = () =>
    s3()
      .send(new HeadBucketCommand({ Bucket: bucket }))
      .then(
        () => true,
        () => false,
      );

  test('is made closed, encrypted, with versions and our tags, and then left as it is', async () => {
    await make();
    expect(await planArtifactsBucket(moto.clients, configuration)).toEqual([]);
    moto.forgetCalls();
    await make();
    expect(moto.mutatingCalls()).toEqual([]);
    const name = { bucket, accountId };
    expect(await readEncryption(moto.lookingClients, name)).toEqual({
      algorithm: 'aws:kms',
      keyArn: configuration.kms_key_arn,
    });
    expect(await readBucketTags(moto.lookingClients, name)).toMatchObject({
      [ownerTag]: 'acme',
      [regionTag]: 'eu-central-1',
    });
    const { Policy: policy = '' } = await s3().send(new GetBucketPolicyCommand({ Bucket: bucket }));
    expect(JSON.parse(policy)).toMatchObject({
      Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
  });

  test('is planned by reads alone, and mended where somebody changed it', async () => {
    const planned = await planArtifactsBucket(moto.clients, configuration);
    expect(planned[0]).toMatchObject({ action: 'create', what: `the bucket ${bucket}` });
    expect(moto.mutatingCalls()).toEqual([]);
    await make();
    await s3().send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    expect((await planArtifactsBucket(moto.clients, configuration)).map(({ what }) => what)).toEqual([
      `the bucket ${bucket}: former versions are kept`,
    ]);
  });

  test('keeps rules and statements of somebody else beside ours', async () => {
    await make();
    const theirs = {
      ID: 'old',
      Status: 'Enabled',
      Filter: { Prefix: 'acme/team-a/' },
      Expiration: { Days: 90 },
    } as const;
    const statement = {
      Sid: 'Audit',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:role/audit` },
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
    };
    await s3().send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: { Rules: [theirs] },
      }),
    );
    await s3().send(
      new PutBucketPolicyCommand({
        Bucket: bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
      }),
    );
    await make();
    expect(await planArtifactsBucket(moto.clients, configuration)).toEqual([]);
    const name = { bucket, accountId };
    expect((await readLifecycle(moto.lookingClients, name)).map(({ ID }) => ID)).toEqual([
      'old',
      'kubeflow-eks',
    ]);
    expect(await readBucketPolicy(moto.lookingClients, name)).toMatchObject({
      Statement: expect.arrayContaining([
        statement,
        expect.objectContaining({ Sid: 'TlsOnly' }) as unknown,
      ]) as unknown,
    });
  });

  test('of which a build made no more than the name is finished; another’s is a conflict', async () => {
    const create = {
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    } as const;
    await s3().send(new CreateBucketCommand(create));
    expect(
      (await planArtifactsBucket(moto.clients, configuration)).map(({ action }) => action),
    ).not.toContain('create');
    const Tagging = { TagSet: [{ Key: ownerTag, Value: 'other' }] };
    const tag = () => s3().send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging }));
    // It was just made.
    await expect(tag()).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(tag()).rejects.toMatchObject({ name: 'OperationAborted' });
    await tag();
    await expect(make()).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect(await remove()).toMatchObject([
      { what: `the bucket ${bucket}`, why: expect.stringContaining('another') as string },
    ]);
    expect(await isThere()).toBe(true);
  });

  test('goes with the deployment where it is empty, and stays with whatever is in it', async () => {
    const { KeyMetadata: key } = await moto.lookingClients.get(KMSClient).send(new CreateKeyCommand({}));
    const encrypted = ofAccount({ artifacts: { kms_key_arn: key?.Arn } });
    await ensureArtifactsBucket(moto.clients, encrypted, { say, pollMs: 10 });
    expect([await remove(), await isThere()]).toEqual([[], false]);
    expect(await remove()).toEqual([]);
    await ensureArtifactsBucket(moto.clients, encrypted, { say, pollMs: 10 });
    // moto takes a Deny for one whatever its condition.
    await s3().send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key: 'acme/team-a/model', Body: 'x' }));
    expect(await remove()).toMatchObject([
      { what: `the bucket ${bucket}`, why: expect.stringContaining('it has artifacts') as string },
    ]);
    expect(await isThere()).toBe(true);
    // A deployment of the name finds it again.
    expect((await planArtifactsBucket(moto.clients, encrypted)).map(({ what }) => what)).toEqual([
      `the bucket ${bucket}: TLS alone`,
    ]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['without the setting', {}],
    ['of an existing one', { artifacts: { bucket: 'theirs' } }],
  ])('is not asked for %s', async (_, document) => {
    expect(await planArtifactsBucket(moto.clients, ofAccount(document))).toEqual([]);
    expect(moto.calls).toEqual([]);
  });

  test('that was there is named by destroy and not touched', async () => {
    expect(await remove(ofAccount({ artifacts: { bucket: 'theirs' } }))).toEqual([
      { what: 'the bucket theirs with what is below acme/', why: 'it was there before the deployment' },
    ]);
    expect(await remove(ofAccount({}))).toEqual([]);
    expect(moto.calls).toEqual([]);
  });

  test('has a role and a policy beside it, which are made once and go', async () => {
    const named = (changes: { what: string }[]) => changes.filter(({ what }) => /[Aa]rtifacts/.test(what));
    expect(named(await planIamRoles(moto.clients, ofAccount({}), found))).toEqual([]);
    await ensureIamRoles(moto.clients, configuration, found, say);
    expect(await planIamRoles(moto.clients, configuration, found)).toEqual([]);
    await removeIamRoles(moto.clients, configuration, undefined, { say, leave: say });
    expect(named(await planIamRoles(moto.clients, configuration, found))).toHaveLength(3);
  });
});

describe('the program that gives namespaces their part of Pipelines', () => {
  let python: string;
  beforeAll(async () => {
    python = await ensureVirtualEnvironment();
  }, 300_000);

  interface Made {
    kind: string;
    metadata: { name: string; namespace: string };
    data?: Record<string, string>;
    spec?: { template: { spec: { containers: { env: { name: string; value: string }[] }[] } } };
  }
  function sync(
    parent: object,
    attachments: object = {},
  ): { status: Record<string, string>; attachments: Made[] } {
    const program = [
      'import json, sys, artifacts',
      'asked = json.load(sys.stdin)',
      'settings = artifacts.settings_from(asked["environment"])',
      'print(json.dumps(artifacts.sync(asked["parent"], asked["attachments"], settings)))',
    ].join('\n');
    const environment = {
      ARTIFACT_BUCKET: bucket,
      ARTIFACT_PREFIX: 'acme',
      AWS_REGION: 'eu-central-1',
      UI_IMAGE: 'registry.example/ui:1',
    };
    const { stdout, stderr, status } = spawnSync(python, ['-c', program], {
      cwd: join(__dirname, '../../../builds/kubeflow/hooks'),
      input: JSON.stringify({ parent, attachments, environment }),
      env: { PYTHONDONTWRITEBYTECODE: '1' },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as ReturnType<typeof sync>;
  }
  const namespace = (name: string, labels: object = { 'pipelines.kubeflow.org/enabled': 'true' }) => ({
    metadata: { name, labels },
  });

  test('gives one its own place in the bucket, and no key', () => {
    const { attachments } = sync(namespace('team-a'));
    expect(attachments.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual(
      [
        'ConfigMap team-a/kfp-launcher',
        'ConfigMap team-a/metadata-grpc-configmap',
        'ConfigMap team-a/artifact-repositories',
        'Deployment team-a/ml-pipeline-ui-artifact',
        'Service team-a/ml-pipeline-ui-artifact',
      ],
    );
    const [launcher, , repositories, proxy] = attachments;
    expect(launcher?.data?.['defaultPipelineRoot']).toBe(`s3://${bucket}/acme/team-a/v2/artifacts`);
    expect(JSON.parse(launcher?.data?.['providers'] ?? '')).toEqual({
      s3: {
        default: {
          endpoint: 's3.eu-central-1.amazonaws.com',
          region: 'eu-central-1',
          credentials: { fromEnv: true },
        },
      },
    });
    const { s3: repository } = JSON.parse(repositories?.data?.['default-namespaced'] ?? '') as {
      s3: Record<string, unknown>;
    };
    expect(repository).toMatchObject({ bucket, useSDKCreds: true });
    expect(repository['keyFormat']).toMatch(/^acme\/team-a\/\{\{workflow\.name\}\}\//);
    const env = proxy?.spec?.template.spec.containers[0]?.env ?? [];
    expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toMatchObject({
      MINIO_ACCESS_KEY: '',
      MINIO_SECRET_KEY: '',
      AWS_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(JSON.stringify(attachments)).not.toMatch(/secretKeyRef|Secret"|seaweedfs|AWS_SECRET_ACCESS_KEY/);
  });

  test('says when all of it is there, and gives others nothing', () => {
    const there = {
      'ConfigMap.v1': { 'kfp-launcher': {}, 'metadata-grpc-configmap': {}, 'artifact-repositories': {} },
      'Deployment.apps/v1': { 'ml-pipeline-ui-artifact': {} },
      'Service.v1': { 'ml-pipeline-ui-artifact': {} },
    };
    expect(sync(namespace('team-a'), there).status).toEqual({ 'kubeflow-pipelines-ready': 'True' });
    expect(sync(namespace('team-a'), { ...there, 'Service.v1': {} }).status).toEqual({
      'kubeflow-pipelines-ready': 'False',
    });
    expect(sync(namespace('kube-system', {}))).toEqual({ status: {}, attachments: [] });
  });
});
