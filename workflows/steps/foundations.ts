import { callbackPath, legacyCallbackPath } from '../../core/login-urls';
import { buildConfiguration, certificateDomains, certificateFor, hostedZoneId } from '../expressions';
import { certificateIssued, certificateRecords, clusterActive, customDomainActive } from '../retry-policies';
import { deployment, jsonata } from '../states';
import type { StepDefinition, StepResources } from '../step-definition';
import type { ArgumentsOf, Jsonata } from '../task-arguments';

/** Every CloudFront distribution is an alias target in this zone, and so is a Cognito custom domain. */
const cloudFrontZoneId = 'Z2FDTNDATAQYW2';

/** Lifetime of a plain record, in seconds; alias records have none. */
const recordTtl = 60;

/** The cluster: some 20 minutes. */
export const clusterSteps: readonly StepDefinition[] = [
  {
    name: 'Tag subnets',
    file: 'tag-subnets',
    arguments: { deployment, vpcId: jsonata('$found.vpc.id'), subnets: jsonata('$found.subnets') },
    needs: ['Preflight checks'],
  },
  {
    name: 'Create cluster',
    project: 'cluster',
    environment: {
      CONFIGURATION: buildConfiguration,
      FOUND: '{"vpc": $found.vpc, "subnets": $found.subnets}',
    },
    needs: ['Preflight checks'],
  },
  {
    name: 'Describe cluster',
    file: 'describe-cluster',
    arguments: { deployment },
    polling: [clusterActive],
    provides: 'cluster',
    after: ['Create cluster'],
  },
];

/**
 * What users log in with: minutes of waiting for ACM, during which the user pool is made. The last step begins the
 * login's own domain, whose distribution takes up to an hour; the installation does not wait for it.
 */
export function identitySteps(resources: StepResources): readonly StepDefinition[] {
  return [...certificateRequestSteps, ...userPoolSteps(resources), awaitCertificates, ensureCustomDomain];
}

const certificateRequestSteps: readonly StepDefinition[] = [
  {
    name: 'Request certificates',
    file: 'request-certificates',
    arguments: { deployment, domains: jsonata(certificateDomains) },
    assign: { certificates: '$result.certificates', validationRecords: '$result.validationRecords' },
    polling: [certificateRecords],
  },
  {
    name: 'Create validation records',
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata(hostedZoneId),
      records: jsonata(
        `[$validationRecords.{"name": name, "type": type, "ttl": ${recordTtl.toString()}, "values": [value]}]`,
      ),
    },
    needs: ['Preflight checks', 'Request certificates'],
  },
  {
    // Cognito makes the login's domain only once its parent resolves to an address, whatever it is.
    name: 'Ensure parent record',
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata(hostedZoneId),
      records: [
        { name: jsonata('$config.auth_base_domain'), type: 'A', ttl: recordTtl, values: ['127.0.0.1'] },
      ],
      onlyIfAbsent: true,
    },
    needs: ['Preflight checks'],
  },
];

const directory = jsonata('$config.identity_provider.kind');

function userPoolSteps({ triggerArn }: StepResources): readonly StepDefinition[] {
  const userPoolId = jsonata('$userPool.userPoolId');
  return [
    {
      name: 'Ensure user pool',
      file: 'ensure-user-pool',
      arguments: { deployment, triggerArn, directory },
      assign: { userPool: '$result' },
    },
    {
      name: 'Permit trigger',
      file: 'permit-trigger',
      arguments: { deployment, userPoolArn: jsonata('$userPool.userPoolArn') },
      needs: ['Ensure user pool'],
    },
    {
      name: 'Ensure SAML provider',
      file: 'ensure-saml-provider',
      arguments: {
        deployment,
        userPoolId,
        samlMetadata: jsonata('$config.saml_metadata'),
        identityProvider: jsonata(
          '$merge([$config.identity_provider, $exists($config.adfs_url) ? {"host": $config.adfs_url} : {}])',
        ),
      },
      assign: { providerName: '$result.providerName' },
      needs: ['Ensure user pool'],
    },
    {
      name: 'Ensure app client',
      file: 'ensure-app-client',
      arguments: { ...appClient(userPoolId, jsonata('$providerName')), keepFormerAddresses: true },
      assign: { client: '$result' },
      needs: ['Ensure user pool', 'Ensure SAML provider'],
    },
  ];
}

/** What the app client is made of, given expressions of its pool and identity provider. */
export function appClient(userPoolId: Jsonata, providerName: Jsonata): ArgumentsOf<'ensure-app-client'> {
  return {
    deployment,
    userPoolId,
    providerName,
    directory,
    kubeflowDomain: jsonata('$config.kubeflow_domain'),
    // The legacy installer's load balancer receives the code itself, at another path.
    callbackPaths: jsonata(
      `$config.kubeflow.installer = "kfctl" ? ["${callbackPath}", "${legacyCallbackPath}"] : ["${callbackPath}"]`,
    ),
  };
}

const awaitCertificates: StepDefinition = {
  name: 'Await certificates',
  file: 'await-certificates',
  arguments: { deployment, certificates: jsonata('$certificates') },
  polling: [certificateIssued],
  needs: ['Request certificates'],
  after: ['Create validation records'],
};

const ensureCustomDomain: StepDefinition = {
  name: 'Ensure custom domain',
  file: 'ensure-custom-domain',
  arguments: {
    deployment,
    userPoolId: jsonata('$userPool.userPoolId'),
    domain: jsonata('$config.cognito_domain'),
    certificateArn: jsonata(certificateFor('cognito', '$certificates')),
  },
  // Cognito refuses until it sees the parent's record, which was made a moment ago.
  polling: [customDomainActive],
  output: [
    '{"userPoolId": $userPool.userPoolId',
    '"userPoolArn": $userPool.userPoolArn',
    '"providerName": $providerName',
    '"clientId": $client.clientId',
    '"secretArn": $client.secretArn',
    '"cognitoDomain": $config.cognito_domain',
    '"certificates": $certificates',
    `"certificateArn": ${certificateFor('load-balancer', '$certificates')}}`,
  ].join(', '),
  provides: 'identity',
  needs: ['Ensure user pool', 'Request certificates'],
  after: ['Ensure parent record', 'Await certificates'],
};

/** The login's own domain, begun with the identity, becomes reachable while Kubeflow is being installed. */
export const loginDomainSteps: readonly StepDefinition[] = [
  {
    name: 'Await custom domain',
    file: 'await-custom-domain',
    arguments: { deployment, domain: jsonata('$config.cognito_domain') },
    assign: { distribution: '$result.cloudFrontDomain' },
    polling: [customDomainActive],
    after: ['Ensure custom domain'],
  },
  {
    name: 'Alias Cognito domain',
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata(hostedZoneId),
      records: [
        {
          name: jsonata('$config.cognito_domain'),
          type: 'A',
          alias: { zoneId: cloudFrontZoneId, dnsName: jsonata('$distribution') },
        },
      ],
    },
    output: '$distribution',
    provides: 'cloudFrontDomain',
    needs: ['Preflight checks', 'Await custom domain'],
  },
];
