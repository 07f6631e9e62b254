import { insightsLogPrefix } from '../core/naming';
import { allowList, givesOurTag, hasOurTag, here, type Permission } from '../core/permissions';

/**
 * What the builds need for the log groups of Container Insights, whose names CloudWatch's agent chooses. Which of these actions
 * know a resource and its tags: Service Authorization Reference, Amazon CloudWatch Logs.
 */
const groups = here('logs', `log-group:${insightsLogPrefix('*')}*`);
const named = 'Their names have the deployment, which comes from the configuration.';

export const seeLogGroups = allowList(
  ['logs:DescribeLogGroups'],
  'Looks for the log groups of Container Insights, and how long they keep',
);

export const keepInsightsLogs: readonly Permission[] = [
  seeLogGroups,
  {
    actions: ['logs:ListTagsForResource'],
    resources: [groups],
    why: `Tells our log groups from another's by tag. ${named}`,
  },
  {
    actions: ['logs:CreateLogGroup', 'logs:TagResource'],
    resources: [groups],
    conditions: givesOurTag,
    why: `Makes the log groups of Container Insights with our tag. ${named}`,
  },
  {
    actions: ['logs:PutRetentionPolicy'],
    resources: [groups],
    conditions: hasOurTag,
    why: `Says how long log groups with our tag keep. ${named}`,
  },
];
