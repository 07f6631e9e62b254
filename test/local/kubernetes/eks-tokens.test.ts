import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { KubeClient } from '../../../local/kubernetes/kube-client';
import { waitFor } from '../../../local/processes/wait-for';
import { CredentialStore, type Credential } from '../../../local/sts/credentials';
import { serveSts, type StsServer } from '../../../local/sts/server';
import { createSts } from '../../../local/sts/sts';
import type { ControlPlane } from '../../../local/kubernetes/control-plane';
import { useControlPlane } from '../../support/control-plane';

const testRegion = 'eu-central-1';
const testCluster = 'acme';
const testRole = 'arn:aws:iam::111122223333:role/profile-manager';
const store = new CredentialStore();
const role = store.issue(testRole, 'a@session');
const unlisted = store.issue('arn:aws:iam::111122223333:role/unlisted', 'session');
const entry = { principalArn: testRole, username: 'manager:{{SessionName}}', kubernetesGroups: ['managers'] };

let sts: StsServer;
const lines: string[] = [];

const kubernetes = useControlPlane(async () => {
  sts = await serveSts(createSts({ credentials: store }));
  return {
    clusterName: testCluster,
    eksTokens: { region: testRegion, stsUrl: sts.url, accessEntries: [entry] },
    onLine: (component, line) => component === 'token-webhook' && lines.push(line),
  };
});

afterAll(async () => {
  await sts.close();
});

interface TokenOptions {
  credential?: Credential;
  cluster?: string;
  host?: string;
  signedAt?: Date;
}

/** An EKS token: a presigned GetCallerIdentity, with the cluster's name in a signed header. */
async function tokenFor(options: TokenOptions = {}): Promise<string> {
  const {
    credential = role,
    cluster = testCluster,
    host = `sts.${testRegion}.amazonaws.com`,
    signedAt,
  } = options;
  const signer = new SignatureV4({
    credentials: credential,
    region: testRegion,
    service: 'sts',
    sha256: Sha256,
  });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host, 'x-k8s-aws-id': cluster },
    },
    { expiresIn: 60, ...(signedAt ? { signingDate: signedAt } : {}) },
  );
  const url = `https://${host}/?${new URLSearchParams(query as Record<string, string>).toString()}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}

/** Who the API server takes the bearer for; undefined where it answers 401. */
async function whoIs(token: string): Promise<{ username: string; groups: string[] } | undefined> {
  const client = new KubeClient({ endpoint: kubernetes().endpoint, caPem: kubernetes().caPem, token });
  const { status, body } = await client.raw({
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    method: 'POST',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  client.close();
  if (status === 401) return undefined;
  expect(status).toBe(201);
  return (JSON.parse(body) as { status: { userInfo: { username: string; groups: string[] } } }).status
    .userInfo;
}

test('a role with an access entry is the user and in the groups that the entry names', async () => {
  expect(await whoIs(await tokenFor())).toMatchObject({
    username: 'manager:a-session',
    groups: ['managers', 'system:authenticated'],
  });
});

test.each<[string, TokenOptions, RegExp]>([
  [
    'signed with a wrong secret',
    { credential: { ...role, secretAccessKey: 'wrong' } },
    /SignatureDoesNotMatch/,
  ],
  [
    'of an unknown access key',
    { credential: { ...role, accessKeyId: 'ASIAUNKNOWN' } },
    /InvalidClientTokenId/,
  ],
  ['signed for another cluster', { cluster: 'other' }, /SignatureDoesNotMatch/],
  ['that points to a foreign host', { host: 'sts.example.com' }, /unexpected hostname/],
  ['signed 16 minutes ago', { signedAt: new Date(Date.now() - 16 * 60_000) }, /expired/],
  ['of a role without an access entry', { credential: unlisted }, /no access entry for .*role\/unlisted/],
])('a token %s is refused, and the log says why', async (_, options, reason) => {
  const before = lines.length;
  expect(await whoIs(await tokenFor(options))).toBeUndefined();
  await waitFor(() => lines.slice(before).some((line) => reason.test(line)), {
    what: `the log to say ${reason.source}`,
  });
  expect(lines.join('\n')).not.toContain(role.secretAccessKey);
});

test('what is no EKS token is refused', async () => {
  expect(await whoIs('k8s-aws-v1.AAAA')).toBeUndefined();
  expect(await whoIs('opaque')).toBeUndefined();
});

test('a new access entry holds without a restart, and so does a removed one', async () => {
  const viewer = {
    principalArn: 'arn:aws:iam::111122223333:role/viewer',
    accessPolicies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy' }],
  };
  const token = await tokenFor({ credential: store.issue(viewer.principalArn, 'session') });
  expect(await whoIs(token)).toBeUndefined();

  await kubernetes().setAccessEntries([entry, viewer]);
  // The refusal is remembered for a second.
  const user = await waitFor(async () => whoIs(token), { what: 'the new entry to hold', timeoutMs: 5_000 });
  expect(user.username).toBe('arn:aws:sts::111122223333:assumed-role/viewer/session');
  const may = { user: user.username, groups: user.groups, resource: 'pods', namespace: 'default' };
  expect(await kubernetes().client.allowed({ ...may, verb: 'list' })).toBe(true);
  expect(await kubernetes().client.allowed({ ...may, verb: 'delete' })).toBe(false);

  await kubernetes().setAccessEntries([entry]);
  await waitFor(async () => (await whoIs(token)) === undefined, {
    what: 'the entry to be gone',
    timeoutMs: 20_000,
  });
});

test('an access policy that is not modelled here is refused, not ignored', async () => {
  const policies = (policyArn: string, type = 'cluster'): object => ({ policyArn, accessScope: { type } });
  const entries = (policy: object): Parameters<ControlPlane['setAccessEntries']>[0] => [
    { principalArn: testRole, accessPolicies: [policy as { policyArn: string }] },
  ];
  await expect(
    kubernetes().setAccessEntries(entries(policies('arn:aws:eks::aws:cluster-access-policy/Nope'))),
  ).rejects.toThrow(/knows no access policy/);
  await expect(
    kubernetes().setAccessEntries(
      entries(policies('arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy', 'namespace')),
    ),
  ).rejects.toThrow(/scope cluster only/);
});
