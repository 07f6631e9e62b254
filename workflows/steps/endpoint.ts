import { clusterEndpoint, hostedZoneId } from '../expressions';
import { dnsInSync, endpointReady, ingressAddress } from '../retry-policies';
import { deployment, jsonata } from '../states';
import type { StepDefinition } from '../step-definition';
import { appClient } from './foundations';

const toLoadBalancer = {
  zoneId: jsonata('$loadBalancer.hostedZoneId'),
  dnsName: jsonata('$loadBalancer.hostname'),
};

/** The load balancer's address and the names that lead to it. */
export const addressSteps: readonly StepDefinition[] = [
  {
    name: 'Await ingress',
    file: 'await-ingress',
    arguments: { deployment, cluster: jsonata(clusterEndpoint) },
    assign: { loadBalancer: '$result' },
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
    name: 'Await DNS in sync',
    file: 'await-dns',
    arguments: { deployment, changeIds: jsonata('$changeIds') },
    polling: [dnsInSync],
    output: '$loadBalancer',
    provides: 'ingress',
    needs: ['Alias Kubeflow domain'],
  },
];

/** The proof that the login works from outside. */
export const verificationSteps: readonly StepDefinition[] = [
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
    after: [
      'Ensure custom domain',
      'Alias Cognito domain',
      'Install Kubeflow',
      'Alias Kubeflow domain',
      'Point parent record',
      'Await DNS in sync',
    ],
  },
  {
    // Until here a changed address and the one before it are both allowed: the former is the one that runs.
    name: 'Retire former addresses',
    file: 'ensure-app-client',
    arguments: appClient(jsonata('$identity.userPoolId'), jsonata('$identity.providerName')),
    needs: ['Ensure user pool', 'Ensure SAML provider'],
    after: ['Ensure app client', 'Verify endpoint'],
  },
];
