/**
 * The single values of a configuration: their form and the words that explain it. Every message completes the
 * sentence "<path> is <value>, but …" or stands alone; the parser adds path and value.
 */
import { z } from 'zod';
import { ownerTag } from '../naming';

// Capitals are in the pattern for the editors' JSON Schema, which sees the document before it is lower-cased.
const domainLabel = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const domainPattern = new RegExp(`^(?:${domainLabel}\\.)+${domainLabel}$`);
const certificateNamePattern = new RegExp(`^(?:\\*\\.)?(?:${domainLabel}\\.)+${domainLabel}$`);

const lowerCased = (value: unknown): unknown =>
  typeof value === 'string' ? value.trim().toLowerCase() : value;

/** A DNS name, lower-cased: the seed's examples carry capitals, and DNS does not tell them apart. */
export const domain = z.preprocess(
  lowerCased,
  z
    .string({ error: 'must be a domain name, such as "kubeflow.example.com"' })
    .max(253, 'is longer than the 253 characters of a domain name')
    .regex(domainPattern, 'must be a domain name, such as "kubeflow.example.com"'),
);

/** A name on a certificate: a domain, or a wildcard for one label. */
export const certificateName = z.preprocess(
  lowerCased,
  z
    .string({ error: 'must be a domain name or a wildcard, such as "*.example.com"' })
    .max(253, 'is longer than the 253 characters of a domain name')
    .regex(certificateNamePattern, 'must be a domain name or a wildcard, such as "*.example.com"'),
);

export const region = z
  .string({ error: 'must be an AWS region, such as "eu-central-1"' })
  .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be an AWS region, such as "eu-central-1"');

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
  .regex(/^arn:aws(?:-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/(?:mrk-)?[0-9a-f-]{32,36}$/, kmsKeyMessage);

/**
 * Letters, digits and hyphens (eksctl makes CloudFormation stacks of it); at most 53 characters, since the node group
 * `<eks_name>-nodegroup` may have 63.
 */
export const eksName = z
  .string({ error: 'must be a cluster name of letters, digits and hyphens' })
  .max(53, 'is too long: at most 53 characters, since the node group is named <eks_name>-nodegroup')
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'must begin with a letter and hold letters, digits and hyphens only');

/** Role names are `<prefix>_kubeflow_Cluster`, at most 64 characters. */
export const iamPrefix = z
  .string({ error: 'must be a prefix for IAM names' })
  .min(1, 'must not be empty')
  .max(41, 'is too long: at most 41 characters, so that the names made of it keep to the 64 of IAM')
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

/** The ADFS host as the seed has it (a bare host name); an https URL is accepted and cut to its host. */
export const adfsHost = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .trim()
          .toLowerCase()
          .replace(/^https:\/\//, '')
          .replace(/\/.*$/, '')
      : value,
  z
    .string({ error: 'must be the host name of ADFS, such as "adfs.example.com"' })
    .regex(
      new RegExp(`^(?:${domainLabel}\\.)+${domainLabel}(?::\\d{1,5})?$`),
      'must be the host name of ADFS, such as "adfs.example.com"',
    ),
);

export const httpsUrl = z
  .string({ error: 'must be an https URL' })
  .max(2048, 'is longer than 2,048 characters')
  .refine((value) => URL.canParse(value) && new URL(value).protocol === 'https:', 'must be an https URL');

export const hostedZoneId = z
  .string({ error: 'must be the id of a Route 53 hosted zone, such as "Z0123456789ABCDEFGHIJ"' })
  .regex(/^[A-Z0-9]{1,32}$/, 'must be the id of a Route 53 hosted zone, such as "Z0123456789ABCDEFGHIJ"');

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

const reservedTagPrefix = /^aws:/i;
/** Tags as AWS takes them; 50 to a resource, of which some are ours and EKS' own. */
export const tags = z
  .record(
    z
      .string()
      .min(1, 'a tag needs a name')
      .max(128, 'a tag name has at most 128 characters')
      .refine((key) => !reservedTagPrefix.test(key), 'tag names that begin with "aws:" are reserved')
      .refine((key) => key !== ownerTag, `the tag ${ownerTag} is set by this system`),
    z
      .string({ error: 'a tag value must be a string; put it in quotes' })
      .max(256, 'a tag value has at most 256 characters'),
    { error: 'must be a map of tag names to values' },
  )
  .refine(
    (value) => Object.keys(value).length <= 40,
    'has more than 40 tags; AWS allows 50 to a resource, some of them its own',
  );
