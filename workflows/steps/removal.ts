import { buildConfiguration, certificateDomains, hostedZoneId, ownDomains } from '../expressions';
import { deletionDone } from '../retry-policies';
import { deployment, jsonata } from '../states';
import { leftByBuild, leftSoFar } from '../left-expressions';
import type { StepDefinition, StepResources } from '../step-definition';
import { acquireLock, releaseLock, setConcurrency } from './shared';

/** What is known of the deployment; from here on no other execution works on it. */
const loadSteps: readonly StepDefinition[] = [
  {
    name: 'Load registration',
    file: 'load-registration',
    arguments: { input: jsonata('$states.input') },
    assign: {
      config: '$result.configuration',
      deployment: '$result.deployment',
      found: '$result.found',
      identity: '$result.identity',
      left: '[]',
    },
    output: '{"deployment": $result.deployment.name}',
  },
  acquireLock,
];

/** The names go first, so that nobody is sent to what is being taken down. */
function clusterRemoval({ clusterAccess }: StepResources): readonly StepDefinition[] {
  return [
    {
      name: 'Delete address records',
      file: 'delete-records',
      arguments: {
        deployment,
        hostedZoneId: jsonata(hostedZoneId),
        domains: jsonata(ownDomains),
        types: ['A', 'AAAA'],
      },
    },
    {
      // From here on no login or resync makes anything in a cluster that is being emptied.
      name: 'Revoke cluster access',
      file: 'revoke-cluster-access',
      arguments: {
        deployment,
        clusterName: jsonata('$deployment.name'),
        entries: clusterAccess.map(({ principalArn }) => ({ principalArn })),
      },
    },
    {
      name: 'Tear down cluster',
      project: 'teardown',
      environment: {
        CONFIGURATION: buildConfiguration,
        FOUND: '{"vpc": $found.vpc, "subnets": $found.subnets}',
      },
      assign: { left: leftByBuild },
    },
    {
      name: 'Await cluster gone',
      file: 'await-cluster-gone',
      arguments: { deployment },
      polling: [deletionDone],
    },
  ];
}

const loginRemoval: readonly StepDefinition[] = [
  {
    name: 'Delete custom domain',
    file: 'delete-custom-domain',
    arguments: { deployment, domain: jsonata('$config.cognito_domain') },
    assign: { left: leftSoFar },
    polling: [deletionDone],
  },
  {
    name: 'Delete app client',
    file: 'delete-app-client',
    arguments: { deployment },
    assign: { left: leftSoFar },
    polling: [deletionDone],
  },
  {
    name: 'Delete SAML provider',
    file: 'delete-saml-provider',
    arguments: { deployment },
    polling: [deletionDone],
  },
  {
    name: 'Revoke trigger',
    file: 'revoke-trigger',
    // A deployment that failed early has no pool yet. A state cannot send a value that is missing.
    arguments: {
      deployment,
      userPoolArn: jsonata('$exists($identity.userPoolArn) ? $identity.userPoolArn : null'),
    },
  },
  {
    name: 'Delete user pool',
    file: 'delete-user-pool',
    arguments: { deployment },
    assign: { left: leftSoFar },
    polling: [deletionDone],
  },
];

const remainderRemoval: readonly StepDefinition[] = [
  {
    name: 'Delete certificates',
    file: 'delete-certificates',
    arguments: { deployment, domains: jsonata(certificateDomains) },
    assign: { left: leftSoFar },
    polling: [deletionDone],
  },
  {
    name: 'Delete validation records',
    file: 'delete-records',
    // Of every type: a resync that was under way may have made an address record again.
    arguments: { deployment, hostedZoneId: jsonata(hostedZoneId), domains: jsonata(ownDomains) },
  },
  {
    name: 'Untag subnets',
    file: 'untag-subnets',
    arguments: { deployment, vpcId: jsonata('$found.vpc.id'), subnets: jsonata('$found.subnets') },
    assign: { left: leftSoFar },
  },
  {
    // The same task as in provision: without an address it removes the topic, and here the alarms before it.
    name: 'Delete notifications',
    file: 'ensure-notifications',
    arguments: { deployment, email: null, alarms: 'removed' },
    assign: { left: leftSoFar },
  },
  { name: 'Unregister deployment', file: 'unregister-deployment', arguments: { deployment } },
  setConcurrency(),
  releaseLock,
];

/** All that destroy does, in this order. */
export function removalSteps(resources: StepResources): readonly StepDefinition[] {
  return [...loadSteps, ...clusterRemoval(resources), ...loginRemoval, ...remainderRemoval];
}
