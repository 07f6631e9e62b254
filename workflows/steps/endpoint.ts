import { clusterEndpoint, hostedZoneId } from '../expressions';
import { dnsInSync, endpointReady, ingressAddress } from '../retry-policies';
import { deployment, jsonata } from '../states';
import type { StepDefinition } from '../step-definition';
import { appClient } from './foundations';

const toLoadBalancer = { zoneId: jsonata('$ingress.hostedZoneId'), dnsName: jsonata('$ingress.hostname') };

/** DNS, and the proof that the login works from outside. */
export const endpointSteps: readonly StepDefinition[] = [
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
  {
    // Until here a changed address and the one before it are both allowed: the former is the one that runs.
    name: 'Retire former addresses',
    file: 'ensure-app-client',
    arguments: appClient(jsonata('$identity.userPoolId'), jsonata('$identity.providerName')),
    needs: ['Ensure user pool', 'Ensure SAML provider'],
    after: ['Ensure app client', 'Verify endpoint'],
  },
];
