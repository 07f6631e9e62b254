import { elsewhereOf } from '../../adapters/aws/clients';
import type { Observation } from '../../core/assumptions/observation';
import { longestIssue, task as awaitCertificates } from '../../tasks/certificates/await-certificates';
import { task as requestCertificates } from '../../tasks/certificates/request-certificates';
import { task as describeCluster } from '../../tasks/cluster/describe-cluster';
import { task as awaitDomain } from '../../tasks/custom-domain/await-custom-domain';
import { checkAccount } from '../../tasks/preflight/account';
import { checkBuildQuota } from '../../tasks/preflight/build-quota';
import { checkQuotas } from '../../tasks/preflight/instance-quotas';
import { checkNodes } from '../../tasks/preflight/nodes';
import type { TaskContext } from '../../tasks/support/context';
import { ownerTag, regionTag } from '../../core/naming';
import { certificateIssued, longestWait } from '../../workflows/retry-policies';
import { answeringClients, awsException } from '../support/answering-clients';
import { testContext, testDeployment as deployment } from '../support/task-context';

type Answers = Parameters<typeof answeringClients>[0];

/** What a piece of a step sees, given the answers of AWS. */
async function seen(
  answers: Answers,
  work: (context: TaskContext) => Promise<unknown>,
  elsewhere?: string,
): Promise<readonly Observation[]> {
  const { clients } = answeringClients(answers);
  const context = testContext({} as never, {
    clients: { ...clients, ...(elsewhere !== undefined && { elsewhere }) },
  });
  await work(context);
  return context.observations;
}

const verdictOf = (observations: readonly Observation[], id: string): string | undefined =>
  observations.find((each) => each.id === id)?.verdict;

describe('the codes of quotas', () => {
  const builds = (answer: object) => seen({ GetServiceQuota: answer }, checkBuildQuota);
  const named = (QuotaName: string) => ({ Quota: { Value: 5, QuotaName } });
  const unknown = awsException('NoSuchResourceException', 'there is none');

  test.each<[string, object, string]>([
    [
      'the quota that it is taken for',
      named('Concurrently running builds for ARM/Small environment'),
      'verified',
    ],
    ['another quota', named('Concurrently running builds for Linux/Large environment'), 'refuted'],
    ['no quota', unknown, 'refuted'],
    ['nothing that could be asked', awsException('AccessDeniedException', 'an SCP'), 'not-observed'],
    ['a quota without a name', { Quota: { Value: 5 } }, 'not-observed'],
  ])('of builds stands for %s: %s', async (_what, answer, verdict) => {
    expect(verdictOf(await builds(answer), 'build-quota-code')).toBe(verdict);
  });

  test('of instances are looked at for the families that are configured', async () => {
    const types = new Map([['m5.large', { architectures: ['x86_64'], gpus: 0, vcpus: 2 }]]);
    const settings = { cpu_worker_type: 'm5.large', nodegroup_desired_size: 2 };
    const check = (answer: object) =>
      seen({ GetServiceQuota: answer }, (context) => checkQuotas(context, settings, types));
    const right = named('Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances');
    expect(verdictOf(await check(right), 'instance-quota-codes')).toBe('verified');
    expect(verdictOf(await check(unknown), 'instance-quota-codes')).toBe('refuted');
  });
});

describe('what the preflight asks of EC2, EKS and Lambda', () => {
  const settings = {
    cpu_worker_type: 'm5.large',
    kubernetes_version: '1.35',
    kubeflow: { components: [] },
  };
  const types = new Map([['m5.large', { architectures: ['x86_64'], gpus: 0, vcpus: 2 }]]);
  const check = (answers: Answers) =>
    seen(
      {
        DescribeInstanceTypeOfferings: { InstanceTypeOfferings: [] },
        GetInstanceMetadataDefaults: { AccountLevel: {} },
        DescribeClusterVersions: { clusterVersions: [{ clusterVersion: '1.35' }] },
        ...answers,
      },
      (context) => checkNodes(context, settings, types, [], undefined),
    );

  test.each<[string, object, string]>([
    ['nothing set', { AccountLevel: {} }, 'verified'],
    ['a word that is known', { AccountLevel: { InstanceMetadataTags: 'disabled' } }, 'verified'],
    ['another word', { AccountLevel: { InstanceMetadataTags: 'on' } }, 'refuted'],
    ['nothing about the account', {}, 'refuted'],
    ['that it does not know the question', awsException('InvalidAction', 'no'), 'not-observed'],
  ])('the default of metadata, answered with %s: %s', async (_what, answer, verdict) => {
    expect(verdictOf(await check({ GetInstanceMetadataDefaults: answer }), 'metadata-defaults')).toBe(
      verdict,
    );
  });

  test('the versions of clusters', async () => {
    expect(verdictOf(await check({}), 'cluster-versions')).toBe('verified');
    const other = { clusterVersions: [{ clusterVersion: 'v1.35.2' }] };
    expect(verdictOf(await check({ DescribeClusterVersions: other }), 'cluster-versions')).toBe('refuted');
  });

  test('the limit of concurrent executions', async () => {
    const account = (AccountLimit: object) =>
      seen({ GetAccountSettings: { AccountLimit } }, (context) =>
        checkAccount(context, {
          account_id: deployment.accountId,
          admin_role_arns: [],
          lambda_concurrency_enabled: true,
          lambda_profile_concurrency: 1,
        }),
      );
    expect(verdictOf(await account({ ConcurrentExecutions: 1000 }), 'concurrency-limit')).toBe('verified');
    expect(verdictOf(await account({}), 'concurrency-limit')).toBe('refuted');
  });
});

