import { Choice, Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { detailTypes } from '../core/naming';
import { buildConfiguration, certificateDomains, hostedZoneId, ownDomains } from './expressions';
import { deletionDone } from './retry-policies';
import { acquireLock, releaseLock, setConcurrency } from './shared-steps';
import { buildState, deployment, eventState, jsonata, taskState, type WorkflowResources } from './states';
import { stepState } from './steps';

/**
 * Takes away what provision made, in reverse, and nothing else: every task looks for our tag or companion again.
 *
 * Input: `{"deployment": name}` of a registered deployment, or the configuration of one whose provisioning never came
 * to its end. Variables: `$config`, `$deployment`, `$found`, `$identity`.
 */
export function destroy(scope: Construct, resources: WorkflowResources): IChainable {
  const { revokeTrigger, hasPool } = trigger(scope, resources);
  const removeLogin = removePool(scope, resources);
  hasPool
    .when(Condition.jsonata(jsonata('$exists($identity.userPoolArn)')), revokeTrigger)
    .otherwise(removeLogin);
  revokeTrigger.next(removeLogin);
  removeLogin.next(conclude(scope, resources));
  return admit(scope, resources)
    .next(removeCluster(scope, resources))
    .next(closeLogin(scope, resources))
    .next(hasPool);
}

function admit(scope: Construct, resources: WorkflowResources) {
  const loadRegistration = taskState(scope, resources, 'Load registration', {
    file: 'load-registration',
    arguments: { input: jsonata('$states.input') },
    assign: {
      config: '$result.configuration',
      deployment: '$result.deployment',
      found: '$result.found',
      identity: '$result.identity',
    },
    output: '{"deployment": $result.deployment.name}',
  });
  return loadRegistration.next(stepState(scope, resources, acquireLock));
}

/** The names go first, so that nobody is sent to what is being taken down. */
function removeCluster(scope: Construct, resources: WorkflowResources) {
  const deleteAddresses = taskState(scope, resources, 'Delete address records', {
    file: 'delete-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata(hostedZoneId),
      domains: jsonata(ownDomains),
      types: ['A', 'AAAA'],
    },
  });
  // From here on no login or resync makes anything in a cluster that is being emptied.
  const revokeAccess = taskState(scope, resources, 'Revoke cluster access', {
    file: 'revoke-cluster-access',
    arguments: {
      deployment,
      clusterName: jsonata('$deployment.name'),
      entries: resources.clusterAccess.map(({ principalArn }) => ({ principalArn })),
    },
  });
  const tearDown = buildState(scope, resources, 'Tear down cluster', {
    project: 'teardown',
    environment: {
      CONFIGURATION: buildConfiguration,
      FOUND: '{"vpc": $found.vpc, "subnets": $found.subnets}',
    },
  });
  const awaitGone = taskState(scope, resources, 'Await cluster gone', {
    file: 'await-cluster-gone',
    arguments: { deployment },
    polling: [deletionDone],
  });
  return deleteAddresses.next(revokeAccess).next(tearDown).next(awaitGone);
}

function closeLogin(scope: Construct, resources: WorkflowResources) {
  const deleteDomain = taskState(scope, resources, 'Delete custom domain', {
    file: 'delete-custom-domain',
    arguments: { deployment, domain: jsonata('$config.cognito_domain') },
    polling: [deletionDone],
  });
  const deleteClient = taskState(scope, resources, 'Delete app client', {
    file: 'delete-app-client',
    arguments: { deployment },
    polling: [deletionDone],
  });
  const deleteProvider = taskState(scope, resources, 'Delete SAML provider', {
    file: 'delete-saml-provider',
    arguments: { deployment },
    polling: [deletionDone],
  });
  return deleteDomain.next(deleteClient).next(deleteProvider);
}

/** A deployment that failed early has no pool yet. */
function trigger(scope: Construct, resources: WorkflowResources) {
  const revokeTrigger = taskState(scope, resources, 'Revoke trigger', {
    file: 'revoke-trigger',
    arguments: { deployment, userPoolArn: jsonata('$identity.userPoolArn') },
  });
  return { revokeTrigger, hasPool: new Choice(scope, 'Is there a user pool?') };
}

function removePool(scope: Construct, resources: WorkflowResources) {
  return taskState(scope, resources, 'Delete user pool', {
    file: 'delete-user-pool',
    arguments: { deployment },
    polling: [deletionDone],
  });
}

function conclude(scope: Construct, resources: WorkflowResources) {
  const deleteCertificates = taskState(scope, resources, 'Delete certificates', {
    file: 'delete-certificates',
    arguments: { deployment, domains: jsonata(certificateDomains) },
    polling: [deletionDone],
  });
  const deleteValidation = taskState(scope, resources, 'Delete validation records', {
    file: 'delete-records',
    // Of every type: a resync that was under way may have made an address record again.
    arguments: { deployment, hostedZoneId: jsonata(hostedZoneId), domains: jsonata(ownDomains) },
  });
  const untagSubnets = taskState(scope, resources, 'Untag subnets', {
    file: 'untag-subnets',
    arguments: { deployment, vpcId: jsonata('$found.vpc.id'), subnets: jsonata('$found.subnets') },
  });
  const deleteNotifications = taskState(scope, resources, 'Delete notifications', {
    file: 'ensure-notifications',
    arguments: { deployment, email: null },
  });
  const unregister = taskState(scope, resources, 'Unregister deployment', {
    file: 'unregister-deployment',
    arguments: { deployment },
  });
  const publishEvent = eventState(scope, 'Publish event', {
    detailType: detailTypes.destroyed,
    detail: { deployment: jsonata('$deployment.name') },
  });
  return deleteCertificates
    .next(deleteValidation)
    .next(untagSubnets)
    .next(deleteNotifications)
    .next(unregister)
    .next(stepState(scope, resources, setConcurrency()))
    .next(stepState(scope, resources, releaseLock))
    .next(publishEvent);
}
