import { kubernetesGroups, product, stackNames } from '../core/naming';
import type { FunctionFile } from './functions';
import { keyAlias, queueNames } from './names';
import {
  allRegistrations,
  certificates,
  here,
  hostedZones,
  look,
  madeOurs,
  ours,
  ourPools,
  profileManager,
  profileManagerAlias,
  publishes,
  reads,
  rows,
  secrets,
  type Permission,
} from './statements';

const readRecords: Permission = {
  actions: ['route53:ListResourceRecordSets'],
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

const findPools = look(['cognito-idp:ListUserPools'], 'Finds the pool by its name');
const readPools: Permission = {
  actions: ['cognito-idp:DescribeUserPool'],
  resources: [here('cognito-idp', 'userpool/*')],
  why: "Tells ours from others' by tag, for which all must be read; an id is random.",
};
const readDomains = look(['cognito-idp:DescribeUserPoolDomain'], 'Reads the custom domain');

const readCluster: Permission = {
  actions: ['eks:DescribeCluster'],
  resources: [here('eks', 'cluster/*')],
  why: "Reads the cluster's state, owner and address. Its name is the configuration's.",
};

const readCertificates: Permission = {
  actions: ['acm:DescribeCertificate', 'acm:ListTagsForCertificate'],
  resources: certificates,
  why: "Tells ours from others' by tag, for which all must be read; an id is random.",
};
const findCertificates = look(['acm:ListCertificates'], 'Finds the certificates that are there');

const readNetwork = look(
  ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables'],
  'Finds the VPC and its subnets',
);
const findZones = look(['route53:ListHostedZones'], 'Finds the zone of the domain');

/** Tags on what is the account's own: only those by which Kubernetes finds its subnets, and our mark beside them. */
const networkTags = (action: string, why: string): readonly Permission[] => [
  look(['ec2:DescribeTags'], 'Compares the tags with what is wanted'),
  {
    actions: [`ec2:${action}`],
    resources: [here('ec2', 'subnet/*'), here('ec2', 'vpc/*')],
    conditions: {
      'ForAllValues:StringLike': {
        'aws:TagKeys': [
          'kubernetes.io/cluster/*',
          'kubernetes.io/role/elb',
          'kubernetes.io/role/internal-elb',
          `${product}:role-tag`,
        ],
      },
    },
    why: `${why} Which subnets stands in the configuration.`,
  },
];

/** Access entries of our functions' roles, in any cluster. An entry's ARN ends with a random part. */
const ourEntries = here('eks', `access-entry/*/role/<account>/${product}-*/*`);
const readEntries: Permission = {
  actions: ['eks:DescribeAccessEntry'],
  resources: [here('eks', 'cluster/*'), ourEntries],
  why: "Compares the entries with what is wanted. The cluster's name is the configuration's.",
};

/** What every task that changes something asks before its first change, in an execution that was redriven. */
const readLock = rows(['GetItem'], 'Reads whether a redriven execution still has the lock.');

/** Topics of deployments, beside the stack's own. */
const deploymentTopics = here('sns', `${stackNames.topic}-*`);

const topicKey: Permission = {
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  resources: [here('kms', 'key/*')],
  conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [keyAlias] } },
  why: 'The topic is encrypted. The key is named by its alias, its id is random.',
};

/**
 * The permissions of every function, beyond its own log stream and traces. `docs/security.md` shows this table. Tests
 * hold it against the calls in each bundle, both ways: nothing is missing, nothing is left over.
 */
