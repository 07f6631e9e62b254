import { errorName, javaClientName } from '../src/integrations/error-names';

test.each([
  ['DynamoDB', 'DynamoDb'],
  ['S3', 'S3'],
  ['SFN', 'Sfn'],
  ['Cognito Identity Provider', 'CognitoIdentityProvider'],
  ['Elastic Load Balancing v2', 'ElasticLoadBalancingV2'],
  ['Route 53', 'Route53'],
  ['EC2', 'Ec2'],
  ['CodeBuild', 'CodeBuild'],
])('the client of %s is %s in error names', (serviceId, name) => {
  expect(javaClientName(serviceId)).toBe(name);
});

test('an error that the model does not know is the base exception of its client', () => {
  expect(errorName('Ec2', 'InvalidVpcID.NotFound', false)).toBe('Ec2.Ec2Exception');
});
