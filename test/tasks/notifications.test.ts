import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { notOurs } from '../../core/handover/left';
import { unknownAddress } from '../../core/handover/registered-configuration';
import { stackNames } from '../../core/naming';
import { task } from '../../tasks/notifications/ensure-notifications';
import { useMoto } from '../support/moto';
import { testContext, testDeployment as deployment } from '../support/task-context';

const email = 'platform@acme.example';
const stackTopic = `arn:aws:sns:eu-central-1:123456789012:${stackNames.topic}`;
const topicArn = `${stackTopic}-acme`;

describe('the notifications of a deployment', () => {
  const moto = useMoto({ functions: ['ensure-notifications'] });
  const sns = () => moto.lookingClients.get(SNSClient);
  const run = (address: string | null | typeof unknownAddress, options: { readOnly?: boolean } = {}) => {
    const context = testContext(moto, { environment: { NOTIFICATION_TOPIC_ARN: stackTopic }, ...options });
    return task.run({ deployment, email: address }, context).then((result) => ({ result, context }));
  };
  const subscribed = async () =>
    (await sns().send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }))).Subscriptions?.map(
      ({ Protocol, Endpoint }) => `${Protocol ?? ''} ${Endpoint ?? ''}`,
    );
  const topics = async () =>
    ((await sns().send(new ListTopicsCommand({}))).Topics ?? []).map(({ TopicArn }) => TopicArn);

  test('an address gets a topic of the deployment, encrypted and by TLS only', async () => {
    const { result } = await run(email);

    expect(await subscribed()).toEqual([`email ${email}`]);
    const { Attributes: attributes } = await sns().send(
      new GetTopicAttributesCommand({ TopicArn: topicArn }),
    );
    expect(attributes).toMatchObject({ KmsMasterKeyId: stackNames.keyAlias });
    expect(attributes?.['Policy']).toContain('aws:SecureTransport');
    expect(JSON.stringify(result)).not.toContain(email);
  });

  test('a second run makes no change', async () => {
    await run(email);
    moto.forgetCalls();
    expect((await run(email)).result).toMatchObject({ topic: `${stackNames.topic}-acme` });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('another address takes the place of the former', async () => {
    await run(email);
    await run('new@acme.example');
    expect(await subscribed()).toEqual(['email new@acme.example']);
  });

  test('an address that is not known is for a plan alone, which says nothing of the topic', async () => {
    await run(email);
    moto.forgetCalls();
    const { result, context } = await run(unknownAddress, { readOnly: true });
    expect(result).toEqual({ topic: null, confirmed: false });
    expect(context.changes).toEqual([]);
    await expect(run(unknownAddress)).rejects.toMatchObject({ name: 'InvalidTaskInput' });
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await subscribed()).toEqual([`email ${email}`]);
  });

  test('without an address there is no topic, and one that was there goes', async () => {
    expect((await run(null)).result).toEqual({ topic: null, confirmed: false });
    await run(email);
    await run(null);
    expect(await topics()).toEqual([]);
    moto.forgetCalls();
    await run(null);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test("another's topic of the name is left alone", async () => {
    await sns().send(new CreateTopicCommand({ Name: `${stackNames.topic}-acme` }));
    await expect(run(email)).rejects.toMatchObject({ name: 'ResourceConflict' });
    expect((await run(null)).result).toEqual({
      topic: null,
      confirmed: false,
      left: [{ what: 'the topic kubeflow-eks-notifications-acme', why: notOurs }],
    });
    expect(await topics()).toEqual([topicArn]);
    expect(await subscribed()).toEqual([]);
  });

  test('a plan says what would be made, without the address', async () => {
    const { context } = await run(email, { readOnly: true });
    expect(context.changes.map(({ action }) => action)).toEqual(['create', 'create']);
    expect(JSON.stringify(context.changes)).not.toContain(email);
    expect(await topics()).toEqual([]);
  });
});
