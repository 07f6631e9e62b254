import type { FunctionSpec } from '../../core/function-spec';
import { deploymentTopics, givesOurTag, hasOurTag } from '../../core/permissions';
import { readLock, unwatchDeployments } from '../support/shared-permissions';
import type { task as ensureNotifications } from './ensure-notifications';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'ensure-notifications': typeof ensureNotifications;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'ensure-notifications': {
    description: 'Lets the address of the configuration be told of failures',
    permissions: [
      readLock,
      ...unwatchDeployments,
      {
        actions: ['sns:ListTagsForResource', 'sns:ListSubscriptionsByTopic'],
        resources: [deploymentTopics],
        why: "Tells ours from another's by tag, and reads who is subscribed. Its end comes from the configuration.",
      },
      {
        actions: ['sns:CreateTopic', 'sns:TagResource'],
        resources: [deploymentTopics],
        conditions: givesOurTag,
        why: "Makes the deployment's topic, with our tag, and brings its tags along. Its end comes from the configuration.",
      },
      {
        actions: ['sns:Subscribe', 'sns:DeleteTopic', 'sns:UntagResource'],
        resources: [deploymentTopics],
        conditions: hasOurTag,
        why: "Subscribes the configuration's address, takes off tags that are no longer configured, and removes the topic. Only topics with our tag.",
      },
      {
        actions: ['sns:GetTopicAttributes', 'sns:SetTopicAttributes'],
        resources: [deploymentTopics],
        conditions: hasOurTag,
        why: "Lets the deployment's alarms tell its topic, and takes that back. Only topics with our tag.",
      },
      {
        actions: ['sns:Unsubscribe'],
        resources: ['*'],
        why: 'Ends the subscription of a former address; the action knows no resources.',
      },
    ],
  },
};
