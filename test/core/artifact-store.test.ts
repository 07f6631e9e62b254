import { artifactBucketName, artifactStoreOf } from '../../core/artifact-store';

const where = {
  eks_name: 'acme',
  region: 'eu-central-1',
  account_id: '111122223333',
  kms_key_arn: 'arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555',
};

test('the bucket that is made is called after account, region and deployment', () => {
  expect(artifactBucketName(where)).toBe('kubeflow-artifacts-111122223333-eu-central-1-acme');
});

test.each([
  ['too long', { eks_name: 'a-name-of-as-many-characters-as-a-cluster-may-have-53' }],
  ['of another case', { eks_name: 'Acme' }],
  ['with a hyphen at its end', { eks_name: 'acme-' }],
])('a name that is %s fits, and differs from its like', (_, other) => {
  const name = artifactBucketName({ ...where, ...other });
  expect(name).toMatch(/^kubeflow-artifacts-111122223333-eu-central-1-[a-z0-9-]*-[0-9a-f]{8}$/);
  expect(name.length).toBeLessThanOrEqual(63);
  expect(name).not.toBe(artifactBucketName({ ...where, eks_name: `${other.eks_name}b` }));
  expect(name).not.toBe(
    artifactBucketName({ ...where, eks_name: other.eks_name.toLowerCase().slice(0, -1) }),
  );
});

test('artifacts are in the cluster unless something is said, and then below the name of the deployment', () => {
  expect(artifactStoreOf(where)).toBeUndefined();
  expect(artifactStoreOf({ ...where, artifacts: {} })).toEqual({
    bucket: artifactBucketName(where),
    prefix: 'acme',
    region: 'eu-central-1',
    keyArn: where.kms_key_arn,
    isMade: true,
  });
  expect(artifactStoreOf({ ...where, artifacts: { bucket: 'theirs', prefix: 'ml/acme' } })).toEqual({
    bucket: 'theirs',
    prefix: 'ml/acme',
    region: 'eu-central-1',
    keyArn: undefined,
    isMade: false,
  });
});
