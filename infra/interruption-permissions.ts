import { interruptionPrefix } from '../core/naming';
import { givesOurTag, hasOurTag, here, type Permission } from '../core/permissions';

/**
 * What the builds need for the queue by which Karpenter learns of machines that end, and for the rules that fill it. Which
 * of these actions take tags as conditions: Service Authorization Reference, Amazon SQS and Amazon EventBridge.
 */

const queues = here('sqs', `${interruptionPrefix}-*`);
const rules = here('events', `rule/${interruptionPrefix}-*`);
const named = 'Their names end with the deployment, which comes from the configuration.';

export const interruptions: {
  readonly read: readonly Permission[];
  readonly make: readonly Permission[];
  readonly remove: Permission;
} = {
  read: [
    {
      actions: [
        'sqs:GetQueueUrl',
        'sqs:GetQueueAttributes',
        'sqs:ListQueueTags',
        'events:DescribeRule',
        'events:ListTagsForResource',
        'events:ListTargetsByRule',
      ],
      resources: [queues, rules],
      why: `Compares the queue by which Karpenter learns of machines that end, and the rules that fill it, and tells ours from another's by tag. ${named}`,
    },
  ],
  make: [
    {
      actions: ['sqs:CreateQueue', 'sqs:TagQueue', 'events:TagResource'],
      resources: [queues, rules],
      conditions: givesOurTag,
      why: `Makes this queue and tags these rules as they are made, with our tag. ${named}`,
    },
    {
      actions: ['sqs:SetQueueAttributes'],
      resources: [queues],
      conditions: hasOurTag,
      why: `Brings a queue with our tag to what is wanted. ${named}`,
    },
    {
      actions: ['events:PutRule'],
      resources: [rules],
      conditions: givesOurTag,
      why: `Makes these rules with our tag. ${named}`,
    },
    {
      actions: ['events:PutRule'],
      resources: [rules],
      conditions: hasOurTag,
      why: `Brings a rule with our tag to what is wanted. ${named}`,
    },
    {
      actions: ['events:PutTargets'],
      resources: [rules],
      conditions: {
        Null: { ...hasOurTag.Null, 'events:TargetArn': 'false' },
        'ForAllValues:ArnLike': { 'events:TargetArn': queues },
      },
      why: `Sends what a rule with our tag finds to such a queue, and nowhere else. ${named}`,
    },
  ],
  remove: {
    actions: ['sqs:DeleteQueue', 'events:RemoveTargets', 'events:DeleteRule'],
    resources: [queues, rules],
    conditions: hasOurTag,
    why: `Removes this queue and these rules, with our tag only. ${named}`,
  },
};
