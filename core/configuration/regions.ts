import { nearestKey } from './problems';

/**
 * The regions of AWS' standard partition. Enabled or not in an account: that is for the account to say. A test holds
 * the list against the region table of the CDK, with which the stack is deployed.
 */
export const regions: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'me-west-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/**
 * Partitions in which the login cannot be built. The custom domain of a user pool is a CloudFront distribution, whose
 * certificate must be in us-east-1 (Cognito developer guide, "Using your own domain"), and that region belongs to the
 * standard partition: credentials of another one do not reach it.
 */
const otherPartitions: readonly { pattern: RegExp; partition: string; why: string }[] = [
  {
    pattern: /^us-gov-/,
    partition: 'AWS GovCloud (US)',
    why: 'its user pools have no custom domains (GovCloud user guide, "Amazon Cognito")',
  },
  { pattern: /^cn-/, partition: 'the China regions', why: 'there are no user pools there' },
  {
    pattern: /^eusc-/,
    partition: 'the AWS European Sovereign Cloud',
    why: 'the certificate of the login domain must be in us-east-1, which is out of its reach',
  },
  {
    pattern: /-iso[a-z]?-/,
    partition: 'an isolated partition',
    why: 'the certificate of the login domain must be in us-east-1, which is out of its reach',
  },
];

/**
 * What to say of a value that is none of {@link regions}: why another partition does not do, or which region is meant.
 */
export function explainRegion(value: unknown): string {
  const expected = 'must be an AWS region, such as "eu-central-1"';
  if (typeof value !== 'string') return expected;
  const other = otherPartitions.find(({ pattern }) => pattern.test(value));
  if (other !== undefined) {
    return `cannot be in ${other.partition}: ${other.why}. Choose a region of the standard partition`;
  }
  const nearest = nearestKey(value, regions);
  return nearest === undefined ? expected : `${expected}; did you mean "${nearest}"?`;
}
