import type { StepDefinition, StepResources } from '../step-definition';
import { admissionSteps, notificationSteps } from './admission';
import { conclusionSteps } from './conclusion';
import { endpointSteps } from './endpoint';
import { clusterSteps, identitySteps } from './foundations';
import { kubeflowSteps } from './kubeflow';

/** The steps of a provisioning: some one after the other, two branches beside each other, the rest again in a row. */
export interface ProvisionSteps {
  readonly first: readonly StepDefinition[];
  readonly cluster: readonly StepDefinition[];
  readonly identity: readonly StepDefinition[];
  readonly rest: readonly StepDefinition[];
}

/** All that a provisioning does for the deployment: provision does them, plan asks each what it would do. */
export function provisionSteps(resources: StepResources): ProvisionSteps {
  return {
    first: [...admissionSteps, ...notificationSteps],
    cluster: clusterSteps,
    identity: identitySteps(resources),
    rest: [...kubeflowSteps(resources), ...endpointSteps, ...conclusionSteps],
  };
}
