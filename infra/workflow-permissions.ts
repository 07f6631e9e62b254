import { buildProjectName, functionName, type BuildProject, type Workflow } from '../core/naming';
import { allowEvents, here, type Permission } from '../core/permissions';

/** What a workflow's states call, as they were made. */
export interface WorkflowCalls {
  /** Files of the tasks. */
  readonly tasks: ReadonlySet<string>;
  readonly builds: ReadonlySet<BuildProject>;
}

/** What a state machine's role may do: call what its own states call, and nothing else. */
export function workflowPermissions(
  workflow: Workflow,
  { tasks, builds }: WorkflowCalls,
): readonly Permission[] {
  const projects = [...builds].map((project) => here('codebuild', `project/${buildProjectName(project)}`));
  return [
    {
      actions: ['lambda:InvokeFunction'],
      resources: [...tasks].sort().map((file) => here('lambda', `function:${functionName(file)}`)),
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
    ...(workflow === 'plan' ? [] : [allowEvents('Publishes how it ended.')]),
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
