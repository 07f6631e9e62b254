import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateSecurityGroupCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateAddonCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openGateway, type Gateway } from '../../../local/region/gateway/gateway';
import { RecordedRequests, type Misfit } from '../../support/service-models/recorded-requests';

let requests: RecordedRequests;
let gateway: Gateway;
beforeEach(async () => {
  requests = new RecordedRequests();
  gateway = await openGateway({ services: {}, onRequest: requests.add });
});
afterEach(() => gateway.close());

/** What is said of the requests that clients send; the answer is an error. */
async function misfitsOf(...sends: (() => Promise<unknown>)[]): Promise<Misfit[]> {
  for (const send of sends) await expect(send()).rejects.toThrow();
  return requests.misfits();
}

const settings = () => ({
  endpoint: gateway.endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' },
  maxAttempts: 1,
});

// Each protocol of AWS: JSON, REST in JSON and in XML, queries, and those of EC2.
test('what a service takes is passed over', async () => {
  const record = {
    Name: 'a.example',
    Type: 'CNAME',
    TTL: 60,
    ResourceRecords: [{ Value: 'b.example' }],
  } as const;
  expect(
    await misfitsOf(
      () =>
        new CognitoIdentityProviderClient(settings()).send(
          new CreateUserPoolCommand({ PoolName: 'acme + eu' }),
        ),
      () =>
        new EKSClient(settings()).send(new CreateAddonCommand({ clusterName: 'acme', addonName: 'vpc-cni' })),
      () =>
        new Route53Client(settings()).send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: 'Z0123456789',
            ChangeBatch: {
              Changes: [
                { Action: 'UPSERT', ResourceRecordSet: { ...record, ResourceRecords: [{ Value: 'b' }] } },
              ],
            },
          }),
        ),
      () =>
        new IAMClient(settings()).send(
          new CreateRoleCommand({ RoleName: 'acme', AssumeRolePolicyDocument: '{}' }),
        ),
      () => new EC2Client(settings()).send(new DescribeVpcsCommand({ VpcIds: ['vpc-1'] })),
      () =>
        new S3Client({ ...settings(), forcePathStyle: true }).send(
          new PutBucketVersioningCommand({ Bucket: 'acme', VersioningConfiguration: { Status: 'Enabled' } }),
        ),
      () =>
        new S3Client({ ...settings(), forcePathStyle: true }).send(
          new PutObjectCommand({ Bucket: 'acme', Key: 'a/b.zip', Body: Buffer.from([0, 0x1f, 0xff]) }),
        ),
    ),
  ).toEqual([]);
  expect(requests.size).toBe(7);
});

test('what it refuses is said: a name, a length, a bound, a choice, and what is not there', async () => {
  const misfits = await misfitsOf(
    () =>
      new CognitoIdentityProviderClient(settings()).send(new CreateUserPoolCommand({ PoolName: 'acme/eu' })),
    () =>
      new EKSClient(settings()).send(new CreateAddonCommand({ clusterName: '-acme', addonName: 'vpc-cni' })),
    () =>
      new IAMClient(settings()).send(
        new CreateRoleCommand({
          RoleName: 'a'.repeat(65),
          AssumeRolePolicyDocument: '{}',
          MaxSessionDuration: 60,
        }),
      ),
    () =>
      new S3Client({ ...settings(), forcePathStyle: true }).send(
        new PutBucketVersioningCommand({
          Bucket: 'acme',
          VersioningConfiguration: { Status: 'On' as 'Enabled' },
        }),
      ),
    () =>
      new EC2Client(settings()).send(
        new CreateSecurityGroupCommand({ GroupName: 'acme', Description: undefined }),
      ),
  );
  expect(misfits.map(({ operation, where }) => `${operation} ${where}`)).toEqual([
    'cognito-idp:CreateUserPool .PoolName',
    'eks:CreateAddon .clusterName',
    'iam:CreateRole .RoleName',
    'iam:CreateRole .MaxSessionDuration',
    's3:PutBucketVersioning .VersioningConfiguration.Status',
    'ec2:CreateSecurityGroup .Description',
  ]);
});