export const permissions: Record<FunctionFile, readonly Permission[]> = {
  'profile-manager': [
    rows(['GetItem'], 'Finds the cluster of the pool: the one read of a cold start.', ['pool']),
    publishes('Requests a resync when the cluster could not be reached at a login.'),
  ],
  'failure-recorder': [
    rows(['PutItem', 'GetItem'], 'Stores what failed and what to do next.'),
    reads(['DescribeExecution', 'GetExecutionHistory'], 'Reads which state failed and why.'),
    {
      actions: ['sns:Publish'],
      resources: [here('sns', stackNames.topic), deploymentTopics],
      why: "Notifies the operators, and the deployment's address. Its name is the configuration's.",
    },
    topicKey,
    publishes('Publishes the failure for those who listen to the bus.'),
    {
      actions: ['sqs:SendMessage'],
      resources: [here('sqs', queueNames.failureRecorder)],
      why: "Lambda puts an event that the function could not record there, with the function's role.",
    },
  ],

  // provision
  'validate-configuration': [],
  'acquire-lock': [
    rows(['PutItem', 'GetItem'], "Writes the lock, on a condition, and opens the run's record."),
    reads(['DescribeExecution'], 'A lock may be taken over when its holder no longer runs.'),
  ],
  'check-prerequisites': [
    readNetwork,
    look(['ec2:DescribeKeyPairs'], 'Finds the key pair'),
    {
      actions: ['kms:DescribeKey'],
      resources: [here('kms', 'key/*')],
      why: 'Checks that the configured key can be used. Which one it is stands in the configuration.',
    },
    findZones,
    readCluster,
  ],
  'ensure-notifications': [
    readLock,
    {
      actions: ['sns:ListTagsForResource', 'sns:ListSubscriptionsByTopic'],
      resources: [deploymentTopics],
      why: "Tells ours from another's by tag, and reads who is subscribed. The name ends with the configuration's.",
    },
    {
      actions: ['sns:CreateTopic', 'sns:TagResource'],
      resources: [deploymentTopics],
      conditions: madeOurs,
      why: "Makes the deployment's topic, with our tag. The name ends with the configuration's.",
    },
    {
      actions: ['sns:Subscribe', 'sns:DeleteTopic'],
      resources: [deploymentTopics],
      conditions: ours,
      why: "Subscribes the configuration's address, and removes the topic. Only topics with our tag.",
    },
    {
      actions: ['sns:Unsubscribe'],
      resources: ['*'],
      why: 'Ends the subscription of a former address; the action knows no resources.',
    },
  ],
  'tag-subnets': [
    readLock,
    ...networkTags('CreateTags', 'Tags by which the load balancer controller finds subnets.'),
  ],
  'describe-cluster': [readCluster],
  'request-certificates': [
    readLock,
    findCertificates,
    readCertificates,
    {
      actions: ['acm:RequestCertificate'],
      resources: ['*'],
      conditions: madeOurs,
      why: 'Requests certificates, with our tag only; the action knows no resources.',
    },
    {
      actions: ['acm:AddTagsToCertificate'],
      resources: certificates,
      conditions: madeOurs,
      why: 'RequestCertificate tags in the same call; a certificate gets its ARN only then, in the region and (for Cognito) in us-east-1.',
    },
  ],
  'ensure-records': [readLock, readRecords, changeRecords],
  'await-certificates': [
    {
      actions: ['acm:DescribeCertificate'],
      resources: certificates,
      conditions: ours,
      why: 'Reads whether they are issued. Only certificates with our tag; an id is random.',
    },
  ],
  'ensure-user-pool': [
    readLock,
    findPools,
    readPools,
    {
      actions: ['cognito-idp:CreateUserPool'],
      resources: ['*'],
      conditions: madeOurs,
      why: 'Makes the pool, which has no ARN before.',
    },
    {
      actions: ['cognito-idp:TagResource'],
      resources: [here('cognito-idp', 'userpool/*')],
      conditions: madeOurs,
      why: 'CreateUserPool tags in the same call; the pool has no ARN before.',
    },
    ourPools(['UpdateUserPool', 'AddCustomAttributes'], 'Brings the pool to what is wanted.'),
  ],
  'permit-trigger': [
    readLock,
    {
      actions: ['lambda:GetPolicy', 'lambda:AddPermission', 'lambda:RemovePermission'],
      resources: [profileManager, profileManagerAlias],
      why: 'Lets the pool, and no other, call the alias.',
    },
  ],
  'ensure-saml-provider': [
    readLock,
    ourPools(
      ['DescribeIdentityProvider', 'CreateIdentityProvider', 'UpdateIdentityProvider'],
      'Brings the SAML provider to what is wanted.',
    ),
  ],
  'ensure-app-client': [
    readLock,
    ourPools(
      ['ListUserPoolClients', 'DescribeUserPoolClient', 'CreateUserPoolClient', 'UpdateUserPoolClient'],
      'Brings the app client to what is wanted.',
    ),
    {
      actions: ['secretsmanager:DescribeSecret'],
      resources: [secrets],
      why: "Tells our secret from another's by tag. Secrets Manager adds six characters to a name.",
    },
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
    readLock,
    readDomains,
    readPools,
    ourPools(['CreateUserPoolDomain', 'UpdateUserPoolDomain'], 'Brings the domain to what is wanted.'),
    {
      actions: ['acm:DescribeCertificate'],
      resources: certificates,
      conditions: ours,
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
    readLock,
    readEntries,
    {
      actions: ['eks:CreateAccessEntry'],
      resources: [here('eks', 'cluster/*')],
      conditions: {
        ArnLike: { 'eks:principalArn': `arn:<partition>:iam::<account>:role/${product}-*` },
        'ForAllValues:StringEquals': {
          'eks:kubernetesGroups': [kubernetesGroups.profileManager, kubernetesGroups.observer],
        },
      },
      why: "Lets our own functions, and nobody else, into our two groups, and no other. The cluster's name is the configuration's.",
    },
    {
      actions: ['eks:TagResource'],
      resources: [ourEntries],
      conditions: madeOurs,
      why: "CreateAccessEntry tags in the same call, with no other condition keys than the tags'. An entry's ARN ends with a random part.",
    },
    {
      actions: ['eks:UpdateAccessEntry'],
      resources: [ourEntries],
      conditions: {
        'ForAllValues:StringEquals': {
          'eks:kubernetesGroups': [kubernetesGroups.profileManager, kubernetesGroups.observer],
        },
      },
      why: "Corrects our own functions' entries, to our two groups. An entry's ARN ends with a random part.",
    },
  ],
  'await-ingress': [
    look(['elasticloadbalancing:DescribeLoadBalancers'], 'Reads the alias zone of the load balancer'),
  ],
  'await-dns': [
    {
      actions: ['route53:GetChange'],
      resources: ['arn:<partition>:route53:::change/*'],
      why: 'Reads whether a change has spread; its id is random.',
    },
  ],
  'verify-endpoint': [],
  'register-deployment': [
    rows(['PutItem', 'GetItem'], 'Writes what the other workflows and the profile manager need.', [
      'deployment',
      'pool',
    ]),
  ],
  'set-concurrency': [
    readLock,
    allRegistrations,
    {
      actions: [
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:PutProvisionedConcurrencyConfig',
        'lambda:DeleteProvisionedConcurrencyConfig',
      ],
      resources: [profileManager, profileManagerAlias],
      why: 'Keeps as many instances warm as the most demanding deployment asks for.',
    },
  ],
  'release-lock': [
    rows(
      ['DeleteItem', 'GetItem', 'PutItem'],
      "Removes the lock if this execution holds it, and closes the run's record.",
    ),
  ],

  // resync
  'gather-resyncs': [
    rows(['GetItem', 'PutItem'], 'Reads and writes which resync is to come.'),
    reads(['DescribeExecution'], 'A resync that was stopped is not to come.'),
  ],
  'list-deployments': [
    allRegistrations,
    rows(['GetItem'], 'Reads whether a deployment is being worked on.'),
    reads(['DescribeExecution'], "Reads whether a lock's holder still runs."),
  ],
  'reconcile-access': [
    rows(['GetItem'], 'Finds the cluster and the rules of the pool.', ['pool']),
    rows(['PutItem'], 'Keeps the summary of the last pass.'),
    ourPools(['ListUsers', 'AdminGetUser'], 'Reads the users and their groups.'),
  ],
  'check-saml': [ourPools(['DescribeIdentityProvider'], 'Reads the metadata that the pool has.')],
  'record-resync': [
    rows(['PutItem'], 'Keeps what the last resync found.'),
    {
      actions: ['sns:Publish'],
      resources: [deploymentTopics],
      why: "Tells the deployment's address of what will break. The name ends with the configuration's.",
    },
    topicKey,
  ],

  // destroy
  'load-registration': [
    rows(['GetItem'], 'Reads the registration.'),
    readNetwork,
    findZones,
    findPools,
    readPools,
  ],
  'delete-records': [readLock, readRecords, changeRecords],
  'revoke-cluster-access': [
    readLock,
    readEntries,
    {
      actions: ['eks:DeleteAccessEntry'],
      resources: [ourEntries],
      why: "Removes our own functions' entries. An entry's ARN ends with a random part.",
    },
  ],
  'await-cluster-gone': [readCluster],
  'delete-custom-domain': [
    readLock,
    readDomains,
    readPools,
    ourPools(['DeleteUserPoolDomain'], 'Deletes the login domain.'),
  ],
  'delete-app-client': [
    readLock,
    findPools,
    readPools,
    ourPools(['ListUserPoolClients', 'DeleteUserPoolClient'], 'Deletes the app client.'),
    {
      actions: ['secretsmanager:DescribeSecret'],
      resources: [secrets],
      why: "Tells our secret from another's by tag. Secrets Manager adds six characters to a name.",
    },
    {
      actions: ['secretsmanager:DeleteSecret'],
      resources: [secrets],
      conditions: ours,
      why: 'Deletes the secret with our tag.',
    },
  ],
  'delete-saml-provider': [
    readLock,
    findPools,
    readPools,
    ourPools(['DescribeIdentityProvider', 'DeleteIdentityProvider'], 'Deletes the SAML provider.'),
  ],
  'revoke-trigger': [
    readLock,
    {
      actions: ['lambda:GetPolicy', 'lambda:RemovePermission'],
      resources: [profileManager, profileManagerAlias],
      why: 'Takes back the permission of the pool to call the alias.',
    },
  ],
  'delete-user-pool': [
    readLock,
    findPools,
    readPools,
    ourPools(
      ['DeleteUserPool', 'DeleteUserPoolDomain'],
      'Deletes the pool, and a domain that is left on it.',
    ),
  ],
  'delete-certificates': [
    readLock,
    findCertificates,
    readCertificates,
    {
      actions: ['acm:DeleteCertificate'],
      resources: certificates,
      conditions: ours,
      why: 'Deletes certificates with our tag; an id is random.',
    },
  ],
  'untag-subnets': [readLock, ...networkTags('DeleteTags', 'Takes our tags off again.')],
  'unregister-deployment': [
    rows(['GetItem', 'DeleteItem'], 'Removes the registrations of the deployment and its pool.', [
      'deployment',
      'pool',
    ]),
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
