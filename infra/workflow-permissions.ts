import { buildProjectName, functionName, stackNames, type BuildProject, type Workflow } from '../core/naming';
import type { Permission } from './statements';

const here = (service: string, resource: string) =>
  `arn:<partition>:${service}:<region>:<account>:${resource}`;

const startedBuilds: Record<Workflow, readonly BuildProject[]> = {
  provision: ['cluster', 'kubeflow'],
  plan: ['cluster', 'kubeflow'],
  resync: [],
  destroy: ['teardown'],
};

/**
 * What a state machine's role may do.
 *
 * @param workflow its name
 * @param files the tasks that it calls
 */
export function workflowPermissions(workflow: Workflow, files: readonly string[]): readonly Permission[] {
  const projects = startedBuilds[workflow].map((project) =>
    here('codebuild', `project/${buildProjectName(project)}`),
  );
  return [
    {
      actions: ['lambda:InvokeFunction'],
      resources: [...files].sort().map((file) => here('lambda', `function:${functionName(file)}`)),
      why: 'Calls its tasks, and no other function.',
    },
    ...(projects.length > 0
      ? [
          {
            actions: ['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'],
            resources: projects,
            why: 'Runs its builds to their end, and stops them when the execution is stopped.',
          },
          {
            actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
            resources: [here('events', 'rule/StepFunctionsGetEventForCodeBuildStartBuildRule')],
            why: 'Step Functions learns of the end of a build through this rule, which it keeps itself.',
          },
        ]
      : []),
    ...(workflow === 'plan'
      ? []
      : [
          {
            actions: ['events:PutEvents'],
            resources: [here('events', `event-bus/${stackNames.eventBus}`)],
            conditions: { StringEquals: { 'events:source': stackNames.eventSource } },
            why: 'Publishes how it ended.',
          },
        ]),
    {
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
      resources: ['*'],
      why: 'Step Functions sets up the delivery of its log with these; they know no resources.',
    },
    {
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
      why: 'Sends traces; the actions know no resources.',
    },
  ];
}
