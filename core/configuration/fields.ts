/**
 * The single values of a configuration: their form and the words that explain it. Every message completes the
 * sentence "<path> is <value>, but …" or stands alone; the parser adds path and value.
 */
import { z } from 'zod';
import { longestIamPrefix } from '../iam-names';
import { domainLabel } from './domain-label';
import { explainRegion, regions } from './regions';

const domainPattern = new RegExp(`^(?:${domainLabel}\\.)+${domainLabel}$`);
const certificateNamePattern = new RegExp(`^(?:\\*\\.)?(?:${domainLabel}\\.)+${domainLabel}$`);

const lowerCased = (value: unknown): unknown =>
  typeof value === 'string' ? value.trim().toLowerCase() : value;

/**
 * A name of DNS has 253 characters. 54 of them are for the two records below a name that prove something: ACM's
 * `_<32 hexadecimal digits>.`, and below that the companion `_kubeflow-eks-cname.` (docs/adr/0010).
 */
const longestDomain = 199;
const tooLong = `is longer than ${longestDomain.toString()} characters; more leave no room for the records that prove whose the name is`;

/** A DNS name, lower-cased: the seed's examples carry capitals, and DNS does not tell them apart. */
export const domain = z.preprocess(
  lowerCased,
  z
    .string({ error: 'must be a domain name, such as "kubeflow.example.com"' })
    .max(longestDomain, tooLong)
    .regex(domainPattern, 'must be a domain name, such as "kubeflow.example.com"'),
);

/** A name on a certificate: a domain, or a wildcard for one label. */
export const certificateName = z.preprocess(
  lowerCased,
  z
    .string({ error: 'must be a domain name or a wildcard, such as "*.example.com"' })
    .max(longestDomain, tooLong)
    .regex(certificateNamePattern, 'must be a domain name or a wildcard, such as "*.example.com"'),
);

export const region = z.enum(regions, { error: ({ input }) => explainRegion(input) });

/** YAML reads an unquoted 12-digit account as a number; it is taken as long as no leading zero was lost. */
export const accountId = z.preprocess(
  (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value),
  z
    .string({ error: 'must be an account number of 12 digits, in quotes' })
    .regex(
      /^\d{12}$/,
      'must be an account number of 12 digits, in quotes (unquoted, YAML drops leading zeros)',
    ),
);

export const vpcId = z
  .string({ error: 'must be a VPC id, such as "vpc-0123456789abcdef0"' })
  .regex(/^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, 'must be a VPC id, such as "vpc-0123456789abcdef0"');

export const subnetId = z
  .string({ error: 'must be a subnet id, such as "subnet-0123456789abcdef0"' })
  .regex(/^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, 'must be a subnet id, such as "subnet-0123456789abcdef0"');

const kmsKeyMessage =
  'must be the ARN of a KMS key, such as "arn:aws:kms:eu-central-1:111122223333:key/<key id>"';
export const kmsKeyArn = z
  .string({ error: kmsKeyMessage })
  .regex(/^arn:aws(?:-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/(?:mrk-)?[0-9a-f-]{32,36}$/, {
    error: ({ input }) =>
      typeof input === 'string' && /^alias\/|:alias\/|^(?:mrk-)?[0-9a-f-]{32,36}$/.test(input)
        ? `${kmsKeyMessage}; find it with: aws kms describe-key --key-id ${input} --query KeyMetadata.Arn`
        : kmsKeyMessage,
  });

/**
 * Letters, digits and hyphens (eksctl makes CloudFormation stacks of it); at most 53 characters, since the node group
 * `<eks_name>-nodegroup` may have 63.
 */
export const eksName = z
  .string({ error: 'must be a cluster name of letters, digits and hyphens' })
  .max(53, 'is too long: at most 53 characters, since the node group is named <eks_name>-nodegroup')
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'must begin with a letter and hold letters, digits and hyphens only');

/** Role names are `<prefix>_kubeflow_LoadBalancer_<eks_name>_<region>`, at most 64 characters. */
export const iamPrefix = z
  .string({ error: 'must be a prefix for IAM names' })
  .min(1, 'must not be empty')
  .max(
    longestIamPrefix,
    `is too long: at most ${longestIamPrefix} characters, so that the names made of it keep to the 64 of IAM`,
  )
  .regex(/^[\w+=,.@-]+$/, 'may hold letters, digits and + = , . @ _ - only');

export const instanceType = z
  .string({ error: 'must be an EC2 instance type, such as "m5.large"' })
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'must be an EC2 instance type, such as "m5.large"');

/** A count of nodes. */
export const nodeCount = z
  .int({ error: 'must be a whole number of nodes' })
  .min(0, 'must be 0 or more')
  .max(450, 'is more than the 450 nodes of a managed node group');

export const keyPairName = z
  .string({ error: 'must be the name of an EC2 key pair' })
  .min(1, 'must not be empty; leave the key out for nodes without ssh')
  .max(255, 'is longer than the 255 characters of a key pair name');

export const httpsUrl = z
  .string({ error: 'must be an https URL' })
  .max(2048, 'is longer than 2,048 characters')
  .refine((value) => URL.canParse(value) && new URL(value).protocol === 'https:', 'must be an https URL');

/** Route 53 itself answers with the path before the id. */
export const hostedZoneId = z.preprocess(
  (value) => (typeof value === 'string' ? value.replace(/^\/?hostedzone\//, '') : value),
  z
    .string({ error: 'must be the id of a Route 53 hosted zone, such as "Z0123456789ABCDEFGHIJ"' })
    .regex(/^[A-Z0-9]{1,32}$/, 'must be the id of a Route 53 hosted zone, such as "Z0123456789ABCDEFGHIJ"'),
);

/** YAML reads an unquoted 1.35 as a number; 1.3 may have been 1.30, so only two decimals are taken. */
export const kubernetesVersion = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z
    .string({ error: 'must be a Kubernetes minor version in quotes, such as "1.35"' })
    .regex(/^1\.\d{2}$/, 'must be a Kubernetes minor version in quotes, such as "1.35"'),
);

const cidrMessage = 'must be an IPv4 range in CIDR form, such as "203.0.113.0/24"';
export const cidr = z.cidrv4({ error: cidrMessage });

export const iamPolicyArn = z
  .string({ error: 'must be the ARN of an IAM policy' })
  .regex(
    /^arn:aws(?:-[a-z]+)*:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    'must be the ARN of an IAM policy',
  );

export const iamRoleArn = z
  .string({ error: 'must be the ARN of an IAM role' })
  .regex(/^arn:aws(?:-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of an IAM role');