describe('certificates', () => {
  const arn = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/1`;
  const described = (region: string, detail: object) => ({
    Certificate: { CertificateArn: arn(region), DomainName: 'example.com', Status: 'ISSUED', ...detail },
  });

  test('may take as long as the workflow waits for them', () => {
    expect(longestIssue).toBe(Math.floor(longestWait(certificateIssued) / 60));
  });

  test.each([
    [4, 'verified'],
    [79, 'refuted'],
  ])('issued after %d minutes: %s', async (minutes, verdict) => {
    const CreatedAt = new Date('2026-01-01T00:00:00Z');
    const IssuedAt = new Date(CreatedAt.getTime() + minutes * 60_000);
    const certificates = [{ purpose: 'cognito' as const, region: 'us-east-1', arn: arn('us-east-1') }];
    const observations = await seen(
      { DescribeCertificate: described('us-east-1', { CreatedAt, IssuedAt }) },
      (context) => awaitCertificates.run({ deployment, certificates }, context),
    );
    expect(observations).toMatchObject([{ id: 'certificate-time', verdict, value: `${minutes} min` }]);
  });

  test.each([
    ['x.', 'x.', 'verified'],
    ['x.', 'y.', 'refuted'],
  ])('of two regions with the records %s and %s: %s', async (one, other, verdict) => {
    const records = (Value: string) => ({
      DomainValidationOptions: [
        { DomainName: 'example.com', ResourceRecord: { Name: '_v.example.com.', Type: 'CNAME', Value } },
      ],
    });
    const observations = await seen(
      {
        ListCertificates: { CertificateSummaryList: [] },
        RequestCertificate: [{ CertificateArn: arn('us-east-1') }, { CertificateArn: arn('eu-central-1') }],
        DescribeCertificate: [
          described('us-east-1', records(one)),
          described('eu-central-1', records(other)),
        ],
      },
      (context) => requestCertificates.run({ deployment, domains: ['example.com'] }, context),
    );
    expect(verdictOf(observations, 'validation-record')).toBe(verdict);
  });
});

test.each<[object, string]>([
  [{ CustomDomainConfig: { CertificateArn: 'arn' }, ManagedLoginVersion: 1 }, 'verified'],
  [{ CustomDomainConfig: { CertificateArn: 'arn' } }, 'refuted'],
  [{ ManagedLoginVersion: 1 }, 'refuted'],
])('the description of an active domain, with %j: %s', async (keys, verdict) => {
  const DomainDescription = {
    UserPoolId: 'p',
    Status: 'ACTIVE',
    CloudFrontDistribution: 'd1.cloudfront.net',
    ...keys,
  };
  const observations = await seen({ DescribeUserPoolDomain: { DomainDescription } }, (context) =>
    awaitDomain.run({ deployment, domain: 'login.auth.example.com' }, context),
  );
  expect(observations).toMatchObject([{ id: 'domain-description', verdict }]);
});

describe('a cluster', () => {
  const cluster = (detail: object, elsewhere?: string) =>
    seen(
      {
        DescribeCluster: {
          cluster: {
            arn: 'arn',
            status: 'ACTIVE',
            version: '1.35',
            endpoint: 'https://a.example',
            certificateAuthority: { data: 'YQ==' },
            ...detail,
          },
        },
      },
      (context) => describeCluster.run({ deployment }, context),
      elsewhere,
    );
  const whole = {
    tags: { [ownerTag]: 'acme', [regionTag]: 'eu-central-1' },
    encryptionConfig: [{ provider: { keyArn: 'arn' } }],
  };

  test('with all tags and its key', async () => {
    expect(await cluster(whole)).toEqual([
      { id: 'cluster-tags', verdict: 'verified' },
      { id: 'cluster-key', verdict: 'verified' },
    ]);
  });

  test('without', async () => {
    expect(await cluster({ tags: { [ownerTag]: 'acme' } })).toMatchObject([
      { id: 'cluster-tags', verdict: 'refuted' },
      { id: 'cluster-key', verdict: 'refuted' },
    ]);
  });

  test('of a region that is not AWS says so', async () => {
    expect(await cluster(whole, '127.0.0.1')).toEqual([
      { id: 'cluster-tags', verdict: 'verified', elsewhere: '127.0.0.1' },
      { id: 'cluster-key', verdict: 'verified', elsewhere: '127.0.0.1' },
    ]);
  });
});

test.each([
  [undefined, undefined],
  ['https://eks.eu-central-1.amazonaws.com', undefined],
  ['https://vpce-1.eks.eu-central-1.vpce.amazonaws.com', undefined],
  ['https://eks.eu-central-1.api.aws', undefined],
  ['http://127.0.0.1:4566', '127.0.0.1'],
  ['https://amazonaws.com.attacker.example', 'amazonaws.com.attacker.example'],
])('the endpoint %s is answered by AWS unless it is said otherwise: %s', (endpoint, host) => {
  expect(elsewhereOf(endpoint)).toBe(host);
});
