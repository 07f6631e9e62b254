import { z } from 'zod';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import {
  createTopic,
  deleteTopic,
  findTopic,
  readTopicPolicy,
  setTopicPolicy,
  subscribeAddress,
  tagTopic,
  topicPolicy,
  unsubscribe,
  untagTopic,
} from '../../adapters/aws/topics';
import { alarmKinds } from '../../core/deployment-alarms';
import { readEnvironment } from '../../core/environment';
import { satisfies } from '../../core/differences';
import { isSamePolicy } from '../../core/same-policy';
import { leftOutput, notOurs, whatIsLeft } from '../../core/handover/left';
import { unknownAddressSchema } from '../../core/handover/registered-configuration';
import { deploymentAlarmName, deploymentNames, deploymentTopicArn, stackNames } from '../../core/naming';
import type { TaskContext } from '../support/context';
import { requirePlan } from '../support/require-plan';
import { removeRetiredTags } from '../support/retired-tags';
import { removeAlarms } from './keep-alarms';
import { defineTask, deploymentSchema, type Deployment } from '../support/task';

/**
 * Lets the address of a configuration be told of this deployment's failures and warnings: a topic of the deployment's own
 * (docs/adr/0014-a-topic-for-a-deployment.md), to which the address is subscribed. SNS asks it to confirm; a subscription
 * that waits for that counts as there. Without an address there is no topic, and one that is there is removed.
 *
 * The address stays where it came from: it is in neither the result nor the log. In a plan by a deployment's name it is not
 * known, and nothing is said of the topic.
 *
 * @throws ConflictError `ResourceConflict` where a topic of the name is not ours
 */
export const task = defineTask({
  name: 'ensure-notifications',
  input: z.object({
    deployment: deploymentSchema,
    email: z.union([z.string(), unknownAddressSchema]).nullish(),
    /** Whether the deployment has alarms, which shall tell the address, too; `removed` takes those away that there are. */
    alarms: z.enum(['none', 'wanted', 'removed']).default('none'),
  }),
  output: z.object({
    topic: z.string().nullable(),
    /** Whether the address has confirmed. */
    confirmed: z.boolean(),
    ...leftOutput,
  }),
  lock: requireLock,
  async run({ deployment, email, alarms }, context) {
    const { clients } = context;
    const left = alarms === 'removed' ? await removeAlarms(deployment, context) : [];
    if (typeof email === 'object' && email !== null) {
      requirePlan('an address that is not known', context);
      return { topic: null, confirmed: false };
    }
    const name = deploymentNames.topic(deployment.name);
    const arn = deploymentTopicArn(
      readEnvironment('notificationTopicArn', context.environment),
      deployment.name,
    );
    const topic = await findTopic(clients, arn);
    if (topic !== undefined && topic.owner !== deployment.name) {
      // Without an address nothing is wanted, so another's topic is in nobody's way.
      if (email == null)
        return {
          topic: null,
          confirmed: false,
          ...whatIsLeft([...left, { what: `the topic ${name}`, why: notOurs }]),
        };
      throw foreignResource(`the topic ${name}`, topic.owner, deployment.name);
    }
    if (email == null) {
      if (topic !== undefined) {
        await context.mutate({ action: 'remove', what: `topic ${name}` }, () => deleteTopic(clients, arn));
      }
      return { topic: null, confirmed: false, ...whatIsLeft(left) };
    }
    const policy = topicPolicy(arn, alarms === 'wanted' ? alarmArns(arn, deployment) : []);
    if (topic === undefined) {
      await context.mutate({ action: 'create', what: `topic ${name}` }, () =>
        createTopic(clients, arn, { keyAlias: stackNames.keyAlias, policy, tags: deployment.tags }),
      );
    } else {
      await ensureTags(arn, topic.tags, deployment, context);
      if (!isSamePolicy(await readTopicPolicy(clients, arn), policy)) {
        const who = alarms === 'wanted' ? `the alarms of ${deployment.name} tell it` : 'no alarm tells it';
        await context.mutate({ action: 'change', what: `topic ${name}: ${who}` }, () =>
          setTopicPolicy(clients, arn, policy),
        );
      }
    }
    const { mail = [] } = topic ?? {};
    const waiting = mail.find(({ pending }) => pending !== undefined)?.pending;
    if (waiting !== undefined)
      context.observe(
        'pending-subscription',
        waiting === 'PendingConfirmation' ? 'verified' : 'refuted',
        waiting,
      );
    const subscribed = mail.find(({ address }) => address === email);
    if (subscribed === undefined) {
      await context.mutate(
        { action: 'create', what: `subscription of the configured address to ${name}` },
        () => subscribeAddress(clients, arn, email),
      );
    }
    // What has not been confirmed cannot be taken back; SNS forgets it by itself.
    for (const { arn: former } of mail.filter(({ address }) => address !== email)) {
      if (former === undefined) continue;
      await context.mutate({ action: 'remove', what: `subscription of a former address to ${name}` }, () =>
        unsubscribe(clients, former),
      );
    }
    return { topic: name, confirmed: subscribed?.arn !== undefined };
  },
});

export const handler = task.handler;

/** ARNs of the deployment's alarms, which are where its topic is; each by itself, since a pattern would be that of a longer name, too. */
function alarmArns(topicArn: string, { name }: Deployment): string[] {
  const [, partition = '', , region = '', account = ''] = topicArn.split(':');
  return alarmKinds.map(
    (kind) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${deploymentAlarmName(name, kind)}`,
  );
}

/** What is configured is set, and what is no longer is taken off. */
async function ensureTags(
  arn: string,
  found: Readonly<Record<string, string>>,
  deployment: Deployment,
  context: TaskContext,
): Promise<void> {
  const what = `topic ${deploymentNames.topic(deployment.name)}`;
  if (!satisfies(found, deployment.tags)) {
    await context.mutate({ action: 'change', what: `tags of ${what}` }, () =>
      tagTopic(context.clients, arn, deployment.tags),
    );
  }
  await removeRetiredTags(
    { what, tags: found, untag: (keys) => untagTopic(context.clients, arn, keys) },
    deployment,
    context,
  );
}
