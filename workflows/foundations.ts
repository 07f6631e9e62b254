import { Parallel, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { callbackPath, legacyCallbackPath } from '../core/identity/login-urls';
import { buildConfiguration, certificateDomains, certificateFor } from './expressions';
import { certificateIssued, certificateRecords, clusterActive, customDomainActive } from './retry-policies';
import { buildState, deployment, jsonata, taskState, type WorkflowResources } from './states';

/** Every CloudFront distribution is an alias target in this zone, and so is a Cognito custom domain. */
const cloudFrontZoneId = 'Z2FDTNDATAQYW2';

/** Lifetime of a plain record, in seconds; alias records have none. */
const recordTtl = 60;

/**
 * The two halves that do not need each other: the cluster (some 20 minutes) and the identity side (some 20 minutes of
 * waiting for ACM and CloudFront). Variables of a branch end with it; what the workflow needs is the branch's output.
 */
export function buildFoundations(scope: Construct, resources: WorkflowResources): Parallel {
  return Parallel.jsonata(scope, 'Build foundations', {
    assign: { cluster: jsonata('$states.result[0]'), identity: jsonata('$states.result[1]') },
    outputs: {},
  })
    .branch(clusterBranch(scope, resources))
    .branch(identityBranch(scope, resources));
}

function clusterBranch(scope: Construct, resources: WorkflowResources): IChainable {
  const tagSubnets = taskState(scope, resources, 'Tag subnets', {
    file: 'tag-subnets',
    arguments: { deployment, vpcId: jsonata('$found.vpc.id'), subnets: jsonata('$found.subnets') },
  });
  const createCluster = buildState(scope, resources, 'Create cluster', {
    project: 'cluster',
    environment: {
      CONFIGURATION: buildConfiguration,
      FOUND: '{"vpc": $found.vpc, "subnets": $found.subnets}',
    },
  });
  const describeCluster = taskState(scope, resources, 'Describe cluster', {
    file: 'describe-cluster',
    arguments: { deployment },
    polling: [clusterActive],
  });
  return tagSubnets.next(createCluster).next(describeCluster);
}

function identityBranch(scope: Construct, resources: WorkflowResources): IChainable {
  const requestCertificates = taskState(scope, resources, 'Request certificates', {
    file: 'request-certificates',
    arguments: { deployment, domains: jsonata(certificateDomains) },
    assign: { certificates: '$result.certificates', validationRecords: '$result.validationRecords' },
    polling: [certificateRecords],
  });
  const createValidationRecords = taskState(scope, resources, 'Create validation records', {
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata('$found.hostedZone.id'),
      records: jsonata(
        `[$validationRecords.{"name": name, "type": type, "ttl": ${recordTtl.toString()}, "values": [value]}]`,
      ),
    },
  });
  const awaitCertificates = taskState(scope, resources, 'Await certificates', {
    file: 'await-certificates',
    arguments: { deployment, certificates: jsonata('$certificates') },
    polling: [certificateIssued],
  });
  const ensureUserPool = taskState(scope, resources, 'Ensure user pool', {
    file: 'ensure-user-pool',
    arguments: { deployment, triggerArn: resources.triggerArn },
    assign: { userPool: '$result' },
  });
  const permitTrigger = taskState(scope, resources, 'Permit trigger', {
    file: 'permit-trigger',
    arguments: { deployment, userPoolArn: jsonata('$userPool.userPoolArn') },
  });
  const ensureSamlProvider = taskState(scope, resources, 'Ensure SAML provider', {
    file: 'ensure-saml-provider',
    arguments: {
      deployment,
      userPoolId: jsonata('$userPool.userPoolId'),
      samlMetadata: jsonata('$config.saml_metadata'),
      adfsUrl: jsonata('$config.adfs_url'),
    },
    assign: { providerName: '$result.providerName' },
  });
  const ensureAppClient = taskState(scope, resources, 'Ensure app client', {
    file: 'ensure-app-client',
    arguments: {
      deployment,
      userPoolId: jsonata('$userPool.userPoolId'),
      kubeflowDomain: jsonata('$config.kubeflow_domain'),
      providerName: jsonata('$providerName'),
      // The legacy installer's load balancer receives the code itself, at another path.
      callbackPaths: jsonata(
        `$config.kubeflow.installer = "kfctl" ? ["${callbackPath}", "${legacyCallbackPath}"] : ["${callbackPath}"]`,
      ),
    },
    assign: { client: '$result' },
  });
  return requestCertificates
    .next(createValidationRecords)
    .next(awaitCertificates)
    .next(ensureUserPool)
    .next(permitTrigger)
    .next(ensureSamlProvider)
    .next(ensureAppClient)
    .next(loginDomain(scope, resources));
}

/** The login's own domain, which Cognito makes only once its parent resolves to an address, whatever it is. */
function loginDomain(scope: Construct, resources: WorkflowResources): IChainable {
  const ensureParentRecord = taskState(scope, resources, 'Ensure parent record', {
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata('$found.hostedZone.id'),
      records: [
        { name: jsonata('$config.auth_base_domain'), type: 'A', ttl: recordTtl, values: ['127.0.0.1'] },
      ],
      onlyIfAbsent: true,
    },
  });
  const ensureCustomDomain = taskState(scope, resources, 'Ensure custom domain', {
    file: 'ensure-custom-domain',
    arguments: {
      deployment,
      userPoolId: jsonata('$userPool.userPoolId'),
      domain: jsonata('$config.cognito_domain'),
      certificateArn: jsonata(certificateFor('cognito', '$certificates')),
    },
    // Cognito refuses until it sees the parent's record, which was made a moment ago.
    polling: [customDomainActive],
  });
  const awaitCustomDomain = taskState(scope, resources, 'Await custom domain', {
    file: 'await-custom-domain',
    arguments: { deployment, domain: jsonata('$config.cognito_domain') },
    assign: { cloudFrontDomain: '$result.cloudFrontDomain' },
    polling: [customDomainActive],
  });
  const aliasCognitoDomain = taskState(scope, resources, 'Alias Cognito domain', {
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata('$found.hostedZone.id'),
      records: [
        {
          name: jsonata('$config.cognito_domain'),
          type: 'A',
          alias: { zoneId: cloudFrontZoneId, dnsName: jsonata('$cloudFrontDomain') },
        },
      ],
    },
    output: [
      '{"userPoolId": $userPool.userPoolId',
      '"userPoolArn": $userPool.userPoolArn',
      '"providerName": $providerName',
      '"clientId": $client.clientId',
      '"secretArn": $client.secretArn',
      '"cognitoDomain": $config.cognito_domain',
      '"cloudFrontDomain": $cloudFrontDomain',
      '"certificates": $certificates',
      `"certificateArn": ${certificateFor('load-balancer', '$certificates')}}`,
    ].join(', '),
  });
  return ensureParentRecord.next(ensureCustomDomain).next(awaitCustomDomain).next(aliasCognitoDomain);
}
