import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { detailTypes } from '../core/naming';
import { buildConfiguration, clusterEndpoint, registeredConfiguration } from './expressions';
import { buildFoundations } from './foundations';
import { dnsInSync, endpointReady, ingressAddress } from './retry-policies';
import { acquireLock, releaseLock, setConcurrency } from './shared-states';
import { buildState, deployment, eventState, jsonata, taskState, type WorkflowResources } from './states';

/**
 * From a configuration to a Kubeflow that asks for the corporate login.
 *
 * Variables: `$config` (normalised configuration), `$deployment` (name, region, account, tags), `$found` (what the
 * account already has), `$cluster`, `$identity`, `$ingress`, `$changeIds`.
 */
export function provision(scope: Construct, resources: WorkflowResources): IChainable {
  return admit(scope, resources)
    .next(buildFoundations(scope, resources))
    .next(installKubeflow(scope, resources))
    .next(openTheDoor(scope, resources))
    .next(conclude(scope, resources));
}

/** Bad input stops here, and so does a second execution for the deployment; nothing has been touched. */
function admit(scope: Construct, resources: WorkflowResources) {
  const validateConfiguration = taskState(scope, resources, 'Validate configuration', {
    file: 'validate-configuration',
    arguments: { input: jsonata('$states.input') },
    assign: { config: '$result.configuration', deployment: '$result.deployment' },
    output: '{"deployment": $result.deployment.name}',
  });
  const preflightChecks = taskState(scope, resources, 'Preflight checks', {
    file: 'check-prerequisites',
    arguments: { deployment, configuration: jsonata('$config') },
    assign: { found: '$result' },
  });
  return validateConfiguration.next(acquireLock(scope, resources)).next(preflightChecks);
}

function installKubeflow(scope: Construct, resources: WorkflowResources) {
  const grantClusterAccess = taskState(scope, resources, 'Grant cluster access', {
    file: 'grant-cluster-access',
    arguments: { deployment, clusterName: jsonata('$cluster.name'), entries: resources.clusterAccess },
  });
  const installKubeflow = buildState(scope, resources, 'Install Kubeflow', {
    project: 'kubeflow',
    environment: {
      CONFIGURATION: buildConfiguration,
      FOUND: '{"vpc": $found.vpc, "subnets": $found.subnets}',
      IDENTITY:
        '$sift($identity, function($value, $key) { $key in ["userPoolId", "userPoolArn", "clientId", "secretArn", "certificateArn", "cognitoDomain"] })',
      CLUSTER: '$cluster',
    },
  });
  return grantClusterAccess.next(installKubeflow);
}

/** DNS, and the proof that the login works from outside. */
function openTheDoor(scope: Construct, resources: WorkflowResources) {
  const toLoadBalancer = { zoneId: jsonata('$ingress.hostedZoneId'), dnsName: jsonata('$ingress.hostname') };
  const hostedZoneId = jsonata('$found.hostedZone.id');
  const awaitIngress = taskState(scope, resources, 'Await ingress', {
    file: 'await-ingress',
    arguments: { deployment, cluster: jsonata(clusterEndpoint) },
    assign: { ingress: '$result' },
    polling: [ingressAddress],
  });
  const aliasKubeflowDomain = taskState(scope, resources, 'Alias Kubeflow domain', {
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId,
      records: [{ name: jsonata('$config.kubeflow_domain'), type: 'A', alias: toLoadBalancer }],
    },
    assign: { changeIds: '$result.changeIds' },
  });
  const awaitDns = taskState(scope, resources, 'Await DNS in sync', {
    file: 'await-dns',
    arguments: { deployment, changeIds: jsonata('$changeIds') },
    polling: [dnsInSync],
  });
  const pointParentRecord = taskState(scope, resources, 'Point parent record', {
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId,
      records: [{ name: jsonata('$config.auth_base_domain'), type: 'A', alias: toLoadBalancer }],
      // Where the parent answered before us, its record is another's and stays.
      onlyIfOurs: true,
    },
  });
  const verifyEndpoint = taskState(scope, resources, 'Verify endpoint', {
    file: 'verify-endpoint',
    arguments: {
      deployment,
      url: jsonata('"https://" & $config.kubeflow_domain'),
      cognitoDomain: jsonata('$identity.cognitoDomain'),
      clientId: jsonata('$identity.clientId'),
    },
    polling: [endpointReady],
  });
  return awaitIngress.next(aliasKubeflowDomain).next(awaitDns).next(pointParentRecord).next(verifyEndpoint);
}

function conclude(scope: Construct, resources: WorkflowResources) {
  const registerDeployment = taskState(scope, resources, 'Register deployment', {
    file: 'register-deployment',
    arguments: {
      deployment,
      configuration: jsonata(registeredConfiguration),
      found: jsonata('$found'),
      cluster: jsonata('$cluster'),
      identity: jsonata('$identity'),
      ingress: jsonata('$ingress'),
    },
  });
  const publishEvent = eventState(scope, 'Publish event', {
    detailType: detailTypes.provisioned,
    detail: {
      deployment: jsonata('$deployment.name'),
      url: jsonata('"https://" & $config.kubeflow_domain'),
      userPoolId: jsonata('$identity.userPoolId'),
      clusterArn: jsonata('$cluster.arn'),
    },
    // The execution's output: what the seed's Terraform printed, and where to go.
    output: {
      url: jsonata('"https://" & $config.kubeflow_domain'),
      userPoolId: jsonata('$identity.userPoolId'),
      userPoolArn: jsonata('$identity.userPoolArn'),
      clientId: jsonata('$identity.clientId'),
      secretArn: jsonata('$identity.secretArn'),
      cognitoDomain: jsonata('$identity.cognitoDomain'),
      certificateArn: jsonata('$identity.certificateArn'),
      cluster: jsonata('$cluster'),
      loadBalancer: jsonata('$ingress.hostname'),
    },
  });
  return registerDeployment
    .next(setConcurrency(scope, resources))
    .next(releaseLock(scope, resources))
    .next(publishEvent);
}
