import { z } from 'zod';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import {
  createTopic,
  deleteTopic,
  findTopic,
  subscribeAddress,
  unsubscribe,
} from '../../adapters/aws/topics';
import { readEnvironment } from '../../core/environment';
import { leftOutput, notOurs, whatIsLeft } from '../../core/handover/left';
import { deploymentNames, deploymentTopicArn, stackNames } from '../../core/naming';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Lets the address of a configuration be told of this deployment's failures and warnings: a topic of the deployment's own
 * (docs/adr/0014-a-topic-for-a-deployment.md), to which the address is subscribed. SNS asks it to confirm; a subscription
 * that waits for that counts as there. Without an address there is no topic, and one that is there is removed.
 *
 * The address stays where it came from: it is in neither the result nor the log.
 *
 * @throws ConflictError `ResourceConflict` where a topic of the name is not ours
 */
export const task = defineTask({
  name: 'ensure-notifications',
  input: z.object({ deployment: deploymentSchema, email: z.string().nullish() }),
  output: z.object({
    topic: z.string().nullable(),
    /** Whether the address has confirmed. */
    confirmed: z.boolean(),
    ...leftOutput,
  }),
  lock: requireLock,
  async run({ deployment, email }, context) {
    const { clients } = context;
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
          ...whatIsLeft([{ what: `the topic ${name}`, why: notOurs }]),
        };
      throw foreignResource(`the topic ${name}`, topic.owner, deployment.name);
    }
    if (email == null) {
      if (topic !== undefined) {
        await context.mutate({ action: 'remove', what: `topic ${name}` }, () => deleteTopic(clients, arn));
      }
      return { topic: null, confirmed: false };
    }
    if (topic === undefined) {
      await context.mutate({ action: 'create', what: `topic ${name}` }, () =>
        createTopic(clients, arn, { keyAlias: stackNames.keyAlias, tags: deployment.tags }),
      );
    }
    const { mail = [] } = topic ?? {};
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
