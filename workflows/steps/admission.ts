import { deployment, jsonata } from '../states';
import type { StepDefinition } from '../step-definition';
import { acquireLock } from './shared';

/** Bad input stops here, and so does a second execution for the deployment; nothing has been touched. */
export const admissionSteps: readonly StepDefinition[] = [
  {
    name: 'Validate configuration',
    file: 'validate-configuration',
    arguments: { input: jsonata('$states.input') },
    assign: { config: '$result.configuration', deployment: '$result.deployment' },
    output: '{"deployment": $result.deployment.name}',
  },
  acquireLock,
  {
    // Its file says what is checked: what the account must have before anything is made.
    name: 'Preflight checks',
    file: 'check-prerequisites',
    arguments: { deployment, configuration: jsonata('$config') },
    assign: { found: '$result' },
  },
];

/** Early, so that its subscribers hear of a failure of the rest. */
export const notificationSteps: readonly StepDefinition[] = [
  {
    name: 'Ensure notifications',
    file: 'ensure-notifications',
    arguments: {
      deployment,
      // An expression without a value fails its state.
      email: jsonata('$exists($config.notification_email) ? $config.notification_email : null'),
      alarms: jsonata('$exists($config.observability) ? "wanted" : "none"'),
    },
  },
];
