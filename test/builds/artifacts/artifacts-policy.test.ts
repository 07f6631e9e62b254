import { artifactsPolicy, artifactsTrust } from '../../../builds/artifacts/artifacts-policy';
import { podIdentityChanges } from '../../../builds/cluster/access-changes';
import { renderCluster } from '../../../builds/cluster/cluster-config';
import { artifactStoreOf } from '../../../core/artifact-store';
import { artifactIdentityOf } from '../../../core/handover/artifact-identity';
import { evaluate, readStatements } from '../../../local/region/iam/evaluate';
import { configurationWith, found } from '../support';
import { after } from '../cluster/observed';

const configuration = configurationWith({ artifacts: {} });
const store = artifactStoreOf(configuration);
if (store === undefined) throw new Error('no store');
const { Statement: written } = artifactsPolicy(store) as { Statement: Record<string, unknown>[] };
const statements = readStatements(written);
const bucket = `arn:aws:s3:::${store.bucket}`;

/** What a pod asks with the session that EKS gives it: its tags are those of its namespace, whatever the pod wants. */
const may = (
  namespace: string | undefined,
  action: string,
  resource: string,
  keys: Record<string, string> = {},
) =>
  evaluate(statements, {
    action,
    resource,
    context: {
      values: {
        ...(namespace !== undefined && { 'aws:principaltag/kubernetes-namespace': [namespace] }),
        ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, [value]])),
      },
      known: ['aws:principaltag/', 's3:', 'kms:'],
    },
  }).allowed;

describe('the pods of a namespace', () => {
  test.each(['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'])(
    'may %s of their own artifacts, and of no others',
    (action) => {
      expect(may('team-a', action, `${bucket}/acme/team-a/v2/artifacts/run/model`)).toBe(true);
      for (const other of [
        'acme/team-b/v2/artifacts/run/model',
        'acme/team-a-too/v2/artifacts/run/model',
        'acme/team',
        'acme/model',
        'other/team-a/model',
        'acme/team-b/../team-a/model',
      ])
        expect([other, may('team-a', action, `${bucket}/${other}`)]).toEqual([other, false]);
      expect(may('team-a', action, `arn:aws:s3:::another/acme/team-a/model`)).toBe(false);
    },
  );

  test('see the names of their own alone', () => {
    const list = (prefix?: string) =>
      may('team-a', 's3:ListBucket', bucket, prefix === undefined ? {} : { 's3:prefix': prefix });
    expect(list('acme/team-a/v2/')).toBe(true);
    for (const prefix of [undefined, '', 'acme/', 'acme/team-b/', 'acme/team-a'])
      expect([prefix, list(prefix)]).toEqual([prefix, false]);
  });

  test('may not delete, nor change the bucket', () => {
    for (const action of [
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:PutObjectAcl',
      's3:GetObjectVersion',
    ])
      expect([action, may('team-a', action, `${bucket}/acme/team-a/model`)]).toEqual([action, false]);
    for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucket', 's3:PutLifecycleConfiguration'])
      expect([action, may('team-a', action, bucket)]).toEqual([action, false]);
  });

  test('use the key by way of S3 alone', () => {
    const decrypt = (via: string) =>
      may('team-a', 'kms:Decrypt', store.keyArn ?? '', { 'kms:viaservice': via });
    expect(decrypt('s3.eu-central-1.amazonaws.com')).toBe(true);
    expect(decrypt('secretsmanager.eu-central-1.amazonaws.com')).toBe(false);
  });

  test('may nothing where the session does not say of which namespace it is', () => {
    for (const object of [
      'acme//model',
      'acme/team-a/model',
      'acme/${aws:PrincipalTag/kubernetes-namespace}/model',
    ])
      expect([object, may(undefined, 's3:GetObject', `${bucket}/${object}`)]).toEqual([object, false]);
    expect(may(undefined, 's3:ListBucket', bucket, { 's3:prefix': 'acme//' })).toBe(false);
  });
});

test('the role is for tenants’ pods of this cluster alone', () => {
  expect(artifactsTrust(configuration)).toMatchObject({
    Statement: [
      {
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:eu-central-1:111122223333:cluster/acme',
            'aws:RequestTag/kubernetes-service-account': 'default-editor',
          },
        },
      },
    ],
  });
});

describe('the associations that the re-sync made', () => {
  const roleArn = artifactIdentityOf(configuration)?.roleArn ?? '';
  const identity = { namespace: 'team-a', serviceAccount: 'default-editor', roleArn, owner: 'acme' };
  const changes = (document: Record<string, unknown>) => {
    const desired = renderCluster(configurationWith({ artifacts: {}, ...document }), found);
    const observed = after(desired);
    return podIdentityChanges(desired, {
      ...observed,
      podIdentities: [...observed.podIdentities.filter(({ namespace }) => namespace !== 'team-a'), identity],
    });
  };

  test('are left by the build of the cluster', () => {
    expect(changes({})).toEqual([]);
  });

  test('make room for a role of the namespace’s own', () => {
    const own = 'arn:aws:iam::111122223333:role/teams/a';
    expect(changes({ access: { namespaces: { 'team-a': { role_arn: own } } } })).toMatchObject([
      { kind: 'remove pod identity', namespace: 'team-a', serviceAccount: 'default-editor' },
      { kind: 'create pod identities', associations: [{ namespace: 'team-a', roleARN: own }] },
    ]);
  });
});
