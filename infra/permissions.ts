import { kubernetesGroups, ownerTag, product, stackNames, stateMachineName } from '../core/naming';
import type { FunctionFile } from './functions';
import { keyAlias } from './names';

/**
 * What a role may do, statement by statement. In resources and conditions `<partition>`, `<region>` and `<account>`
 * stand for those of the stack. `docs/security.md` shows this table; a test keeps the two equal.
 */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why the role needs it and, where a resource has a wildcard, why the service allows nothing narrower. */
  readonly why: string;
}

const here = (service: string, resource: string) =>
  `arn:<partition>:${service}:<region>:<account>:${resource}`;

/** The resource carries our tag, whatever the deployment. */
export const ours = { Null: { [`aws:ResourceTag/${ownerTag}`]: 'false' } } as const;

/** The request gives the new resource our tag. */
export const madeOurs = { Null: { [`aws:RequestTag/${ownerTag}`]: 'false' } } as const;

const table = here('dynamodb', `table/${stackNames.table}`);
const profileManager = here('lambda', `function:${product}-profile-manager`);
const profileManagerAlias = `${profileManager}:${stackNames.profileManagerAlias}`;
const userPools = here('cognito-idp', 'userpool/*');
const certificates = [
  'arn:<partition>:acm:<region>:<account>:certificate/*',
  'arn:<partition>:acm:us-east-1:<account>:certificate/*',
];
const hostedZones = 'arn:<partition>:route53:::hostedzone/*';
const clusters = here('eks', 'cluster/*');
const secrets = here('secretsmanager', `secret:${product}/*`);
const executions = (['provision', 'resync', 'destroy'] as const).map((workflow) =>
  here('states', `execution:${stateMachineName(workflow)}:*`),
);

/** Rows of the registry whose partition key begins so. */
const rows = (...prefixes: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}#*`) },
});

const registry = (actions: string[], why: string, prefixes = ['deployment']): Permission => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resources: [table],
  conditions: rows(...prefixes),
  why,
});

const readRecords: Permission = {
  actions: ['route53:ListResourceRecordSets', 'route53:GetHostedZone'],
  resources: [hostedZones],
  why: "Compares the records with what is wanted. The zone is the configuration's, so it is not known here.",
};

const changeRecords: Permission = {
  actions: ['route53:ChangeResourceRecordSets'],
  resources: [hostedZones],
  conditions: {
    'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'CNAME', 'TXT'] },
  },
  why: "Only addresses, aliases and the TXT companions that say whose they are (docs/adr/0010): mail and delegation records stay out of reach. The zone is the configuration's.",
};

const readUserPools: Permission = {
  actions: [
    'cognito-idp:DescribeUserPool',
    'cognito-idp:DescribeIdentityProvider',
    'cognito-idp:ListIdentityProviders',
    'cognito-idp:DescribeUserPoolClient',
    'cognito-idp:ListUserPoolClients',
    'cognito-idp:ListTagsForResource',
  ],
  resources: [userPools],
  why: "Compares the pool with what is wanted, and tells ours from others' by tag. Pool ids are not known here.",
};

const userPool = (actions: string[], why: string): Permission => ({
  actions: actions.map((action) => `cognito-idp:${action}`),
  resources: [userPools],
  conditions: ours,
  why: `${why} Only pools with our tag.`,
});

const readDomains: Permission = {
  actions: ['cognito-idp:DescribeUserPoolDomain'],
  resources: ['*'],
  why: 'Reads the custom domain; the action knows no resources.',
};

const readCluster: Permission = {
  actions: ['eks:DescribeCluster'],
  resources: [clusters],
  why: "Reads the API server's address, authority and state. The cluster's name is the configuration's.",
};

const readLoadBalancers: Permission = {
  actions: ['elasticloadbalancing:DescribeLoadBalancers'],
  resources: ['*'],
  why: 'Reads the alias zone of the load balancer; the action knows no resources.',
};

const readNetwork: Permission = {
  actions: ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeKeyPairs'],
  resources: ['*'],
  why: 'Finds the VPC, its subnets and the key pair; the actions know no resources.',
};

const subnetTags: Permission['conditions'] = {
  'ForAllValues:StringLike': {
    'aws:TagKeys': [
      'kubernetes.io/cluster/*',
      'kubernetes.io/role/elb',
      'kubernetes.io/role/internal-elb',
      `${product}:role-tag`,
    ],
  },
};

