import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tools } from '../../../core/versions';
import { exportedBy, runBuild, variablesOf } from '../../support/builds';
import { writesDuring } from '../../support/installed';
import { clusterOf, seedConfiguration, type TestRegion } from '../../support/region';
import { withKubeflow } from './installed-ingress';

/** Bucket of the mirror that builds are told of. */
export const mirrorBucket = 'mirror-of-installation';

/** A secret that is not there, in an account where access goes by tags: Secrets Manager refuses the look at it. */
export const goneSecret = `arn:aws:secretsmanager:us-east-1:${seedConfiguration.account_id}:secret:kubeflow-eks/gone/oauth2-proxy-AbCdEf`;

/** What a build finds wrong before it applies anything. */
export function refusals(region: () => TestRegion): void {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'build-'));
    const s3 = region().clients.get(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket: mirrorBucket }));
    for (const Key of ['kubeflow.tar.gz', 'tools/kubectl']) {
      await s3.send(new PutObjectCommand({ Bucket: mirrorBucket, Key, Body: 'not what it should be' }));
    }
  });
  afterAll(async () => rm(scratch, { recursive: true }));

  /** SHA-256 of what is in the mirror. */
  const found = '19129019205b3883013b5f08547b5e6faa33f3f433bc7a11196f3001d27d0402';
  const pinned = tools.kubectl.download(process.arch === 'arm64' ? 'arm64' : 'amd64').sha256 ?? '';

  test.each<[string, (variables: Record<string, string>) => Record<string, string>, RegExp]>([
    [
      'a secret that is not there',
      ({ IDENTITY = '' }) => ({
        IDENTITY: JSON.stringify({
          ...(JSON.parse(IDENTITY) as object),
          secretArn: goneSecret,
        }),
      }),
      /^SecretMissing: the secret \S+kubeflow-eks\/gone\/oauth2-proxy-AbCdEf cannot be used[^]*start a new execution/,
    ],
    [
      'an archive of Kubeflow with another checksum',
      ({ CONFIGURATION = '' }) => ({
        CONFIGURATION: withKubeflow(CONFIGURATION, {
          source: { archive: { url: 's3://mirror-of-installation/kubeflow.tar.gz', sha256: '0'.repeat(64) } },
        }),
      }),
      new RegExp(
        `^ChecksumMismatch: s3://mirror-of-installation/kubeflow.tar.gz has the SHA-256 ${found}; expected 0{64}`,
      ),
    ],
    [
      'a tool with another checksum',
      () => ({
        KUBEFLOW_EKS_TOOLS: 'download',
        KUBEFLOW_EKS_TOOLS_MIRROR: 's3://mirror-of-installation/tools',
      }),
      new RegExp(`^ChecksumMismatch: kubectl has the SHA-256 ${found}; expected ${pinned}`),
    ],
  ])(
    '%s',
    async (_, change, failure) => {
      const writes = await writesDuring(clusterOf(region()), async () => {
        const build = await runBuild(region(), 'kubeflow', {
          ...change(variablesOf(region(), 'kubeflow')),
          TMPDIR: scratch,
        });
        expect(build.buildStatus).toBe('FAILED');
        expect(exportedBy(build, 'FAILURE')).toMatch(failure);
      });
      expect(writes).toEqual([]);
      expect(await readdir(scratch)).toEqual([]);
    },
    300_000,
  );
}
