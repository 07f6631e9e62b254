import type { IAMClient } from '@aws-sdk/client-iam';
import { callerHeader } from '../../../local/region/gateway/gateway';
import type { AwsRequest, HttpParts } from '../../../local/region/gateway/aws-request';
import { AccessControl } from '../../../local/region/iam';
import { serviceLinkedRoles } from '../../../local/region/services/service-linked-roles';
import { answeringClients, awsException } from '../../support/answering-clients';
import { synthesizeForTest, testTarget } from '../../infra/synthesis';

const build = 'arn:aws:sts::111122223333:assumed-role/kubeflow-eks-cluster-build-eu-central-1/AWSCodeBuild-1';
const calls = {
  'eks.amazonaws.com': ['eks', 'POST', '/clusters'],
  'eks-nodegroup.amazonaws.com': ['eks', 'POST', '/clusters/acme/node-groups'],
  'backup.amazonaws.com': ['backup', 'PUT', '/backup-jobs'],
} as const;
const fleet = (kind: string): HttpParts => ({
  method: 'POST',
  url: '/',
  headers: { [callerHeader]: build, 'content-type': 'application/x-www-form-urlencoded' },
  body: Buffer.from(`Action=CreateFleet&TargetCapacitySpecification.DefaultTargetCapacityType=${kind}`),
});
const rest = (method: string, url: string): HttpParts => ({
  method,
  url,
  headers: { [callerHeader]: build, 'content-type': 'application/json' },
  body: Buffer.from('{}'),
});

/**
 * What a service answers to the build that makes clusters, whose policies are those of the stack, and what it makes.
 *
 * @param without a service whose role the build may not make
 */
async function call(
  { service, operation }: Pick<AwsRequest, 'service' | 'operation'>,
  http: HttpParts,
  { isThere = false, without = '' } = {},
) {
  const { accountId, partition } = testTarget;
  const roles = synthesizeForTest().deployed.roles.map((role) => ({
    ...role,
    statements: JSON.parse(
      JSON.stringify(role.statements).replaceAll(`"${without}"`, '"none.amazonaws.com"'),
    ) as typeof role.statements,
  }));
  const access = new AccessControl({ roles, accountId, partition, partitionKey: 'pk' });
  const { clients, called } = answeringClients({
    GetRole: isThere ? {} : awsException('NoSuchEntityException', 'none'),
    CreateServiceLinkedRole: {},
  });
  const handler = serviceLinkedRoles({
    permits: (caller, authorization) => access.permits(caller, authorization),
    iam: () => clients.get<IAMClient>({} as never),
    accountId,
    partition,
  });
  const answer = await handler({ service, operation, region: 'eu-central-1' } as AwsRequest, http);
  return { answer: answer?.body.toString(), called };
}

test.each(Object.entries(calls))(
  'the first call makes the role of %s with the rights of the build, and is refused without them',
  async (of, [service, method, path]) => {
    const request = { service, operation: `${method} ${path}` };
    expect(await call(request, rest(method, path))).toEqual({
      answer: undefined,
      called: ['GetRole', 'CreateServiceLinkedRole'],
    });
    expect((await call(request, rest(method, path), { isThere: true })).called).toEqual(['GetRole']);
    const { answer, called } = await call(request, rest(method, path), { without: of });
    expect(answer).toContain(
      `is not authorized to perform: iam:CreateServiceLinkedRole on resource: arn:aws:iam::111122223333:role/aws-service-role/${of}/AWSServiceRoleFor`,
    );
    expect(called).toEqual(['GetRole']);
  },
);

test('a fleet of Spot machines makes its role, or has an error itself', async () => {
  const request = { service: 'ec2', operation: 'CreateFleet' };
  expect((await call(request, fleet('spot'))).called).toEqual(['GetRole', 'CreateServiceLinkedRole']);
  expect(await call(request, fleet('spot'), { without: 'spot.amazonaws.com' })).toEqual({
    answer: undefined,
    called: ['GetRole'],
  });
  expect((await call(request, fleet('on-demand'))).called).toEqual([]);
});

test('other calls make none', async () => {
  expect(
    (await call({ service: 'eks', operation: 'GET /clusters' }, rest('GET', '/clusters'))).called,
  ).toEqual([]);
});
