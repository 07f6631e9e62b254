import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createClients } from '../../../adapters/aws/clients';
import { openGateway, type Gateway } from '../../../local/region/gateway/gateway';
import { AccessControl } from '../../../local/region/iam';
import { unusedActions, wildcardActions } from '../../../local/region/iam/usage';
import { CredentialStore } from '../../../local/sts/credentials';

const account = '111122223333';
const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const pools = `arn:aws:cognito-idp:eu-west-1:${account}:userpool/*`;
const roles = [
  {
    name: 'function',
    arn: roleArn('function'),
    statements: [
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: `arn:aws:dynamodb:eu-west-1:${account}:table/t`,
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'pool#*' } },
      },
      {
        Effect: 'Allow',
        Action: 'cognito-idp:ListUsers',
        Resource: pools,
        Condition: { Null: { 'aws:ResourceTag/owner': 'false' } },
      },
      { Effect: 'Allow', Action: 'logs:CreateLogStream', Resource: '*' },
    ],
  },
  {
    name: 'build',
    arn: roleArn('build'),
    statements: [{ Effect: 'Allow', Action: 'iam:Get*', Resource: '*' }],
  },
];

const store = new CredentialStore();
const tags = new Map<string, Record<string, string>>([
  [pools.replace('*', 'ours_1'), { owner: 'acme' }],
  [pools.replace('*', 'theirs_1'), {}],
]);
let gateway: Gateway;
let access: AccessControl;
let served: string[];
const opened: { destroy(): void }[] = [];

beforeEach(async () => {
  served = [];
  access = new AccessControl({
    roles,
    inUse: roles.map(({ arn }) => arn),
    accountId: account,
    partition: 'aws',
    partitionKey: 'pk',
    tagsOf: (arn) => Promise.resolve(tags.get(arn)),
  });
  gateway = await openGateway({
    services: {
      '*': [
        ({ service, operation }) => {
          served.push(`${service} ${operation}`);
          return Promise.resolve({
            status: 200,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: '{}',
          });
        },
      ],
    },
    callerOf: (accessKeyId) => store.find(accessKeyId)?.arn,
    authorize: (caller, request, http) => access.check(caller, request, http),
  });
});
afterEach(async () => {
  for (const client of opened.splice(0)) client.destroy();
  await gateway.close();
});

interface Client {
  send(command: unknown): Promise<unknown>;
}
type ClientClass = new (options: never) => object;

/** Sends a command with the credentials of a role. */
async function call(role: string, type: ClientClass, command: object): Promise<unknown> {
  const clients = createClients({
    region: 'eu-west-1',
    endpoint: gateway.endpoint,
    credentials: store.issue(roleArn(role), 'session'),
    maxAttempts: 1,
  });
  opened.push(clients);
  return clients.get<Client>(type as never).send(command);
}

const getItem = (pk: string) => new GetItemCommand({ TableName: 't', Key: { pk: { S: pk } } });

test('what the role may do is served and noted', async () => {
  await call('function', DynamoDBClient, getItem('pool#1'));
  expect(served).toEqual(['dynamodb GetItem']);
  expect(access.usedActions().get('function')).toEqual(new Set(['dynamodb:GetItem']));
  expect(access.refusals()).toEqual([]);
});

test('what it may not do is never served', async () => {
  await expect(call('function', DynamoDBClient, getItem('deployment#1'))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `User: arn:aws:sts::${account}:assumed-role/function/session is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:${account}:table/t because no identity-based policy allows the dynamodb:GetItem action`,
  });
  expect(served).toEqual([]);
  expect(access.refusals()).toEqual([
    {
      role: 'function',
      action: 'dynamodb:GetItem',
      resource: `arn:aws:dynamodb:eu-west-1:${account}:table/t`,
    },
  ]);
  expect(access.usedActions().size).toBe(0);
});

test.each<[string, ClientClass, object, string]>([
  [
    'JSON',
    CognitoIdentityProviderClient,
    new ListUsersCommand({ UserPoolId: 'theirs_1' }),
    'AccessDeniedException',
  ],
  ['EC2', EC2Client, new DescribeVpcsCommand({}), 'UnauthorizedOperation'],
  ['query', IAMClient, new GetRoleCommand({ RoleName: 'r' }), 'AccessDenied'],
  ['REST and JSON', EKSClient, new DescribeClusterCommand({ name: 'c' }), 'AccessDeniedException'],
  [
    'REST and JSON, of Lambda',
    LambdaClient,
    new InvokeCommand({ FunctionName: 'f' }),
    'AccessDeniedException',
  ],
  ['REST and XML', Route53Client, new ListHostedZonesCommand({}), 'AccessDenied'],
  ['REST and XML, of S3', S3Client, new GetObjectCommand({ Bucket: 'b', Key: 'k' }), 'AccessDenied'],
])('a denial is an error of the service: %s', async (_, type, command, name) => {
  await expect(call('function', type, command)).rejects.toMatchObject({
    name,
    message: expect.stringMatching(/^User: .* is not authorized to perform: /) as string,
  });
  expect(served).toEqual([]);
});

test("a resource's tags are read where they decide; of one that is not there they are unknown", async () => {
  await call('function', CognitoIdentityProviderClient, new ListUsersCommand({ UserPoolId: 'ours_1' }));
  expect(access.assumed().size).toBe(0);
  await call('function', CognitoIdentityProviderClient, new ListUsersCommand({ UserPoolId: 'absent_1' }));
  expect(access.assumed()).toEqual(new Map([['cognito-idp:ListUsers', new Set(['aws:ResourceTag/owner'])]]));
});

test('a REST call that no table has is refused by name', async () => {
  await expect(call('function', LambdaClient, new ListFunctionsCommand({}))).rejects.toThrow(
    /which permission lambda GET \/2015-03-31\/functions/,
  );
  expect(served).toEqual([]);
});

test('who is not a role of the stack is not checked', async () => {
  await call('administrator', EKSClient, new DescribeClusterCommand({ name: 'c' }));
  expect(served).toHaveLength(1);
});

test('a service of the region can ask for itself', async () => {
  const table = `arn:aws:dynamodb:eu-west-1:${account}:table/t`;
  await access.require(roleArn('build'), 'iam:GetRole', roleArn('r'));
  await expect(access.require(roleArn('build'), 'dynamodb:GetItem', table)).rejects.toThrow(/not authorized/);
  await expect(access.require(roleArn('nobody'), 'iam:GetRole', roleArn('r'))).rejects.toThrow(
    /not authorized/,
  );
});

test('a role in use whose policies are not known is an error at the start', () => {
  const options = { roles, accountId: account, partition: 'aws', partitionKey: 'pk' };
  expect(() => new AccessControl({ ...options, inUse: [roleArn('forgotten')] })).toThrow(/role\/forgotten/);
});

test('what is allowed and was not used is listed, without what cannot be seen; wildcards are found', async () => {
  await call('function', DynamoDBClient, getItem('pool#1'));
  expect(unusedActions(roles, access.usedActions())).toEqual([
    { role: 'function', action: 'cognito-idp:ListUsers' },
    { role: 'function', action: 'dynamodb:PutItem' },
    { role: 'build', action: 'iam:Get*' },
  ]);
  expect(wildcardActions(roles)).toEqual([{ role: 'build', action: 'iam:Get*' }]);
});
