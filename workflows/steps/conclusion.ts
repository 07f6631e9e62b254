import { registeredConfiguration } from '../expressions';
import { deployment, jsonata } from '../states';
import type { StepDefinition } from '../step-definition';

/** What the other workflows and the profile manager work from. */
export const conclusionSteps: readonly StepDefinition[] = [
  {
    name: 'Register deployment',
    file: 'register-deployment',
    arguments: {
      deployment,
      configuration: jsonata(registeredConfiguration),
      found: jsonata('$found'),
      cluster: jsonata('$cluster'),
      identity: jsonata('$merge([$identity, {"cloudFrontDomain": $cloudFrontDomain}])'),
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
    after: ['Verify endpoint', 'Retire former addresses'],
  },
];
