import { jsonata } from '../states';
import type { StepDefinition, StepResources } from '../step-definition';
import { admissionSteps, notificationSteps } from './admission';
import { conclusionSteps } from './conclusion';
import { addressSteps, verificationSteps } from './endpoint';
import { clusterSteps, identitySteps, loginDomainSteps } from './foundations';
import { kubeflowSteps } from './kubeflow';
import { setConcurrency } from './shared';

/** Two branches beside each other; the last step of each provides the variable that the workflow goes on with. */
export interface Beside {
  /** Name of the state. */
  readonly name: string;
  readonly branches: readonly [readonly StepDefinition[], readonly StepDefinition[]];
}

/** A part of a provisioning: steps in a row, or branches. */
export type ProvisionPart = readonly StepDefinition[] | Beside;

/**
 * All that a provisioning does for the deployment: provision does it, plan asks each step what it would do.
 *
 * What takes long is begun as early as it can be and awaited as late: the login's domain is begun with the identity and
 * awaited beside the installation, which needs it only at the first login (docs/adr/0100-nothing-waits-in-vain.md).
 */
export function provisionParts(resources: StepResources): readonly ProvisionPart[] {
  const asked = jsonata('$config.lambda_concurrency_enabled ? $config.lambda_profile_concurrency : 0');
  return [
    [...admissionSteps, ...notificationSteps],
    { name: 'Build foundations', branches: [clusterSteps, identitySteps(resources)] },
    {
      name: 'Install and publish',
      branches: [
        [...kubeflowSteps(resources), ...addressSteps],
        [setConcurrency({ asked }), ...loginDomainSteps],
      ],
    },
    [...verificationSteps, ...conclusionSteps],
  ];
}

/** The steps of all parts, in an order that keeps what they need before them. */
export function provisionSteps(resources: StepResources): readonly StepDefinition[] {
  return provisionParts(resources).flatMap((part) => ('branches' in part ? part.branches.flat() : part));
}
