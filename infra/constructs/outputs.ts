import { Aws, CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stackNames, versionOutput } from '../../core/naming';
import { productVersion } from '../../core/product-version';
import type { StackOptionName } from '../options';
import { optionOutput } from '../remembered-options';
import type { Workflows } from './workflows';

/**
 * What an operator needs right after the deployment, ready to be copied; and the options that the stack was made with,
 * so that a later synthesis knows what it would lose (`infra/remembered-options.ts`).
 */
export function outputs(
  scope: Construct,
  workflows: Workflows,
  options: Readonly<Partial<Record<StackOptionName, string>>>,
): void {
  const provision = workflows.machine('provision').stateMachineArn;
  const all: Record<string, { value: string; description: string }> = {
    [versionOutput]: {
      value: productVersion,
      description: 'Of the stack; the command line says where it is of another version',
    },
    Console: {
      value: `https://${Aws.REGION}.console.aws.amazon.com/states/home?region=${Aws.REGION}#/statemachines/view/${provision}`,
      description: 'The provisioning workflow in the console',
    },
    StartCommand: {
      value: [
        'npm run --silent cli -- start examples/acme.yaml --print-input > input.json &&',
        `aws stepfunctions start-execution --region ${Aws.REGION} --state-machine-arn ${provision} --input file://input.json`,
      ].join(' '),
      description: 'Starts a provisioning; put your own file in the place of the example',
    },
    ProvisionArn: { value: provision, description: 'State machine that provisions a deployment' },
    PlanArn: {
      value: workflows.machine('plan').stateMachineArn,
      description: 'State machine that tells what a provisioning would do',
    },
    ResyncArn: {
      value: workflows.machine('resync').stateMachineArn,
      description: 'State machine that brings deployments back in line',
    },
    DestroyArn: {
      value: workflows.machine('destroy').stateMachineArn,
      description: 'State machine that removes a deployment',
    },
    RegistryTable: { value: stackNames.table, description: 'Locks, registrations and records of runs' },
    Notifications: {
      value: `arn:${Aws.PARTITION}:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${stackNames.topic}`,
      description: 'Topic to subscribe to for failures and alarms',
    },
    Dashboard: {
      value: `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards:name=${stackNames.dashboard}`,
      description: 'Executions, logins, builds and alarms on one page',
    },
  };
  for (const [name, value] of Object.entries(options)) {
    all[optionOutput(name as StackOptionName)] = { value, description: `Option ${name} of this deployment` };
  }
  for (const [name, { value, description }] of Object.entries(all))
    new CfnOutput(scope, name, { value, description });
}
