import type { HttpParts } from '../../../local/region/gateway/aws-request';
import { callerHeader } from '../../../local/region/gateway/gateway';
import { AccessControl } from '../../../local/region/iam';
import { keyGrants } from '../../../local/region/services/eks-grants';
import { synthesizeForTest, testTarget } from '../../infra/synthesis';

const key = 'arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const build = 'arn:aws:sts::111122223333:assumed-role/kubeflow-eks-cluster-build-eu-central-1/AWSCodeBuild-1';

/** What EKS answers to the build that makes clusters, if its policies do not suffice; they are those of the stack. */
async function refusal(url: string, body: object, change = (statements: object[]): object[] => statements) {
  const { accountId, partition } = testTarget;
  const roles = synthesizeForTest().deployed.roles.map((role) => ({
    ...role,
    statements: change([...role.statements]) as typeof role.statements,
  }));
  const access = new AccessControl({ roles, accountId, partition, partitionKey: 'pk' });
  const http: HttpParts = {
    method: 'POST',
    url,
    headers: { [callerHeader]: build, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
  const handler = keyGrants((caller, authorization) => access.permits(caller, authorization));
  const request = { service: 'eks', operation: 'CreateCluster', region: 'eu-central-1' } as never;
  const answer = await handler(request, http);
  return { answer: answer?.body.toString(), used: access.usedActions(), refused: access.refusals() };
}

const encrypted = { name: 'acme', encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: key } }] };

test("EKS may make the grant on a cluster's key with the rights of the build", async () => {
  const { answer, used } = await refusal('/clusters', encrypted);
  expect(answer).toBeUndefined();
  expect([...used.values()].flatMap((actions) => [...actions])).toEqual([
    'kms:DescribeKey',
    'kms:CreateGrant',
  ]);
  expect((await refusal('/clusters/acme/encryption-config/associate', encrypted)).answer).toBeUndefined();
});

test('not under a condition that EKS does not support', async () => {
  const withCondition = (statements: object[]): object[] =>
    statements.map((statement) =>
      [(statement as { Action: string | string[] }).Action].flat().includes('kms:CreateGrant')
        ? { ...statement, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }
        : statement,
    );
  const { answer, refused } = await refusal('/clusters', encrypted, withCondition);
  expect(answer).toMatch(/is not authorized to perform: kms:\w+ on resource: arn:aws:kms:/);
  expect(refused).toHaveLength(1);
});

test('without a key nothing is asked', async () => {
  expect((await refusal('/clusters', { name: 'acme' })).used.size).toBe(0);
});
