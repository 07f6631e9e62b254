import { buildConfiguration, clusterEndpoint, hostedZoneId, registeredConfiguration } from './expressions';
import { dnsInSync, endpointReady, ingressAddress } from './retry-policies';
import { acquireLock, setConcurrency } from './shared-steps';
import { deployment, jsonata } from './states';
import type { Step, StepResources } from './steps';

/** Bad input stops here, and so does a second execution for the deployment; nothing has been touched. */
export const admissionSteps: readonly Step[] = [
  {
    name: 'Validate configuration',
    file: 'validate-configuration',
    arguments: { input: jsonata('$states.input') },
    assign: { config: '$result.configuration', deployment: '$result.deployment' },
    output: '{"deployment": $result.deployment.name}',
  },
  acquireLock,
  {
    name: 'Preflight checks',
    file: 'check-prerequisites',
    arguments: { deployment, configuration: jsonata('$config') },
    assign: { found: '$result' },
  },
];

/** Early, so that whoever is to be told hears of a failure of the rest. */
export const notificationSteps: readonly Step[] = [
  {
    name: 'Ensure notifications',
    file: 'ensure-notifications',
    arguments: {
      deployment,
      // A state may not send nothing.
      email: jsonata('$exists($config.notification_email) ? $config.notification_email : null'),
    },
  },
];

export function kubeflowSteps({ clusterAccess }: StepResources): readonly Step[] {
  return [
    {
      name: 'Grant cluster access',
      file: 'grant-cluster-access',
      arguments: { deployment, clusterName: jsonata('$cluster.name'), entries: clusterAccess },
      needs: ['Describe cluster'],
    },
    {
      name: 'Install Kubeflow',
      project: 'kubeflow',
      environment: {
        CONFIGURATION: buildConfiguration,
        FOUND: '{"vpc": $found.vpc, "subnets": $found.subnets}',
        IDENTITY:
          '$merge([$sift($identity, function($value, $key) { $key in ["userPoolId", "userPoolArn", "clientId", "secretArn", "certificateArn", "cognitoDomain"] }), {"emailDomains": [$config.access.allowed_email_domains]}])',
        CLUSTER: '$cluster',
      },
      needs: [
        'Preflight checks',
        'Describe cluster',
        'Request certificates',
        'Ensure user pool',
        'Ensure app client',
      ],
    },
  ];
}

const toLoadBalancer = { zoneId: jsonata('$ingress.hostedZoneId'), dnsName: jsonata('$ingress.hostname') };

/** DNS, and the proof that the login works from outside. */
export const doorSteps: readonly Step[] = [
  {
    name: 'Await ingress',
    file: 'await-ingress',
    arguments: { deployment, cluster: jsonata(clusterEndpoint) },
    assign: { ingress: '$result' },
    polling: [ingressAddress],
    needs: ['Describe cluster'],
    after: ['Grant cluster access', 'Install Kubeflow'],
  },
  {
    name: 'Alias Kubeflow domain',
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata(hostedZoneId),
      records: [{ name: jsonata('$config.kubeflow_domain'), type: 'A', alias: toLoadBalancer }],
    },
    assign: { changeIds: '$result.changeIds' },
    needs: ['Preflight checks', 'Await ingress'],
  },
  {
    name: 'Await DNS in sync',
    file: 'await-dns',
    arguments: { deployment, changeIds: jsonata('$changeIds') },
    polling: [dnsInSync],
    needs: ['Alias Kubeflow domain'],
  },
  {
    name: 'Point parent record',
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata(hostedZoneId),
      records: [{ name: jsonata('$config.auth_base_domain'), type: 'A', alias: toLoadBalancer }],
      // Where the parent answered before us, its record is another's and stays.
      onlyIfOurs: true,
    },
    needs: ['Preflight checks', 'Await ingress'],
  },
  {
    name: 'Verify endpoint',
    file: 'verify-endpoint',
    arguments: {
      deployment,
      url: jsonata('"https://" & $config.kubeflow_domain'),
      cognitoDomain: jsonata('$identity.cognitoDomain'),
      clientId: jsonata('$identity.clientId'),
    },
    polling: [endpointReady],
    needs: ['Ensure app client'],
    after: ['Ensure custom domain', 'Install Kubeflow', 'Alias Kubeflow domain', 'Point parent record'],
  },
];

/** What the other workflows and the profile manager work from. */
export const conclusionSteps: readonly Step[] = [
  {
    name: 'Register deployment',
    file: 'register-deployment',
    arguments: {
      deployment,
      configuration: jsonata(registeredConfiguration),
      found: jsonata('$found'),
      cluster: jsonata('$cluster'),
      identity: jsonata('$identity'),
      ingress: jsonata('$ingress'),
    },
    needs: [
      'Preflight checks',
      'Describe cluster',
      'Request certificates',
      'Ensure user pool',
      'Ensure SAML provider',
      'Ensure app client',
      'Await custom domain',
      'Await ingress',
    ],
  },
  setConcurrency({
    asked: jsonata('$config.lambda_concurrency_enabled ? $config.lambda_profile_concurrency : 0'),
  }),
];
