import { Aws } from 'aws-cdk-lib';
import {
  buildProjectName,
  functionName,
  functionRoleName,
  product,
  stackNames,
  stateMachineName,
  type BuildProject,
  type Workflow,
} from '../core/naming';

/**
 * ARNs of what the stack deploys, built from the fixed names. Referring by name keeps the resources free of circular
 * references (a function's environment names the alias of another, whose pool names it again).
 */
const arn = (service: string, resource: string) =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

export const arns = {
  function: (file: string) => arn('lambda', `function:${functionName(file)}`),
  profileManagerAlias: () =>
    arn('lambda', `function:${functionName('profile-manager')}:${stackNames.profileManagerAlias}`),
  functionRole: (file: string) =>
    `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${functionRoleName(file, Aws.REGION)}`,
  buildRole: (project: BuildProject) =>
    `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${buildRoleName(project)}`,
  stateMachine: (workflow: Workflow) => arn('states', `stateMachine:${stateMachineName(workflow)}`),
  topic: () => arn('sns', stackNames.topic),
} as const;

/** Name of the role of a CodeBuild project. Fixed, so that a cluster's access entries can name it. */
export function buildRoleName(project: BuildProject): string {
  return `${buildProjectName(project)}-build-${Aws.REGION}`;
}

/** Name of the role of a state machine. */
export function workflowRoleName(workflow: Workflow): string {
  return `${stateMachineName(workflow)}-workflow-${Aws.REGION}`;
}

/** Names of the log groups. Step Functions wants its own under /aws/vendedlogs, which never fills a resource policy. */
export const logGroupNames = {
  function: (file: string) => `/aws/lambda/${functionName(file)}`,
  build: (project: BuildProject) => `/aws/codebuild/${buildProjectName(project)}`,
  workflow: (workflow: Workflow) => `/aws/vendedlogs/states/${stateMachineName(workflow)}`,
} as const;

/** Names of the queues that catch what a target could not take. */
export const queueNames = {
  failureRecorder: stackNames.failureRecorderQueue,
  resync: `${product}-resync-dlq`,
  drift: stackNames.driftQueue,
} as const;

/** Names of the rules. */
export const ruleNames = {
  schedule: `${product}-resync-schedule`,
  resyncRequested: `${product}-resync-requested`,
  failed: `${product}-execution-failed`,
  warning: `${product}-resync-warning`,
  driftSchedule: `${product}-drift-schedule`,
  driftLooked: `${product}-drift-looked`,
} as const;

/** Name of the role with which rules start a workflow. */
export function eventRoleName(workflow: Workflow): string {
  return `${stateMachineName(workflow)}-events-${Aws.REGION}`;
}
