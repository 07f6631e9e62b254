import { describeAwsRequest, type HttpParts } from '../../../local/region/gateway/aws-request';

function signed(service: string, parts: Partial<HttpParts> = {}): HttpParts {
  return {
    method: 'POST',
    url: '/',
    body: Buffer.alloc(0),
    ...parts,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
      ...parts.headers,
    },
  };
}

describe('an AWS request is understood', () => {
  test.each<[string, HttpParts, string, boolean]>([
    [
      'JSON',
      signed('states', { headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' } }),
      'StartExecution',
      false,
    ],
    [
      'JSON',
      signed('cognito-idp', {
        headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.CreateUserPool' },
      }),
      'CreateUserPool',
      true,
    ],
    ['JSON', signed('dynamodb', { headers: { 'x-amz-target': 'DynamoDB_20120810.Query' } }), 'Query', false],
    [
      'JSON',
      signed('dynamodb', { headers: { 'x-amz-target': 'DynamoDB_20120810.UpdateItem' } }),
      'UpdateItem',
      true,
    ],
    [
      'query',
      signed('ec2', {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from('Action=CreateTags&Version=2016-11-15'),
      }),
      'CreateTags',
      true,
    ],
    [
      'REST',
      signed('route53', { method: 'GET', url: '/2013-04-01/hostedzone?x=1' }),
      'GET /2013-04-01/hostedzone',
      false,
    ],
    [
      'REST',
      signed('route53', { url: '/2013-04-01/hostedzone/Z1/rrset' }),
      'POST /2013-04-01/hostedzone/Z1/rrset',
      true,
    ],
    [
      'REST',
      signed('lambda', { url: '/2015-03-31/functions/f/invocations' }),
      'POST /2015-03-31/functions/f/invocations',
      false,
    ],
    [
      'CBOR',
      signed('monitoring', { url: '/service/GraniteServiceVersion20100801/operation/PutMetricAlarm' }),
      'PutMetricAlarm',
      true,
    ],
  ])('in the %s protocol: %#', (_, http, operation, mutating) => {
    expect(describeAwsRequest(http)).toMatchObject({
      operation,
      mutating,
      region: 'eu-west-1',
      accessKeyId: 'ASIAEXAMPLE',
    });
  });

  test('also when it is presigned', () => {
    const query =
      'Action=GetCallerIdentity&X-Amz-Credential=ASIAX%2F20260101%2Feu-west-1%2Fsts%2Faws4_request';
    expect(
      describeAwsRequest({ method: 'GET', url: `/?${query}`, headers: {}, body: Buffer.alloc(0) }),
    ).toMatchObject({
      service: 'sts',
      operation: 'GetCallerIdentity',
      accessKeyId: 'ASIAX',
      mutating: false,
    });
  });

  test('and one that nobody signed is none', () => {
    expect(
      describeAwsRequest({ method: 'GET', url: '/', headers: {}, body: Buffer.alloc(0) }),
    ).toBeUndefined();
  });
});
