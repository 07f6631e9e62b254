import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/** What each task returns in a run without AWS; a test holds it against the task's own output schema. */
const cluster = {
  name: 'acme',
  arn: 'arn:aws:eks:eu-central-1:111122223333:cluster/acme',
  endpoint: 'https://ABCD.gr7.eu-central-1.eks.amazonaws.com',
  version: '1.35',
  certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
  oidcIssuer: 'https://oidc.eks.eu-central-1.amazonaws.com/id/ABCD',
  securityGroupId: 'sg-0123456789abcdef0',
  status: 'ACTIVE',
};
const userPool = {
  userPoolId: 'eu-central-1_AbCdEfGhI',
  userPoolArn: 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbCdEfGhI',
};
const found = {
  vpc: { id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' },
  subnets: {
    private: [{ id: 'subnet-0a', az: 'eu-central-1a' }],
    public: [{ id: 'subnet-0b', az: 'eu-central-1b' }],
  },
  hostedZone: { id: 'Z0123456789', name: 'example.com' },
};
const deployment = {
  name: 'acme',
  region: 'eu-central-1',
  accountId: '111122223333',
  tags: { env: 'test', 'kubeflow-eks:deployment': 'acme' },
};
const records = { changeIds: ['C123'], observed: [{ name: 'a.example.com', type: 'A', state: 'created' }] };
const deleted = { deleted: ['one'] };
const counts = { read: 3, write: 0 };

/** The example's configuration, as a person writes it. */
export const exampleConfiguration = parse(
  fs.readFileSync(path.resolve(__dirname, '../../examples/seed.yaml'), 'utf8'),
) as Record<string, unknown>;

export const target = {
  deployment,
  userPoolId: userPool.userPoolId,
  hostedZoneId: found.hostedZone.id,
  kubeflowDomain: 'kubeflow.example.com',
  authBaseDomain: 'auth.example.com',
  cognitoDomain: 'cognito.auth.example.com',
  clientId: 'client1',
  identityProvider: { kind: 'adfs', host: 'adfs.example.com' },
  cluster: {
    name: cluster.name,
    endpoint: cluster.endpoint,
    certificateAuthority: cluster.certificateAuthority,
  },
  watchedVersion: null,
};

/** One result for each task but those that the test runs for real. */
export const results: Readonly<Record<string, unknown>> = {
  'acquire-lock': { holder: 'arn:aws:states:eu-central-1:111122223333:execution:kubeflow-eks-provision:run' },
  'check-prerequisites': {
    ...found,
    samlMetadata: { url: 'https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml' },
    warnings: [],
  },
  'ensure-notifications': { topic: null, confirmed: false },
  'tag-subnets': { tagged: ['subnet-0a'] },
  'describe-cluster': cluster,
  'request-certificates': {
    certificates: [
      {
        purpose: 'cognito',
        region: 'us-east-1',
        arn: 'arn:aws:acm:us-east-1:111122223333:certificate/cognito',
      },
      {
        purpose: 'load-balancer',
        region: 'eu-central-1',
        arn: 'arn:aws:acm:eu-central-1:111122223333:certificate/alb',
      },
    ],
    validationRecords: [{ name: '_x.example.com', type: 'CNAME', value: '_y.acm-validations.aws' }],
  },
  'ensure-records': records,
  'await-certificates': { issued: true },
  'ensure-user-pool': userPool,
  'permit-trigger': { statementId: 'acme' },
  'ensure-saml-provider': { providerName: 'ADFS' },
  'ensure-app-client': {
    clientId: 'client',
    secretArn:
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:kubeflow-eks/acme/oauth2-proxy-AbCdEf',
  },
  'ensure-custom-domain': { cloudFrontDomain: 'd111.cloudfront.net' },
  'await-custom-domain': { status: 'ACTIVE', cloudFrontDomain: 'd111.cloudfront.net' },
  'grant-cluster-access': { entries: [] },
  'await-ingress': {
    hostname: 'k8s-istio.eu-central-1.elb.amazonaws.com',
    hostedZoneId: 'Z215JYRZR1TBD5',
    loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/k8s/1',
  },
  'await-dns': { status: 'INSYNC' },
  'verify-endpoint': { status: 302, redirect: 'https://cognito.auth.example.com/oauth2/authorize' },
  'register-deployment': { registered: true },
  'set-concurrency': { provisioned: 0 },
  'release-lock': { released: true, refuted: [] },

  'gather-resyncs': { coveredBy: null, waitSeconds: 60 },
  'list-deployments': { deployments: [target], busy: [], unreadable: [] },
  'reconcile-access': {
    directory: { users: 3, disabled: 0, withoutIdentity: 0, unreadable: 0, sharedEmails: 0 },
    tenants: 2,
    kept: 5,
    created: 0,
    repaired: 0,
    removed: 0,
    revokedIdentities: 0,
    unusedIdentities: 0,
    profilesMade: 0,
    admitted: 0,
    quotasGiven: 0,
    namespaceObjects: 0,
    unreadablePullSecrets: 0,
    artifactIdentities: 0,
    profilesWithoutQuota: 0,
    refusals: {},
    failures: {},
    requests: counts,
  },
  'check-saml': { providerName: 'ADFS', source: 'url', status: 'valid', daysLeft: 200, certificates: [] },
  'record-resync': { deployment: 'acme', status: 'succeeded', reason: '', warnings: [] },

  'load-registration': { configuration: {}, deployment, found, identity: userPool },
  'delete-records': { deleted: [{ name: 'kubeflow.example.com', type: 'A' }], changeIds: ['C124'] },
  'revoke-cluster-access': { revoked: [] },
  'await-cluster-gone': { gone: true },
  'delete-custom-domain': deleted,
  'delete-app-client': deleted,
  'delete-saml-provider': deleted,
  'revoke-trigger': { revoked: true },
  'delete-user-pool': deleted,
  'delete-certificates': deleted,
  'untag-subnets': { untagged: ['subnet-0a'] },
  'unregister-deployment': { unregistered: ['deployment acme'] },
};
