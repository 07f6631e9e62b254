import { AddTagsToCertificateCommand, ACMClient } from '@aws-sdk/client-acm';
import { SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { SNSClient, TagResourceCommand as TagTopicCommand } from '@aws-sdk/client-sns';
import { readCertificateTags } from '../../adapters/aws/acm';
import { createUserPool } from '../../adapters/aws/cognito-user-pool';
import { readItem, registryKey, writeItem } from '../../adapters/aws/registry';
import { givenTags, readLatestRun } from '../../adapters/aws/registry-runs';
import { describeSecret } from '../../adapters/aws/secrets-manager';
import { findTopic } from '../../adapters/aws/topics';
import { stackNames } from '../../core/naming';
import { task as ensureAppClient } from '../../tasks/app-client/ensure-app-client';
import { task as requestCertificates } from '../../tasks/certificates/request-certificates';
import { task as acquireLock } from '../../tasks/lock/acquire-lock';
import { task as releaseLock } from '../../tasks/lock/release-lock';
import { task as ensureNotifications } from '../../tasks/notifications/ensure-notifications';
import { registryEnvironment } from '../support/registry';
import type { Deployment } from '../../tasks/support/task';
import { testContext, testDeployment } from '../support/task-context';
import { useWorkflows } from '../support/workflows';

const table = stackNames.table;
const stackTopic = `arn:aws:sns:eu-central-1:123456789012:${stackNames.topic}`;
const topicArn = `${stackTopic}-acme`;
const environment = { ...registryEnvironment, NOTIFICATION_TOPIC_ARN: stackTopic };
const former: Deployment = { ...testDeployment, tags: { ...testDeployment.tags, cost: 'ml', stage: 'one' } };
const theirs = { stage: 'two', audit: 'yes' };

describe('a tag that is no longer configured', () => {
  const moto = useWorkflows([
    'acquire-lock',
    'release-lock',
    'request-certificates',
    'ensure-app-client',
    'ensure-notifications',
  ]);
  const context = () => testContext(moto, { environment });
  const register = () =>
    writeItem(moto.lookingClients, table, registryKey.registration('acme'), { deployment: former });

  test('goes from a certificate, and what somebody set or changed stays', async () => {
    await register();
    const domains = ['example.com'];
    const { certificates } = await requestCertificates.run({ deployment: former, domains }, context());
    for (const { region, arn: CertificateArn } of certificates) {
      const Tags = Object.entries(theirs).map(([Key, Value]) => ({ Key, Value }));
      await moto.lookingClients
        .get(ACMClient, region)
        .send(new AddTagsToCertificateCommand({ CertificateArn, Tags }));
    }
    moto.forgetCalls();
    await requestCertificates.run({ deployment: testDeployment, domains }, context());
    expect(moto.mutatingCalls()).toEqual(['ACM RemoveTagsFromCertificate', 'ACM RemoveTagsFromCertificate']);
    for (const { region, arn } of certificates) {
      expect(await readCertificateTags(moto.lookingClients, region, arn)).toEqual({
        ...testDeployment.tags,
        ...theirs,
      });
    }
  });

  test('goes from the secret', async () => {
    await register();
    const { id: userPoolId } = await createUserPool(moto.lookingClients, 'acme', {}, testDeployment.tags);
    const ensure = (deployment: Deployment) =>
      ensureAppClient.run(
        { deployment, userPoolId, kubeflowDomain: 'kubeflow.example.com', providerName: 'ADFS' },
        context(),
      );
    const { secretArn: SecretId } = await ensure(former);
    const Tags = Object.entries(theirs).map(([Key, Value]) => ({ Key, Value }));
    await moto.lookingClients.get(SecretsManagerClient).send(new TagResourceCommand({ SecretId, Tags }));
    moto.forgetCalls();
    await ensure(testDeployment);
    expect(moto.mutatingCalls()).toEqual(['SecretsManager UntagResource']);
    expect((await describeSecret(moto.lookingClients, SecretId))?.tags).toEqual({
      ...testDeployment.tags,
      ...theirs,
    });
  });

  test('goes from the topic, which also gets what is newly configured', async () => {
    await register();
    const ensure = (deployment: Deployment) =>
      ensureNotifications.run({ deployment, email: 'platform@acme.example' }, context());
    await ensure(former);
    const Tags = Object.entries(theirs).map(([Key, Value]) => ({ Key, Value }));
    await moto.lookingClients.get(SNSClient).send(new TagTopicCommand({ ResourceArn: topicArn, Tags }));
    const now = { ...testDeployment, tags: { ...testDeployment.tags, unit: 'research' } };
    moto.forgetCalls();
    await ensure(now);
    expect(moto.mutatingCalls()).toEqual(['SNS TagResource', 'SNS UntagResource']);
    expect((await findTopic(moto.lookingClients, topicArn))?.tags).toEqual({ ...now.tags, ...theirs });
    moto.forgetCalls();
    await ensure(now);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('the registry is not asked where nothing but configured tags is there', async () => {
    const domains = ['example.com'];
    await requestCertificates.run({ deployment: testDeployment, domains }, context());
    moto.forgetCalls();
    await requestCertificates.run({ deployment: testDeployment, domains }, context());
    expect(moto.calls.map(({ service }) => service)).not.toContain('DynamoDB');
  });

  test('is known also where the run that set it has failed, and forgotten once one came to its end', async () => {
    const arn = (name: string, workflow = 'provision') =>
      `arn:aws:states:eu-central-1:123456789012:execution:kubeflow-eks-${workflow}:${name}`;
    const take = (deployment: Deployment, name: string, workflow?: string) =>
      acquireLock.run(
        {
          deployment,
          executionArn: arn(name, workflow),
          stateMachine: `kubeflow-eks-${workflow ?? 'provision'}`,
          startedAt: '2999-01-01T00:00:00.000Z',
        },
        context(),
      );
    const give = (deployment: Deployment, name: string, workflow?: string) =>
      releaseLock.run({ deployment, executionArn: arn(name, workflow) }, context());
    const known = async () => (await readLatestRun(moto.lookingClients, table, 'acme'))?.tags;

    await take(former, 'one');
    const changed = { ...testDeployment, tags: { ...testDeployment.tags, cost: 'data' } };
    await take(changed, 'two');
    expect(await known()).toMatchObject({ cost: ['data', 'ml'], stage: ['one'], team: ['ml'] });
    await give(changed, 'two');
    expect(await known()).toEqual(givenTags({}, changed.tags));
    // One that lost the lock forgets nothing of the others.
    await give(former, 'one');
    expect(await known()).toEqual(givenTags({}, changed.tags));
    await take(changed, 'three', 'destroy');
    await give(changed, 'three', 'destroy');
    expect(await known()).toEqual({});
    expect(await readItem(moto.lookingClients, table, registryKey.lock('acme'))).toBeUndefined();
  });
});