const readSecret: Permission = {
  actions: ['secretsmanager:DescribeSecret'],
  resources: [secrets],
  why: "Tells our secret from another's by tag. Names begin with the product's; Secrets Manager adds six characters.",
};

/** The permissions of every function, beyond its own log stream and traces. */
export const permissions: Record<FunctionFile, readonly Permission[]> = {
  'profile-manager': [
    registry(['GetItem'], 'Finds the cluster of the pool: the one read of a cold start.', ['pool']),
    {
      actions: ['events:PutEvents'],
      resources: [here('events', `event-bus/${stackNames.eventBus}`)],
      conditions: { StringEquals: { 'events:source': stackNames.eventSource } },
      why: 'Requests a resync when the cluster could not be reached at a login.',
    },
  ],
  'failure-recorder': [
    registry(['PutItem', 'UpdateItem', 'GetItem'], 'Stores what failed and what to do next.'),
    {
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: executions,
      why: "Reads which state failed and why. An execution's name is not known before it starts.",
    },
    { actions: ['sns:Publish'], resources: [here('sns', stackNames.topic)], why: 'Notifies the operators.' },
    {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [here('kms', 'key/*')],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [keyAlias] } },
      why: 'The topic is encrypted. The key is named by its alias, its id is random.',
    },
    {
      actions: ['events:PutEvents'],
      resources: [here('events', `event-bus/${stackNames.eventBus}`)],
      conditions: { StringEquals: { 'events:source': stackNames.eventSource } },
      why: 'Publishes the failure for those who listen to the bus.',
    },
  ],

  'validate-configuration': [],
  'acquire-lock': [
    registry(['PutItem', 'GetItem', 'UpdateItem'], 'Writes the lock on a condition.'),
    {
      actions: ['states:DescribeExecution'],
      resources: executions,
      why: 'A lock may be taken over when its holder no longer runs.',
    },
  ],
  'check-prerequisites': [
    readNetwork,
    {
      actions: ['kms:DescribeKey'],
      resources: [here('kms', 'key/*')],
      why: 'Checks that the configured key can be used. Which one it is stands in the configuration.',
    },
    {
      actions: ['route53:ListHostedZonesByName', 'route53:ListHostedZones'],
      resources: ['*'],
      why: 'Finds the zone of the domain; the actions know no resources.',
    },
    {
      actions: ['route53:GetHostedZone'],
      resources: [hostedZones],
      why: "Reads the configured zone; its id is the configuration's.",
    },
    readCluster,
    {
      actions: ['cognito-idp:ListUserPools'],
      resources: ['*'],
      why: 'Finds a pool of the same name that is not ours; the action knows no resources.',
    },
    readDomains,
  ],
  'tag-subnets': [
    {
      actions: ['ec2:DescribeTags'],
      resources: ['*'],
      why: 'Compares the tags with what is wanted; the action knows no resources.',
    },
    {
      actions: ['ec2:CreateTags'],
      resources: [here('ec2', 'subnet/*'), here('ec2', 'vpc/*')],
      conditions: subnetTags,
      why: 'Only the tags by which Kubernetes finds its subnets. Which subnets stands in the configuration.',
    },
  ],
  'describe-cluster': [readCluster],
  'request-certificates': [
    {
      actions: ['acm:RequestCertificate', 'acm:AddTagsToCertificate'],
      resources: certificates,
      conditions: madeOurs,
      why: "Requests certificates, which get their ARN only then, in the deployment's region and (for Cognito) in us-east-1.",
    },
    {
      actions: ['acm:ListCertificates'],
      resources: ['*'],
      why: 'Finds the certificates that are there; the action knows no resources.',
    },
    {
      actions: ['acm:DescribeCertificate', 'acm:ListTagsForCertificate'],
      resources: certificates,
      why: 'Reads names, tags and validation records of the certificates that are there.',
    },
  ],
  'ensure-records': [readRecords, changeRecords],
  'await-certificates': [
    {
      actions: ['acm:DescribeCertificate'],
      resources: certificates,
      why: 'Reads whether they are issued; ids are random.',
    },
  ],
  'ensure-user-pool': [
    {
      actions: ['cognito-idp:ListUserPools'],
      resources: ['*'],
      why: 'Finds the pool by its name; the action knows no resources.',
    },
    readUserPools,
    {
      actions: ['cognito-idp:CreateUserPool'],
      resources: ['*'],
      conditions: madeOurs,
      why: 'Makes the pool, which has no ARN before.',
    },
    {
      actions: ['cognito-idp:TagResource'],
      resources: [userPools],
      conditions: madeOurs,
      why: 'CreateUserPool tags in the same call.',
    },
    userPool(
      ['UpdateUserPool', 'AddCustomAttributes', 'SetUserPoolMfaConfig'],
      'Brings the pool to what is wanted.',
    ),
  ],
  'permit-trigger': [
    {
      actions: ['lambda:GetPolicy', 'lambda:AddPermission', 'lambda:RemovePermission'],
      resources: [profileManager, profileManagerAlias],
      why: 'Lets the pool, and no other, call the alias.',
    },
  ],
  'ensure-saml-provider': [
    readUserPools,
    userPool(
      ['CreateIdentityProvider', 'UpdateIdentityProvider'],
      'Brings the SAML provider to what is wanted.',
    ),
  ],
  'ensure-app-client': [
    readUserPools,
    userPool(['CreateUserPoolClient', 'UpdateUserPoolClient'], 'Brings the app client to what is wanted.'),
    readSecret,
    {
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      resources: [secrets],
      conditions: madeOurs,
      why: "Makes the secret under the product's prefix, with our tag.",
    },
    {
      actions: [
        'secretsmanager:PutSecretValue',
        'secretsmanager:GetSecretValue',
        'secretsmanager:RestoreSecret',
      ],
      resources: [secrets],
      conditions: ours,
      why: 'Compares and stores the client secret; it leaves the task by no other way. Only secrets with our tag.',
    },
  ],
  'ensure-custom-domain': [
    readDomains,
    userPool(
      ['CreateUserPoolDomain', 'UpdateUserPoolDomain', 'DescribeUserPool'],
      'Brings the domain to what is wanted.',
    ),
    {
      actions: ['acm:DescribeCertificate'],
      resources: certificates,
      why: "Cognito reads the certificate on the caller's behalf; its id is random.",
    },
    {
      actions: ['cloudfront:UpdateDistribution'],
      resources: ['arn:<partition>:cloudfront::<account>:distribution/*'],
      why: "Cognito sets up its distribution on the caller's behalf; its id is random.",
    },
  ],
  'await-custom-domain': [readDomains],
  'grant-cluster-access': [
    {
      actions: ['eks:DescribeCluster', 'eks:CreateAccessEntry', 'eks:ListAccessEntries'],
      resources: [clusters],
      conditions: ours,
      why: 'Makes the access entries, in clusters with our tag only.',
    },
    {
      actions: ['eks:DescribeAccessEntry', 'eks:UpdateAccessEntry', 'eks:TagResource'],
      resources: [here('eks', 'access-entry/*')],
      why: `Compares and corrects the entries (groups ${kubernetesGroups.profileManager}, ${kubernetesGroups.observer}). An entry's ARN has a random part.`,
    },
  ],
  'await-ingress': [readLoadBalancers],
  'await-dns': [
    {
      actions: ['route53:GetChange'],
      resources: ['arn:<partition>:route53:::change/*'],
      why: 'Reads whether a change has spread; its id is random.',
    },
  ],
  'verify-endpoint': [],
  'register-deployment': [
    registry(
      ['PutItem', 'GetItem', 'UpdateItem'],
      'Writes what the other workflows and the profile manager need.',
      ['deployment', 'pool'],
    ),
  ],
  'set-concurrency': [
    {
      actions: ['dynamodb:Scan'],
      resources: [table],
      why: 'The largest number that any deployment asks for.',
    },
    {
      actions: [
        'lambda:GetAlias',
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:PutProvisionedConcurrencyConfig',
        'lambda:DeleteProvisionedConcurrencyConfig',
      ],
      resources: [profileManager, profileManagerAlias],
      why: 'Keeps that many instances warm.',
    },
  ],
  'release-lock': [
    registry(
      ['DeleteItem', 'GetItem', 'PutItem'],
      "Removes the lock if this execution holds it, and closes the run's record.",
    ),
  ],
};

/** What every function may do: write to its own log group and send traces. */
export function commonPermissions(logGroup: string): readonly Permission[] {
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [here('logs', `log-group:${logGroup}:*`)],
      why: 'Writes its own log; the wildcard is the log stream, whose name Lambda chooses.',
    },
    {
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      resources: ['*'],
      why: 'Sends traces; the actions know no resources.',
    },
  ];
}

/** What a function in a VPC may do besides: Lambda makes its network interfaces with the function's role. */
export const networkPermissions: readonly Permission[] = [
  {
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
    why: 'Lambda makes and removes the network interfaces of a function in a VPC; the actions that describe know no resources.',
  },
];
